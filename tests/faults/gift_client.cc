#include "tests/faults/gift_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

#include "platform/base/uuid.h"
#include "platform/rpc/errors.h"
#include "tests/support/server_process.h"

namespace twinledger {

namespace v1 = engagement::v1;

GiftClient::GiftClient(std::string council, const std::string& server,
                       const std::filesystem::path& bundle, Acknowledgements& acknowledgements)
    : council_(std::move(council)),
      acknowledgements_(acknowledgements),
      stub_(v1::EngagementService::NewStub(support::Connect(server, bundle))),
      thread_([this] { Run(); }) {}

GiftClient::~GiftClient() {
  finishing_ = true;
  given_up_ = true;
}

std::vector<std::string> GiftClient::Join() {
  thread_.join();
  return recorded_;
}

// Values climb, so that bands are passed on the way.
void GiftClient::Run() {
  for (int i = 1; !finishing_; ++i) {
    v1::SubmitRecordRequest request;
    request.set_parent("councils/" + council_);
    request.set_record_id(RandomUuid(random_));
    request.set_request_id(RandomUuid(random_));
    v1::Gift& gift = *request.mutable_record()->mutable_gift();
    gift.set_direction(v1::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
    gift.mutable_recipient()->set_office("mayor");
    gift.mutable_donor()->set_office("governor");
    gift.set_kind(i % 5 == 0 ? v1::GIFT_KIND_CASH : v1::GIFT_KIND_ART);
    gift.set_description("number " + std::to_string(i));
    gift.mutable_value()->set_cents(1000 * i);
    gift.mutable_value()->set_currency("NZD");
    gift.mutable_offered_on()->set_year(2026);
    gift.mutable_offered_on()->set_month(1 + i % 6);
    gift.mutable_offered_on()->set_day(1 + i % 28);
    gift.set_disposition(v1::GIFT_DISPOSITION_RETAINED);
    while (!given_up_ && !Settle(request))
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// One attempt. False if it is to be repeated.
bool GiftClient::Settle(const v1::SubmitRecordRequest& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  context.set_wait_for_ready(true);
  v1::SubmitRecordResponse response;
  const grpc::Status status = stub_->SubmitRecord(&context, request, &response);
  if (status.ok()) {
    recorded_.push_back(response.record().name());
    acknowledgements_.Add();
    return true;
  }
  const Error error = rpc::FromStatus(status);
  const bool may_be_done = error.code == Code::kUnavailable ||
                           error.code == Code::kDeadlineExceeded ||
                           error.code == Code::kResourceExhausted;
  ++unknown_;
  EXPECT_TRUE(may_be_done) << error.reason << ": " << error.message;
  return !may_be_done;
}

}  // namespace twinledger
