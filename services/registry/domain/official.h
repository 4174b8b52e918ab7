// Somebody who holds an office of a council. Other records name an official by a random handle, and
// the person's name is sealed before it comes here: the rules see bytes.
//
// Decide holds the rules, Evolve the history. Both are pure: no clock, no I/O, no randomness, so a
// replay of the log reaches the same state on any machine. Time arrives in the context.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "registry/domain/council.h"
#include "registry/domain/decision.h"
#include "registry/domain/ids.h"
#include "twinledger/registry/state/v1/rows.pb.h"

namespace twinledger::registry {

using Official = state::v1::OfficialRow;

struct RegisterOfficial {
  events::v1::OfficialFields fields;
};

struct AmendOfficial {
  std::string etag;
  events::v1::OfficialFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
};

using OfficialCommand = std::variant<RegisterOfficial, AmendOfficial>;

// What the rules look at.
struct OfficialSituation {
  CouncilId council_id;
  OfficialId official_id;
  std::optional<Council> council = {};
  std::optional<Official> official = {};
};

// A sealed text is the same if its bytes are: who seals the same text again keeps its bytes.
Decision Decide(const OfficialSituation& situation, const OfficialCommand& command,
                const Context& context);

// An event of something else changes nothing.
Official Evolve(Official official, const Event& event);

}  // namespace twinledger::registry
