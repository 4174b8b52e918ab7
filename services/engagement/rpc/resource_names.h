// Names of resources, as clients write them (AIP-122).
//
//   councils/{slug}      councils/{slug}/records/{uuid}      councils/{slug}/relationships/{uuid}
#pragma once

#include <string>
#include <string_view>

#include "engagement/domain/ids.h"
#include "platform/rpc/violations.h"

namespace twinledger::engagement {

struct RecordName {
  CouncilId council;
  RecordId record;
};

struct RelationshipName {
  CouncilId council;
  RelationshipId relationship;
};

std::string NameOf(const CouncilId& council);
std::string NameOf(const CouncilId& council, const RecordId& id);
std::string NameOf(const CouncilId& council, const RelationshipId& id);

// What is wrong with the name is added to `wrong`; the ids are then empty.
CouncilId ReadCouncilName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong);
RecordName ReadRecordName(const rpc::FieldPath& field, std::string_view name,
                          rpc::Violations& wrong);
RelationshipName ReadRelationshipName(const rpc::FieldPath& field, std::string_view name,
                                      rpc::Violations& wrong);

// Of names that have been read before, or that we made.
CouncilId CouncilIn(std::string_view name);
RecordName RecordIn(std::string_view name);
RelationshipName RelationshipIn(std::string_view name);

}  // namespace twinledger::engagement
