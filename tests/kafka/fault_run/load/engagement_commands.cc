#include "tests/kafka/fault_run/load/engagement_commands.h"

#include <algorithm>
#include <utility>

#include "tests/kafka/fault_run/load/registry_commands.h"
#include "twinledger/engagement/v1/engagement_service.pb.h"

namespace twinledger::faults {
namespace {

namespace ev1 = engagement::v1;

constexpr std::size_t kRecordsKnown = 12;

}  // namespace

EngagementCommands::EngagementCommands(std::string council, int client, std::uint64_t seed)
    : council_(std::move(council)), dice_(seed * 1000 + static_cast<unsigned>(client)) {}

template <class Response, class Request>
Call EngagementCommands::Make(const std::string& method, Request request) {
  Call call = MakeCall<Response>("/twinledger.engagement.v1.EngagementService/" + method, "council",
                                 council_, std::move(request),
                                 [this](const Response& answer) { Learn(answer.record()); });
  call.waits_for_others = true;
  return call;
}

Call EngagementCommands::Next() {
  if (records_.size() < kRecordsKnown) return Submit();
  const std::size_t die = Below(10);
  const Known& record = records_[Below(records_.size())];
  if (die == 0 && !record.stale_etag.empty()) return Amend(record, record.stale_etag);
  if (record.state == ev1::RECORD_STATE_RETRACTION_PENDING) {
    return die < 5 ? Verify(record, kApprover) : Return(record);
  }
  if (die == 1) return Verify(record, kOfficer);  // Its own: refused.
  if (die < 4) return Retract(record);
  if (record.state == ev1::RECORD_STATE_SUBMITTED && die < 7) {
    return die == 4 ? Return(record) : Verify(record, kApprover);
  }
  return Amend(record, record.etag);
}

Call EngagementCommands::Submit() {
  ev1::SubmitRecordRequest request;
  request.set_parent("councils/" + council_);
  request.set_record_id(NewUuid());
  request.mutable_record()->set_relationship("councils/" + council_ + "/relationships/" +
                                             kEngagedRelationship);
  ev1::Gift& gift = *request.mutable_record()->mutable_gift();
  gift.set_direction(ev1::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
  gift.mutable_recipient()->set_office("mayor");
  gift.mutable_donor()->set_office("governor");
  gift.set_kind(ev1::GIFT_KIND_ART);
  gift.set_description("a vase");
  gift.mutable_value()->set_cents(NewValue());
  gift.mutable_value()->set_currency("NZD");
  gift.mutable_offered_on()->set_year(2026);
  gift.mutable_offered_on()->set_month(5);
  gift.mutable_offered_on()->set_day(1);
  gift.set_disposition(ev1::GIFT_DISPOSITION_RETAINED);
  return Make<ev1::SubmitRecordResponse>("SubmitRecord", std::move(request));
}

Call EngagementCommands::Amend(const Known& record, const std::string& etag) {
  ev1::AmendRecordRequest request;
  request.mutable_record()->set_name(record.name);
  ev1::Gift& gift = *request.mutable_record()->mutable_gift();
  gift.mutable_value()->set_cents(NewValue());
  gift.mutable_value()->set_currency("NZD");
  request.mutable_update_mask()->add_paths("gift.value");
  request.set_etag(etag);
  request.set_reason("valued anew");
  return Make<ev1::AmendRecordResponse>("AmendRecord", std::move(request));
}

Call EngagementCommands::Retract(const Known& record) {
  ev1::RetractRecordRequest request;
  request.set_name(record.name);
  request.set_etag(record.etag);
  request.set_reason("recorded twice");
  return Make<ev1::RetractRecordResponse>("RetractRecord", std::move(request));
}

Call EngagementCommands::Verify(const Known& record, std::size_t account) {
  ev1::VerifyRecordRequest request;
  request.set_name(record.name);
  request.set_etag(record.etag);
  Call call = Make<ev1::VerifyRecordResponse>("VerifyRecord", std::move(request));
  call.account = account;
  return call;
}

Call EngagementCommands::Return(const Known& record) {
  ev1::ReturnRecordRequest request;
  request.set_name(record.name);
  request.set_etag(record.etag);
  request.set_reason("look again");
  Call call = Make<ev1::ReturnRecordResponse>("ReturnRecord", std::move(request));
  call.account = kApprover;
  return call;
}

// A record that was taken back for ever is left behind.
void EngagementCommands::Learn(const ev1::Record& record) {
  const auto known = std::ranges::find(records_, record.name(), &Known::name);
  if (known == records_.end()) {
    records_.push_back({record.name(), record.etag(), "", record.state()});
  } else if (record.state() == ev1::RECORD_STATE_RETRACTED) {
    records_.erase(known);
  } else if (known->etag != record.etag()) {
    known->stale_etag = std::exchange(known->etag, record.etag());
    known->state = record.state();
  }
}

}  // namespace twinledger::faults
