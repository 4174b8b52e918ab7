// Somebody who may read and produce and has no writer's key. All that stands in the log is known to
// them: its founding, its keys, its tip.
#pragma once

#include <memory>
#include <string>

#include "platform/log/chain.h"
#include "platform/log/kafka/kafka_log.h"

namespace twinledger::testing {

// Threads: confined to one.
class Forger {
 public:
  // `log` outlives it. Of a partition that is founded.
  Forger(log::KafkaLog& log, log::PartitionId partition);

  // Reads up to the tail of this moment.
  void Follow();

  // All of them are chained on the tip that was read, or say so.
  std::string ForgedSignature();     // Names an enrolled key, signed by another.
  std::string WrongHash();           // The same, of another history.
  std::string SignedByAnotherLog();  // Rightly, by a writer of another log.
  std::string LateCopy() const;      // What a writer appended last, once more.

  const log::Founding& founding() const { return founding_; }
  const log::ChainView& view() const { return view_; }

 private:
  log::v1::Record Forge(crypto::Hash previous);

  log::KafkaLog& log_;
  const log::Founding founding_;
  std::unique_ptr<log::Reader> reader_;
  log::ChainView view_;
  log::Offset next_ = 0;
  std::string last_accepted_;
  int made_ = 0;
};

}  // namespace twinledger::testing
