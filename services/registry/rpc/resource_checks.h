// What may stand in the fields of a resource that a client sends. Looks at the message alone; what
// the record's state forbids is the domain's to say.
#pragma once

#include <string_view>

#include "platform/rpc/field_checks.h"
#include "platform/rpc/violations.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::registry {

using rpc::CheckMask;
using rpc::Given;
using rpc::kTextCharactersMax;

// Violations are named under `prefix`: "council.population".
void CheckFields(std::string_view prefix, const v1::Council& council, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::Partner& partner, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::Relationship& relationship, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::Official& official, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::Principal& principal, const Given& given,
                 rpc::Violations& wrong);
void CheckFields(std::string_view prefix, const v1::StrategicAsset& asset, const Given& given,
                 rpc::Violations& wrong);

// What is given once, or by a call of its own.
void CheckPrincipalKind(const rpc::FieldPath& field, v1::PrincipalKind kind,
                        rpc::Violations& wrong);
void CheckCriticality(const rpc::FieldPath& field, v1::Criticality criticality,
                      rpc::Violations& wrong);

void CheckDate(const rpc::FieldPath& field, const v1::PartialDate& date, rpc::Violations& wrong);
void RequireDate(const rpc::FieldPath& field, const v1::PartialDate& date, rpc::Violations& wrong);
void RequireDay(const rpc::FieldPath& field, const v1::PartialDate& date, rpc::Violations& wrong);
void CheckProvenance(const v1::Provenance& provenance, rpc::Violations& wrong);

}  // namespace twinledger::registry
