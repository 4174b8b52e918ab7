// The scores of one council at one cut, for one day: what was recorded up to the cut, by the rules.
// Bands are those of the receipts recorded of them, since they may be left downwards only slowly,
// and days alone change none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/store/table.h"
#include "reporting/domain/ids.h"
#include "risk/domain/day.h"
#include "risk/domain/rule_set.h"
#include "risk/inputs/council_inputs.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::reporting {

// Of the council, or of one of its relationships.
struct Score {
  std::string relationship_id;  // Empty: the council itself.
  risk::v1::Assessment assessment;
  risk::v1::Band band = risk::v1::BAND_UNSPECIFIED;
  std::string band_event = {};  // Of the receipt; empty where there is none yet.
  bool records_known = false;   // Whether something was expected of the council.
};

struct CouncilScores {
  risk::CouncilInputs inputs;
  std::vector<Score> relationships;  // Ascending by id.
};

// NOT_FOUND, reason COUNCIL_NOT_FOUND, where the registry knew no such council by then.
Result<CouncilScores> ScoreCouncil(const store::CutReader& rows, const CouncilId& council,
                                   const risk::Rules& rules, risk::Day day);

// R of the highest relationship, and A over all that is recorded of the council: its assessment has
// both. REQUIRES: `scores` are of these rows, rules and day.
Result<Score> ScoreWhole(const store::CutReader& rows, const CouncilScores& scores,
                         const risk::Rules& rules, risk::Day day);

}  // namespace twinledger::reporting
