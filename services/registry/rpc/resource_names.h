// Names of resources, as clients write them (AIP-122).
//
//   councils/{slug}      councils/{slug}/relationships/{uuid}
//   partners/{uuid}      councils/{slug}/officials/{uuid}
//   principals/{uuid}    councils/{slug}/assets/{uuid}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/rpc/violations.h"
#include "registry/domain/ids.h"

namespace twinledger::registry {

struct RelationshipName {
  CouncilId council;
  RelationshipId relationship;
};

struct OfficialName {
  CouncilId council;
  OfficialId official;
};

struct AssetName {
  CouncilId council;
  AssetId asset;
};

std::string NameOf(const CouncilId& id);
std::string NameOf(const PartnerId& id);
std::string NameOf(const PrincipalId& id);
std::string NameOf(const CouncilId& council, const RelationshipId& id);
std::string NameOf(const CouncilId& council, const OfficialId& id);
std::string NameOf(const CouncilId& council, const AssetId& id);

// What is wrong with the name is added to `wrong`; the ids are then empty.
CouncilId ReadCouncilName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong);
PartnerId ReadPartnerName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong);
RelationshipName ReadRelationshipName(const rpc::FieldPath& field, std::string_view name,
                                      rpc::Violations& wrong);
PrincipalId ReadPrincipalName(const rpc::FieldPath& field, std::string_view name,
                              rpc::Violations& wrong);
OfficialName ReadOfficialName(const rpc::FieldPath& field, std::string_view name,
                              rpc::Violations& wrong);
AssetName ReadAssetName(const rpc::FieldPath& field, std::string_view name, rpc::Violations& wrong);

// Of names that have been read before, or that we made.
CouncilId CouncilIn(std::string_view name);
PartnerId PartnerIn(std::string_view name);
RelationshipName RelationshipIn(std::string_view name);
PrincipalId PrincipalIn(std::string_view name);
OfficialName OfficialIn(std::string_view name);
AssetName AssetIn(std::string_view name);

}  // namespace twinledger::registry
