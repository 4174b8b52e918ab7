// Where the log ended when it was last asked: what a writer reads up to before it appends.
//
// Threads: confined to one.
#pragma once

#include <optional>

#include "platform/base/result.h"
#include "platform/log/partition.h"

namespace twinledger::writer {

class TailQuestion {
 public:
  enum class Answer {
    kSuperseded,  // It was asked again since: a later answer counts.
    kAskAgain,    // It could not be told, or is not to be believed yet.
    kKnown,
    kLow,  // The log ends before what was read of it: damage (rule 24).
  };

  // `next` is the view's next offset: what was read before a tail is asked for is below it.
  void Asked(log::Offset next);
  Answer Answered(const Result<log::Offset>& tail);

  std::optional<log::Offset> read_to() const { return read_to_; }
  bool ask_again() const { return ask_again_; }
  log::Offset next_when_asked() const { return next_when_asked_; }

 private:
  // A broker that has just been elected may not know its own end yet; one that says so three times
  // has lost something.
  static constexpr unsigned kLowInARowMax = 3;

  unsigned awaited_ = 0;
  log::Offset next_when_asked_ = 0;
  std::optional<log::Offset> read_to_;
  unsigned low_in_a_row_ = 0;
  bool ask_again_ = false;
};

}  // namespace twinledger::writer
