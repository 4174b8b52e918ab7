// How far a partition is read behind the end of its log, in time and in records.
//
// A question where it ends is open until all that was there at the question has been read: then the
// reader is known to have been at the end at that moment. Nothing else tells an idle log from a
// reader that is stuck, or a broker that answers nobody.
#pragma once

#include <chrono>
#include <optional>

#include "platform/base/clock.h"
#include "platform/log/partition.h"

namespace twinledger::projection {

// Threads: confined to one.
class ReadLag {
 public:
  ReadLag() = default;
  explicit ReadLag(MonotonicTime opened) : known_(opened) {}

  // The log was asked at `asked` and ends at `tail`; what is below `next` is read.
  void Note(MonotonicTime asked, log::Offset tail, log::Offset next) {
    tail_ = tail;
    Settle(next);
    // The oldest question that is not answered by reading is the one that counts.
    if (!open_) open_ = Question{asked, tail};
    Settle(next);
  }

  // How long ago the reader was last known to be at the end.
  std::chrono::microseconds Behind(MonotonicTime now, log::Offset next) {
    Settle(next);
    return std::max(now - known_, std::chrono::microseconds(0));
  }

  log::Offset tail() const { return tail_; }  // As last noted.

 private:
  struct Question {
    MonotonicTime asked;
    log::Offset tail = 0;
  };

  void Settle(log::Offset next) {
    if (!open_ || next < open_->tail) return;
    known_ = open_->asked;
    open_.reset();
  }

  MonotonicTime known_{};
  log::Offset tail_ = 0;
  std::optional<Question> open_;
};

}  // namespace twinledger::projection
