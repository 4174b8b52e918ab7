// The writers of one stream: a PartitionWriter per partition on the runner's thread, wired to the
// log.
//
// Partitions that wait for more commands wait together (a round): at its end each makes its record,
// and the log stores them at once. What arrives meanwhile does not wake the thread.
//
//   Submit (any thread) --> inbox --one task for all that waits--> PartitionWriter --> session
//   session (log's thread) --report, posted-----------------------^
//   TailAsker (its thread) --tail, posted-------------------------^
//   runner's reader --record--------------------------------------^
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/crypto/signature.h"
#include "platform/log/event_log.h"
#include "platform/projection/runner.h"
#include "platform/writer/command.h"
#include "platform/writer/expected_commands.h"
#include "platform/writer/gathered_appends.h"
#include "platform/writer/partition_writer.h"
#include "platform/writer/tail_asker.h"

namespace twinledger::writer {

// Of one partition, at most a tick old: for metrics and readiness.
struct WriterStatus {
  log::PartitionId partition;
  PartitionWriter::State state = PartitionWriter::State::kOpening;
  bool key_not_enrolled = false;
  bool clock_not_believed = false;  // Commands are refused (clock_check.h).
  std::size_t queued = 0;
  bool in_flight = false;
  WriterCounts counts;
};

// Threads: thread-safe.
class Writer {
 public:
  using AlarmCallback = std::function<void(const log::PartitionId&, const Error& damage)>;

  // Puts itself in as the sink of every partition of `stream`. Before runner.Start(). `log`,
  // `runner`, `clock` and `random` must outlive it; stop the runner before it is destroyed.
  // `alarm` runs on the runner's thread, once for a partition that stops.
  Writer(log::EventLog& log, projection::Runner& runner, const log::Founding& founding,
         std::string stream, const crypto::SigningKey& key, const Clock& clock,
         RandomSource& random, WriterLimits limits = {}, const AlarmCallback& alarm = nullptr);
  ~Writer();  // Tells all who wait to repeat.

  // Submits to the partition of the command's key. `reply` runs once, on the runner's thread or on
  // this one, and must not block.
  void Submit(Command command, MonotonicTime deadline, Reply reply);

  // Likewise all of them, in their order: what waits in a partition becomes one record, as far as
  // it has room.
  void SubmitAll(std::vector<Submission> submissions);

  // Tells all who wait to repeat, for a server that stops: what is in flight may be recorded all
  // the same, and where the log does not answer that is known to nobody for long.
  void TellToRepeat();

  // For a command that will be submitted in a moment, if its plan does not fail; to be kept until
  // it is answered.
  std::shared_ptr<ExpectedCommands::Place> Expect() { return expected_.Expect(); }

  std::vector<WriterStatus> Status() const;

 private:
  class Partition;

  std::size_t InboxMax() const;
  void Refuse(const Submission& submission) const;  // The inbox is full.
  MonotonicTime RoundEnd();                         // On the runner's thread, as all below.
  void EndRound(MonotonicTime end);
  void StepAll();
  void TakeInbox();
  void Tick();
  void Publish();

  projection::Runner& runner_;
  const Clock& clock_;
  const std::string stream_;
  const WriterLimits limits_;
  ExpectedCommands expected_;
  GatheredAppends appends_;
  std::unique_ptr<TailAsker> asker_;
  std::vector<std::unique_ptr<Partition>> partitions_;  // Constant; each confined to the runner.

  mutable absl::Mutex mutex_;
  std::vector<Submission> inbox_ ABSL_GUARDED_BY(mutex_);
  std::optional<MonotonicTime> round_end_ ABSL_GUARDED_BY(mutex_);  // While any of them waits.
  std::vector<WriterStatus> status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::writer
