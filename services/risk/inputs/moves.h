// Whose a record is: a relationship's, or, where it names none, each one's of its council.
#pragma once

#include <string>
#include <string_view>

#include "risk/inputs/council_inputs.h"

namespace twinledger::risk {

inline bool IsOf(std::string_view relationship_id, const Revision& revision) {
  const std::string& of = revision.fields.relationship_id();
  return of.empty() || of == relationship_id;
}

// Whether it is, or `was` and no second person has verified a revision that says otherwise: what
// one person has moved away. Folded over its revisions, oldest first.
inline bool StaysOf(std::string_view relationship_id, bool was, const Revision& next) {
  return IsOf(relationship_id, next) || (was && next.state != state::v1::RECORD_STATE_VERIFIED);
}

}  // namespace twinledger::risk
