// The names of what the registry keeps.
#pragma once

#include "platform/base/strong_id.h"

namespace twinledger::registry {

using CouncilId = StrongId<struct CouncilTag>;            // A slug: "wellington-city".
using PartnerId = StrongId<struct PartnerTag>;            // A UUID.
using RelationshipId = StrongId<struct RelationshipTag>;  // A UUID.
using OfficialId = StrongId<struct OfficialTag>;          // A UUID, as the others below.
using PrincipalId = StrongId<struct PrincipalTag>;
using AssetId = StrongId<struct AssetTag>;

}  // namespace twinledger::registry
