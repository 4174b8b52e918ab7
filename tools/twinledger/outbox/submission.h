// A submitted record as an entry of the outbox, and back.
#pragma once

#include <string>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/outbox/v1/entry.pb.h"

namespace twinledger::client {

inline constexpr const char* kSubmitMethod =
    "/twinledger.engagement.v1.EngagementService/SubmitRecord";

// `request` has its request_id. What Outbox::Add says of its owner is left to it.
outbox::v1::Entry EntryOf(const engagement::v1::SubmitRecordRequest& request, WallTime now);

// UNIMPLEMENTED, reason ENTRY_NEWER, where it is a request of another method; DATA_LOSS, reason
// ENTRY_DAMAGED, where it cannot be read.
Result<engagement::v1::SubmitRecordRequest> SubmissionIn(const outbox::v1::Entry& entry);

// What may be shown of it anywhere: nothing that was written in clear.
struct SubmissionSummary {
  std::string command;       // "engagement submit"
  std::string kind = {};     // "gift"
  std::string council = {};  // "councils/hutt-city"
  std::string record = {};   // "councils/hutt-city/records/UUID"
};
SubmissionSummary SummaryOf(const engagement::v1::SubmitRecordRequest& request);

// The last answer to an entry, and back.
outbox::v1::Answer AnswerOf(const Error& error, WallTime now);
Error ErrorIn(const outbox::v1::Answer& answer);

}  // namespace twinledger::client
