#include "platform/writer/tail_question.h"

#include "platform/base/check.h"

namespace twinledger::writer {

void TailQuestion::Asked(log::Offset next) {
  ++awaited_;
  next_when_asked_ = next;
  read_to_.reset();
  ask_again_ = false;
}

TailQuestion::Answer TailQuestion::Answered(const Result<log::Offset>& tail) {
  TL_CHECK(awaited_ > 0);
  if (--awaited_ > 0) return Answer::kSuperseded;
  if (tail && *tail >= next_when_asked_) {
    low_in_a_row_ = 0;
    read_to_ = *tail;
    return Answer::kKnown;
  }
  ask_again_ = true;
  low_in_a_row_ = tail ? low_in_a_row_ + 1 : 0;
  return low_in_a_row_ < kLowInARowMax ? Answer::kAskAgain : Answer::kLow;
}

}  // namespace twinledger::writer
