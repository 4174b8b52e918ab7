// Collects all that is wrong with an input or a rule set, so that its author is told at once. Each
// finding names the field, the value and the remedy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::risk {

// Threads: confined to one.
class Findings {
 public:
  void Add(std::string field, std::string description);

  bool empty() const { return violations_.empty(); }
  const std::vector<FieldViolation>& all() const { return violations_; }

  // INVALID_ARGUMENT with every violation; nothing if there is none. `what` begins the message:
  // "the input cannot be scored".
  Result<void> Verdict(std::string_view reason, std::string_view what) const;

 private:
  std::vector<FieldViolation> violations_;
};

// A value of the input as an error shows it: printable and short.
std::string Shown(std::string_view text);

}  // namespace twinledger::risk
