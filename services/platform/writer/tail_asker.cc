#include "platform/writer/tail_asker.h"
#include "platform/base/thread_name.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace twinledger::writer {
namespace {

constexpr std::chrono::seconds kRereadWait{1};

Error NotBelieved(const TailAsked& asked, log::Offset tail) {
  return {Code::kUnavailable,
          fmt::format("{} is said to end at {}, though the record at {} can still be read: "
                      "it is asked again",
                      ToString(asked.partition), tail, *asked.cursor),
          "TAIL_NOT_BELIEVED",
          {{"partition", ToString(asked.partition)}}};
}

// Whether the record at the cursor is there. An error if that cannot be told.
Result<bool> HasCursor(log::EventLog& log, const TailAsked& asked) {
  const auto reader = log.OpenReader({{asked.partition, *asked.cursor}});
  if (!reader) {
    if (reader.error().code == Code::kOutOfRange) return false;
    return reader.error();
  }
  TL_TRY(const std::vector<log::StoredRecord> records, (*reader)->Next(kRereadWait));
  return !records.empty();
}

}  // namespace

TailAsker::TailAsker(log::EventLog& log) : log_(log), thread_([this] { Run(); }) {}

TailAsker::~TailAsker() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void TailAsker::Ask(TailAsked asked, Answer answer) {
  const absl::MutexLock lock(&mutex_);
  questions_.push_back({std::move(asked), std::move(answer)});
}

void TailAsker::Run() {
  NameThread("tail asker");
  while (true) {
    Question question;
    {
      const absl::MutexLock lock(&mutex_);
      const auto due = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !questions_.empty();
      };
      mutex_.Await(absl::Condition(&due));
      if (stopping_) return;
      question = std::move(questions_.front());
      questions_.pop_front();
    }
    question.answer(TailOf(question.asked));
  }
}

Result<log::Offset> TailAsker::TailOf(const TailAsked& asked) const {
  Result<log::Offset> tail = log_.Tail(asked.partition);
  if (!tail || *tail >= asked.next || !asked.cursor) return tail;
  TL_TRY(const bool there, HasCursor(log_, asked));
  if (there) return NotBelieved(asked, *tail);
  return tail;
}

}  // namespace twinledger::writer
