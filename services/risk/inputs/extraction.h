// From what was recorded to what is scored. Pure: the same inputs, rules and day give the same
// message, to the byte.
//
// Facts are found by the rule set's shapes from inputs that are derived here (allowed_inputs.h
// names them). Looked for are A1 to A4, A6, B1 to B3, C1 to C4 and H1; of the others nothing is
// said, nor of coverage, overdue actions and credits.
//
// A fact's id is "<record id>/<indicator>"; that of A2, which is of a donor group, "<relationship
// id>/<group>/A2". An outcome UNKNOWN names the record, for A2 the group; it may stand beside a
// fact. What was recorded behind the day is not seen.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "risk/domain/day.h"
#include "risk/domain/rule_set.h"
#include "risk/inputs/council_inputs.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// Indicators that are looked for, ascending. An assessment says of the rule set's others that they
// are not extracted.
std::span<const std::string_view> ExtractedIndicators();

// Of one relationship: its own records' facts, and the council's that name no relationship. Without
// what rests on earlier days (previous_band, highest_r_29).
v1::ScoringInput ExtractRelationship(const CouncilInputs& inputs, std::string_view relationship_id,
                                     const Rules& rules, Day as_of);

// Of the council itself, for its A and for councils without relationships: what names none.
v1::ScoringInput ExtractCouncil(const CouncilInputs& inputs, const Rules& rules, Day as_of);

}  // namespace twinledger::risk
