// What a request of the registry is to the writer: the entity it touches, and the rules applied to
// the rows as the writer then has them.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "platform/rpc/handler.h"
#include "registry/domain/council.h"
#include "registry/domain/official.h"
#include "registry/domain/partner.h"
#include "registry/domain/principal.h"
#include "registry/domain/relationship.h"
#include "registry/domain/strategic_asset.h"
#include "registry/projection/registry_view.h"
#include "registry/rpc/resource_names.h"

namespace twinledger::registry {

// What the record would be after the last decision: the answer of a call that only validates.
template <class Row>
using Prospect = std::shared_ptr<std::optional<Row>>;

template <class Row>
Prospect<Row> NewProspect() {
  return std::make_shared<std::optional<Row>>();
}

rpc::Intent IntentOn(CouncilId id, CouncilCommand command, events::v1::Provenance provenance,
                     Prospect<Council> prospect);
rpc::Intent IntentOn(PartnerId id, PartnerCommand command, events::v1::Provenance provenance,
                     Prospect<Partner> prospect);
// `unmet` is why the relationship's partner cannot be had: as of rpc::Intent.
rpc::Intent IntentOn(RelationshipName name, RelationshipCommand command,
                     events::v1::Provenance provenance, Prospect<Relationship> prospect,
                     std::optional<Error> unmet = std::nullopt);
rpc::Intent IntentOn(AssetName name, StrategicAssetCommand command,
                     events::v1::Provenance provenance, Prospect<StrategicAsset> prospect);

// Gives the command the sealed bytes that the record has already, where they hold the same text
// (sealed_texts.h): called before each decision.
template <class Row, class Command>
using KeepSealed = std::function<void(const Row& current, Command&)>;

rpc::Intent IntentOn(OfficialName name, OfficialCommand command, events::v1::Provenance provenance,
                     Prospect<Official> prospect, KeepSealed<Official, OfficialCommand> keep);
rpc::Intent IntentOn(PrincipalId id, PrincipalCommand command, events::v1::Provenance provenance,
                     Prospect<Principal> prospect, KeepSealed<Principal, PrincipalCommand> keep);

}  // namespace twinledger::registry
