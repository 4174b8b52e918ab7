// The writers of one stream: a PartitionWriter per partition on the runner's thread, wired to the
// log.
#pragma once

#include <memory>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/crypto/signature.h"
#include "platform/log/event_log.h"
#include "platform/projection/runner.h"
#include "platform/writer/command.h"
#include "platform/writer/partition_writer.h"

namespace twinledger::writer {

// Threads: thread-safe.
class Writer {
 public:
  // Puts itself in as the sink of every partition of `stream`. Before runner.Start(). `log`,
  // `runner`, `clock` and `random` must outlive it; stop the runner before it is destroyed.
  Writer(log::EventLog& log, projection::Runner& runner, const log::Founding& founding,
         std::string stream, crypto::SigningKey key, const Clock& clock, RandomSource& random,
         WriterLimits limits = {});
  ~Writer();

  // Submits to the partition of the command's key. `reply` runs once, on the runner's thread or on
  // this one, and must not block.
  void Submit(Command command, MonotonicTime deadline, Reply reply);

 private:
  class Partition;
  // The rest is the implementer's.
};

}  // namespace twinledger::writer
