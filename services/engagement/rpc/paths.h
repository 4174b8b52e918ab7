// What clients call a field of a record, and what we do: clients write a relationship by its name
// and texts in clear, we keep an id and sealed bytes.
//
//   theirs                ours
//   relationship          relationship_id
//   gift.description      gift.description_sealed
//   the rest              the same
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engagement/domain/amendment.h"

namespace twinledger::engagement {

// Nothing that records with this content have: the path itself.
std::string OurPath(RecordFields::ContentCase content, std::string_view theirs);
std::string TheirPath(std::string_view ours);

// All that clients may amend of records with this content.
std::vector<std::string> AmendablePaths(RecordFields::ContentCase content);

// "gift"; nothing for another word.
RecordFields::ContentCase ContentNamed(std::string_view name);

}  // namespace twinledger::engagement
