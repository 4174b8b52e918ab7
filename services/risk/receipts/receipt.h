// What is recorded of an assessment, and when one is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "platform/store/table.h"
#include "risk/domain/rule_set.h"
#include "risk/receipts/assessed.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"
#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::risk {

// Indicators of the rule set that nobody looks for yet, in its order.
std::vector<std::string> NotExtracted(const Rules& rules);

// `positions` are what was read. Without the receipt before it.
events::v1::AssessmentRecorded ReceiptOf(const Assessed& assessed, const store::Cut& positions,
                                         const Rules& rules, bool incomplete);

enum class Rejection {
  kOlderDay,        // Than the last receipt's.
  kOlderPositions,  // Likewise.
  kOtherReceipt,    // Another one was recorded since: what came before is to be looked at again.
};
std::string_view ReasonOf(Rejection rejection);

struct Rejected {
  Rejection rejection;
  std::string standing;  // The receipt in the way: "risk/3/17.0"; empty for none.
};

// Whether nothing is to be recorded of these facts, without assessing them: there is nothing to
// score and no receipt, or the last receipt is BASELINE and of the same facts and rules, with the
// same retractions pending. Time alone
// never raises R, so the band is BASELINE still.
bool IsSettled(const std::optional<state::v1::AssessmentRow>& last, const Facts& facts,
               const Rules& rules);

// Events to record, none where the last receipt says so already; or why not. A subject's first
// receipt is due once there is something to score or to find out.
using ReceiptDecision = tl::expected<std::vector<events::v1::RiskEvent>, Rejected>;

// Pure. `last` is the subject's last receipt; `wanted` names as previous_receipt the one that it
// was made after.
ReceiptDecision Decide(const std::optional<state::v1::AssessmentRow>& last,
                       const events::v1::AssessmentRecorded& wanted);

}  // namespace twinledger::risk
