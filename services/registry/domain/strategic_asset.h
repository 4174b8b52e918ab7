// Something of a council's area that much depends on: a port, a water supply, a data centre. The
// council registers it, the agency says how critical it is. Where it lies is not recorded: what is
// not kept cannot be lost.
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

using StrategicAsset = state::v1::StrategicAssetRow;

struct RegisterStrategicAsset {
  events::v1::StrategicAssetFields fields;
};

struct AmendStrategicAsset {
  std::string etag;
  events::v1::StrategicAssetFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
};

struct SetCriticality {
  std::string etag;
  events::v1::Criticality criticality = events::v1::CRITICALITY_UNSPECIFIED;
  std::string set_by;  // Role: "agency-analyst".
  PartialDate reviewed_on;
};

using StrategicAssetCommand =
    std::variant<RegisterStrategicAsset, AmendStrategicAsset, SetCriticality>;

// What the rules look at.
struct StrategicAssetSituation {
  CouncilId council_id;
  AssetId asset_id;
  std::optional<Council> council = {};
  std::optional<StrategicAsset> asset = {};
};

Decision Decide(const StrategicAssetSituation& situation, const StrategicAssetCommand& command,
                const Context& context);

// An event of something else changes nothing.
StrategicAsset Evolve(StrategicAsset asset, const Event& event);

}  // namespace twinledger::registry
