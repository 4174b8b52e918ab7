// The writer of one partition: decides commands, appends them as records, answers from accepted
// commits.
//
//              opened, at tail           report late / void            report ambiguous
//   OPENING -------------------> RUNNING -----------> DRAINING    RUNNING, DRAINING --> CATCHING_UP
//      |                          ^  ^--- none in flight ---'                               |
//      | cursor differs           '------------- next offset >= read_to -------------------'
//      v                                 any state -- own key not enrolled --> NOT_A_WRITER
//   STOPPED <--- damage, any state                    NOT_A_WRITER -- enrolled --> OPENING
//
// A state machine without I/O: inputs are method calls, outputs go to its Environment. One record
// is in flight at a time, so its previous hash is its stamp. The rules' numbers in the source are
// those of the append protocol (docs/append_protocol.md).
//
// Threads: confined to one, the same as its view's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/crypto/signature.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/partition_view.h"
#include "platform/writer/clock_check.h"
#include "platform/writer/command.h"
#include "platform/writer/command_queue.h"
#include "platform/writer/due_replies.h"
#include "platform/writer/record_in_flight.h"
#include "platform/writer/tail_question.h"
#include "platform/writer/turns.h"
#include "platform/writer/writer_limits.h"

namespace twinledger::writer {

// Numbers append sessions within a process, so that a report of an abandoned one is told apart.
using SessionId = std::uint64_t;

// What a partition's writer asks of the world. No call answers at once: answers come as inputs.
class Environment {
 public:
  virtual ~Environment() = default;

  // Abandons the partition's session, if any, and opens another.
  virtual SessionId NewSession() = 0;
  virtual void Append(SessionId session, std::string record) = 0;  // -> OnReport
  virtual void AskTail() = 0;                                      // -> OnTail
  virtual void WakeAt(MonotonicTime time) = 0;                     // -> OnTick, or soon after it
  virtual WallTime Now() = 0;
  virtual MonotonicTime Monotonic() = 0;
  virtual RandomSource& Random() = 0;  // For salts.
  // Until when to wait for commands that are known to come; nothing if none are. Then, or as soon
  // as they have come: -> OnTick
  virtual std::optional<MonotonicTime> MoreUntil() { return std::nullopt; }
  using Stored = std::function<void(const Result<void>&)>;
  // Calls `then` once what the view has taken is stored, or with why it will not be. A view that
  // stores by itself has it stored.
  virtual void AfterStoring(const Stored& then) { then({}); }
  virtual void Alarm(const Error& damage) = 0;
};

// For metrics. Totals are since the start.
struct WriterCounts {
  std::uint64_t records = 0;  // Own, accepted; the next three are their commits.
  std::uint64_t done = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t refused = 0;
  std::uint64_t voids = 0;         // Own records that lost to another.
  std::uint64_t ambiguous = 0;     // Appends with an unknown fate.
  std::uint64_t not_appended = 0;  // Appends that certainly did not happen.
};

class PartitionWriter {
 public:
  enum class State { kOpening, kRunning, kDraining, kCatchingUp, kNotAWriter, kStopped };

  // `view` and `environment` must outlive it.
  PartitionWriter(projection::PartitionView& view, crypto::SigningKey key, Environment& environment,
                  WriterLimits limits = {});
  ~PartitionWriter();  // Tells all who wait to repeat.

  void Start();  // Opens a session, asks for the tail.

  // What arrives together is decided together. Replies may run before this returns.
  void OnCommands(std::vector<Submission> commands);
  void OnCommand(Command command, MonotonicTime deadline, Reply reply);
  void OnRecord(const log::ReadRecord& record);
  void OnReport(SessionId session, const log::AppendOutcome& outcome);
  void OnTail(const Result<log::Offset>& tail);
  void OnTick();  // Deadlines, clock, repeated attempts; about every 50 ms.

  // Those with that deadline, or an earlier one, hear why. Their commands go on, if they can.
  void TellToRepeat(MonotonicTime deadline, const std::string& why);

  State state() const { return state_; }
  // It may not write, and that is for its key: a log that is closed takes nobody's records.
  bool key_not_enrolled() const { return state_ == State::kNotAWriter && !view_.chain().closed; }
  bool clock_not_believed() const { return WrongClock().has_value(); }
  std::size_t queued() const { return queue_.size(); }
  bool in_flight() const { return in_flight_.has_value(); }
  const WriterCounts& counts() const { return counts_; }

 private:
  void Admit(Submission submission);
  std::optional<Error> NotAdmitted(const Command& command);
  std::optional<Error> CannotWrite() const;
  std::optional<Error> WrongClock() const;

  void Consume(const log::ReadRecord& record);
  Result<projection::PartitionView::Consumed> ConsumeOwn(const log::ReadRecord& record);
  void OnTaken(const log::ReadRecord& record,
               const Result<projection::PartitionView::Consumed>& consumed);
  void Answer(const log::AcceptedCommit& accepted);
  void Count(const log::AcceptedCommits& own);

  void OnAppended(log::Offset offset);
  void OnNotAppended(const Error& error);
  void OnAmbiguous();
  void Finish();  // The record in flight, if all is known of it.

  void Open(State state);
  void CatchUp(State state);
  void AskTail();
  void BackOff();
  void Stop(const Error& why);
  void Step();
  void Append();
  bool WaitsForMore(MonotonicTime now);
#ifdef TWINLEDGER_PLANTED_BUGS
  std::size_t AnswerTooEarly(const std::string& bytes);  // Of the commands in it, how many.
#endif
  void DropInFlight(const Error& why);
  void FailBehindInFlight();
  void FailQueue(const Error& why);
  void FailCallers(CommandQueue::Waiting waiting, const Result<Outcome>& result);

  projection::PartitionView& view_;
  const crypto::SigningKey key_;
  Environment& environment_;
  const WriterLimits limits_;
  ClockCheck clock_check_;

  State state_ = State::kOpening;
  SessionId session_ = 0;
  CommandQueue queue_;
  std::optional<RecordInFlight> in_flight_;
  TailQuestion tail_;

  unsigned failures_ = 0;  // Appends in a row that came to nothing.
  MonotonicTime append_not_before_;
  std::optional<MonotonicTime> waits_until_;  // For more commands, before it makes a record.
  Turns turns_;

  DueReplies replies_;
  bool storing_awaited_ = false;
  WriterCounts counts_;
};

}  // namespace twinledger::writer
