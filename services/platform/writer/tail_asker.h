// Asks a log where a partition ends, on a thread of its own: brokers may take seconds to answer,
// and who asks has records to apply.
//
// An end below what was read is passed on once the record at the cursor is gone as well: a broker
// that was just elected may not know its own end yet (rule 24 of the append protocol).
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <deque>
#include <functional>
#include <optional>
#include <thread>

#include "platform/base/result.h"
#include "platform/log/event_log.h"

namespace twinledger::writer {

struct TailAsked {
  log::PartitionId partition;
  log::Offset next = 0;               // What was read is below it.
  std::optional<log::Offset> cursor;  // Of the last accepted record, if any.
};

// Threads: thread-safe.
class TailAsker {
 public:
  using Answer = std::function<void(const Result<log::Offset>&)>;

  explicit TailAsker(log::EventLog& log);  // It must outlive this.
  ~TailAsker();  // Waits for the question that is being asked; the others are dropped.

  // `answer` runs on this one's thread, in the order of the questions.
  void Ask(TailAsked asked, Answer answer);

 private:
  struct Question {
    TailAsked asked;
    Answer answer;
  };

  void Run();
  Result<log::Offset> TailOf(const TailAsked& asked) const;

  log::EventLog& log_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Question> questions_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace twinledger::writer
