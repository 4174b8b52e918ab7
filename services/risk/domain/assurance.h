// A: how well a council handles its relationships. It is the only number fit to compare councils
// by; a report that was made before anybody asked never lowers it.
#pragma once

#include "risk/domain/score_sheet.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::risk {

v1::AssuranceSum Assurance(const ScoreSheet& sheet, const v1::ScoringInput& input,
                           const Rules& rules);

// What claims with the same reference have in common: the reference, or where there is none, the
// fact's id, "/" and the mitigation.
std::string ReferenceOf(const v1::Fact& fact, const v1::MitigationClaim& claim);

// Whether it is listed for the fact's indicator, and nobody has verified that it was done.
bool IsUnverified(const WeighedFact& fact, const v1::MitigationClaim& claim);

}  // namespace twinledger::risk
