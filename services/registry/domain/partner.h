// A foreign body that councils have relationships with. Councils share it, so it has a partition of
// its own choice and no status: it never goes away once it is registered.
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

using Partner = state::v1::PartnerRow;

struct RegisterPartner {
  events::v1::PartnerFields fields;
};

struct AmendPartner {
  std::string etag;
  events::v1::PartnerFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
};

using PartnerCommand = std::variant<RegisterPartner, AmendPartner>;

Decision Decide(const PartnerId& id, const std::optional<Partner>& partner,
                const PartnerCommand& command, const Context& context);

// An event of something else changes nothing.
Partner Evolve(Partner partner, const Event& event);

}  // namespace twinledger::registry
