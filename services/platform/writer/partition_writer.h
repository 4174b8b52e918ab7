// The writer of one partition: decides commands, appends them as records, answers from accepted
// commits.
//
//               opened, at tail            report late / own void               report ambiguous
//    OPENING --------------------> RUNNING -----------------> DRAINING      RUNNING, DRAINING
//    ------> CATCHING_UP
//       |                            ^  ^------ nothing in flight | | cursor differs
//       '---------------------- next offset >= read_to --------------------' v any state --own key
//       not enrolled--> NOT_A_WRITER
//    STOPPED <------------ damage, any state
//
// A state machine without I/O: inputs are method calls, outputs go to its Environment. One record
// is in flight at a time, so its previous hash is its stamp. The rules' numbers in the source are
// those of the append protocol (docs/append_protocol.md).
//
// Threads: confined to one, the same as its view's.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/crypto/signature.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/partition_view.h"
#include "platform/writer/command.h"

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
  virtual WallTime Now() = 0;
  virtual MonotonicTime Monotonic() = 0;
  virtual RandomSource& Random() = 0;  // For salts.
  virtual void Alarm(const Error& damage) = 0;
};

struct WriterLimits {
  std::size_t queue_commands_max = 1024;       // More are RESOURCE_EXHAUSTED.
  std::size_t command_bytes_max = 256 * 1024;  // Of a commit.
  std::size_t record_bytes_max = 512 * 1024;
  std::size_t record_commits_max = log::kRecordCommitsMax;
  std::chrono::milliseconds retry_hint{200};  // With RESOURCE_EXHAUSTED and UNAVAILABLE.
};

class PartitionWriter {
 public:
  enum class State { kOpening, kRunning, kDraining, kCatchingUp, kNotAWriter, kStopped };

  // `view` and `environment` must outlive it.
  PartitionWriter(projection::PartitionView& view, crypto::SigningKey key, Environment& environment,
                  WriterLimits limits = {});
  ~PartitionWriter();

  void Start();  // Opens a session, asks for the tail.

  // `deadline` is when its caller stops waiting; it keeps its place in the queue all the same.
  // `reply` runs exactly once, possibly before this returns.
  void OnCommand(Command command, MonotonicTime deadline, Reply reply);
  void OnRecord(const log::ReadRecord& record);
  void OnReport(SessionId session, const log::AppendOutcome& outcome);
  void OnTail(const Result<log::Offset>& tail);
  void OnTick();  // Deadlines, clock, repeated attempts; about every 50 ms.

  State state() const;
  std::size_t queued() const;

 private:
  struct Queued;
  struct InFlight;
  // The rest is the implementer's.
};

}  // namespace twinledger::writer
