// Between what clients send and see and what the log and the rows keep. Fields of the same name
// mean the same on both sides and are copied by name (translation_test.cc proves that all are);
// here stand the ones that differ: clients write resource names, we keep ids.
#pragma once

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "platform/rpc/policy.h"
#include "registry/projection/registry_view.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/history.pb.h"
#include "twinledger/registry/v1/national_register.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::registry {

// REQUIRES: checked by CheckFields.
events::v1::CouncilFields FieldsOf(const v1::Council& council);
events::v1::PartnerFields FieldsOf(const v1::Partner& partner);
events::v1::RelationshipFields FieldsOf(const v1::Relationship& relationship);
events::v1::StrategicAssetFields FieldsOf(const v1::StrategicAsset& asset);
// Without what is kept sealed: sealed_texts.h.
events::v1::OfficialFields FieldsOf(const v1::Official& official);
events::v1::PrincipalFields FieldsOf(const PrincipalId& id, events::v1::PrincipalKind kind,
                                     const v1::Principal& principal);
PartialDate DateOf(const v1::PartialDate& date);
events::v1::Provenance ProvenanceOf(const v1::Provenance& provenance,
                                    const rpc::CallerIdentity& by);

// Paths that an update mask may name, and what they are called in the rows.
std::vector<std::string> AmendablePaths(const google::protobuf::Message& fields);
std::vector<std::string> PathsOf(const google::protobuf::FieldMask& mask);
// Likewise of a record that keeps sealed what it can.
std::vector<std::string> SealedPathsOf(const google::protobuf::FieldMask& mask,
                                       const google::protobuf::Message& fields);

v1::Council ResourceOf(const Versioned<Council>& council);
v1::Partner ResourceOf(const Versioned<Partner>& partner);
v1::Relationship ResourceOf(const Versioned<Relationship>& relationship);
v1::StrategicAsset ResourceOf(const Versioned<StrategicAsset>& asset);
// Without what is kept sealed.
v1::Official ResourceOf(const Versioned<Official>& official);
v1::Principal ResourceOf(const Versioned<Principal>& principal);
v1::Version ResourceOf(const HistoryEntry& entry);
v1::NationalRegisterRow ResourceOf(const RegisterLine& line);

}  // namespace twinledger::registry
