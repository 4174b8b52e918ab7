// A counterparty: an organisation or a person that councils deal with. Like a partner it has a
// partition of its own choice and never goes away once it is registered.
//
//   register --> amend, as often as need be --> merge: it is the same as one registered earlier
//
// Merges run from the later to the earlier, which never changes, so that they cannot run in a
// circle, whoever merges what in another partition at the same moment. Of whom it names in another
// partition the rules see only what never changes either.
//
// Decide holds the rules, Evolve the history. Both are pure: no clock, no I/O, no randomness, so a
// replay of the log reaches the same state on any machine. Time arrives in the context.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "registry/domain/decision.h"
#include "registry/domain/ids.h"
#include "twinledger/registry/state/v1/rows.pb.h"

namespace twinledger::registry {

using Principal = state::v1::PrincipalRow;

// The texts of a person are sealed before they come here: the rules see bytes.
struct RegisterPrincipal {
  events::v1::PrincipalKind kind = events::v1::PRINCIPAL_KIND_UNSPECIFIED;
  CouncilId registrar;  // Empty for the agency.
  events::v1::PrincipalFields fields;
};

struct AmendPrincipal {
  std::string etag;
  events::v1::PrincipalFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
};

struct MergePrincipal {
  // What never changes of the one that is left.
  struct Into {
    PrincipalId id;
    events::v1::PrincipalKind kind = events::v1::PRINCIPAL_KIND_UNSPECIFIED;
    std::int64_t create_time_us = 0;
  };
  std::string etag;
  std::optional<Into> into;  // None undoes a merge.
};

using PrincipalCommand = std::variant<RegisterPrincipal, AmendPrincipal, MergePrincipal>;

// A sealed text is the same if its bytes are: who seals the same text again keeps its bytes.
Decision Decide(const PrincipalId& id, const std::optional<Principal>& principal,
                const PrincipalCommand& command, const Context& context);

// An event of something else changes nothing.
Principal Evolve(Principal principal, const Event& event);

}  // namespace twinledger::registry
