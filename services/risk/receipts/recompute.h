// A receipt computed again from what it names.
#pragma once

#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/store/key_value.h"
#include "risk/domain/rule_set.h"
#include "risk/projection/risk_view.h"

namespace twinledger::risk {

struct Comparison {
  std::string what;  // "facts", "input", "assessment", "receipt".
  std::string recorded;
  std::string recomputed;  // SHA-256, as the recorded one.

  bool same() const { return recorded == recomputed; }
};

// From the rows at the receipt's positions, and the receipts before it. FAILED_PRECONDITION, reason
// OTHER_RULES, OTHER_ENGINE or OTHER_EXTRACTION, where this program has not got what the receipt
// names; UNAVAILABLE, reason BEHIND, while `rows` have not reached its positions. `read` is how far
// they go.
Result<std::vector<Comparison>> Recompute(const store::KeyValueReader& rows, const store::Cut& read,
                                          const Receipt& receipt, const Rules& rules);

}  // namespace twinledger::risk
