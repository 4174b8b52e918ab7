// Checks of the values that records are made of, under their names in the request.
#pragma once

#include <cstdint>
#include <string_view>

#include "platform/rpc/violations.h"
#include "twinledger/engagement/v1/facts.pb.h"
#include "twinledger/registry/v1/facts.pb.h"

namespace twinledger::engagement {

enum class Need { kOptional, kRequired };

// A handle or an office.
void CheckParty(const rpc::FieldPath& field, const v1::Party& party, Need need,
                rpc::Violations& wrong);
void CheckOffice(const rpc::FieldPath& field, std::string_view office, rpc::Violations& wrong);

// An amount that is given, in bounds, with its worth in New Zealand.
void CheckMoney(const rpc::FieldPath& field, const v1::Money& money, rpc::Violations& wrong);

// What an organisation files things under: letters, digits and ./_:- , at most 64 characters; no
// words of a sentence. Empty is well.
void CheckReference(const rpc::FieldPath& field, std::string_view reference,
                    rpc::Violations& wrong);

void CheckDecisionLinks(const rpc::FieldPath& field,
                        const google::protobuf::RepeatedPtrField<v1::DecisionLink>& links,
                        rpc::Violations& wrong);

void CheckDate(const rpc::FieldPath& field, const registry::v1::PartialDate& date,
               rpc::Violations& wrong);

}  // namespace twinledger::engagement
