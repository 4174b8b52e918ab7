// What is submitted and amended, by a call of its own or as a row of an import: the same request.
#pragma once

#include <string_view>

#include "engagement/domain/amendment.h"
#include "engagement/rpc/resource_names.h"
#include "platform/rpc/policy.h"
#include "platform/rpc/violations.h"
#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::engagement {

// Commits name the method whose request was decided.
inline constexpr std::string_view kSubmitRecord =
    "twinledger.engagement.v1.EngagementService/SubmitRecord";
inline constexpr std::string_view kAmendRecord =
    "twinledger.engagement.v1.EngagementService/AmendRecord";

// All that is wrong but request_id and after; and what the request is about. `kept` becomes what is
// kept of the record, all but the texts.
rpc::Scope CheckSubmit(const v1::SubmitRecordRequest& request, rpc::Violations& wrong,
                       RecordFields& kept);
rpc::Scope CheckAmend(const v1::AmendRecordRequest& request, rpc::Violations& wrong);

// REQUIRES: checked.
RecordName NameIn(const v1::SubmitRecordRequest& request);

bool MayHaveTexts(const v1::Record& record);

}  // namespace twinledger::engagement
