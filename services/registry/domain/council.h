// A local council, as the national register keeps it.
//
//   --register--> active --amend (status)--> merged or dissolved: nothing is entered for it any
//   more
//
// Decide holds the rules, Evolve the history. Both are pure: no clock, no I/O, no randomness, so a
// replay of the log reaches the same state on any machine. Time arrives in the context.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "registry/domain/decision.h"
#include "registry/domain/ids.h"
#include "twinledger/registry/state/v1/rows.pb.h"

namespace twinledger::registry {

using Council = state::v1::CouncilRow;

struct RegisterCouncil {
  events::v1::CouncilFields fields;
};

struct AmendCouncil {
  std::string etag;
  events::v1::CouncilFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
};

// What ended before this day is history: it is not late, whenever it is reported. The agency says
// so, never the council, which could call its own silence history.
struct SetReportingSince {
  std::string etag;
  PartialDate reporting_since;  // A day; it may lie ahead.
};

using CouncilCommand = std::variant<RegisterCouncil, AmendCouncil, SetReportingSince>;

// Why nothing begins for a council any more, or yet; nothing if something may.
std::optional<Rejected> ForbidsBeginning(const std::optional<Council>& council);

Decision Decide(const CouncilId& id, const std::optional<Council>& council,
                const CouncilCommand& command, const Context& context);

// An event of something else changes nothing.
Council Evolve(Council council, const Event& event);

}  // namespace twinledger::registry
