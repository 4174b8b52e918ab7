// Records that one person has taken back. A retraction takes away what it was recorded of, floors
// too, so it counts once a second person has confirmed it; until then the record does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "risk/domain/day.h"
#include "risk/inputs/council_inputs.h"

namespace twinledger::risk {

// Ids, ascending, of the records of a relationship, those that one person has moved away from it
// too, and of the council's that name none; without a relationship, of all. As the log had them by
// that day.
std::vector<std::string> PendingRetractions(const CouncilInputs& inputs,
                                            std::optional<std::string_view> relationship_id,
                                            Day as_of);

// The first of them by what `name_of` makes of their ids, and how many there are.
inline constexpr int kPendingMost = 20;
template <class Message, class NameOf>
void SetPending(const std::vector<std::string>& pending, const NameOf& name_of, Message& message) {
  for (const std::string& id : pending) {
    if (message.pending_retractions_size() == kPendingMost) break;
    message.add_pending_retractions(name_of(id));
  }
  message.set_pending_retraction_count(static_cast<std::int64_t>(pending.size()));
}

}  // namespace twinledger::risk
