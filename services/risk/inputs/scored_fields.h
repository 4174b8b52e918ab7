// What of a record is scored: an allow-list. A field that is not named in scored_fields.cc does not
// enter the rows, one that a record gets some day included.
//
// Kept are ids of records, relationships, assets and principals, days, choices, numbers, and
// amounts in New Zealand cents. Of references, officials and offices only that there is one is
// kept: the value is kGiven.
#pragma once

#include <string_view>

#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::risk {

using engagement::events::v1::RecordFields;

inline constexpr std::string_view kGiven = "given";

RecordFields ScoredFields(const RecordFields& fields);

// Whether records with this content have the path: "relationship_id", "gift.value".
bool HasPath(RecordFields::ContentCase content, std::string_view path);

// Copies one field, or clears it where `from` has none. REQUIRES: records with the content of `to`
// have the path.
void CopyPath(const RecordFields& from, std::string_view path, RecordFields& to);

}  // namespace twinledger::risk
