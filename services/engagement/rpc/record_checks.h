// What may stand in the fields of a record that a client sends. Looks at the message alone; what
// the record's state forbids is the domain's to say. Violations are named under "record":
// "record.gift.value.currency".
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include <cstdint>
#include <string_view>

#include "engagement/domain/amendment.h"
#include "platform/rpc/field_checks.h"
#include "platform/rpc/violations.h"
#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::engagement {

inline constexpr std::int64_t kCentsMax = 8'000'000'000;  // What the sums of scoring bear.

// A record to submit: its content, all its fields, and what cannot all be so. What is kept of it,
// as FieldsOf gives it.
RecordFields CheckWhole(const v1::Record& record, rpc::Violations& wrong);

// The fields that an update mask names, of one content: that of the record if it has one.
void CheckAmended(const v1::Record& record, const google::protobuf::FieldMask& mask,
                  rpc::Violations& wrong);

// The content whose fields a mask names.
RecordFields::ContentCase ContentOfMask(const google::protobuf::FieldMask& mask);

// The fields of the record's content: content_checks.cc.
void CheckContent(const v1::Record& record, rpc::FieldChecks& checks);

void CheckReason(const rpc::FieldPath& field, std::string_view reason, rpc::Violations& wrong);

}  // namespace twinledger::engagement
