#include "tests/benchmarks/engagement_callers.h"

#include <absl/synchronization/notification.h>
#include <fmt/format.h>

#include <thread>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "tests/benchmarks/repeated_call.h"

namespace twinledger::testing {
namespace {

namespace v1 = engagement::v1;

constexpr int kCouncils = 16;

v1::SubmitRecordRequest GiftOf(const std::string& council, int number) {
  const WallTime now = SystemClock().Now();
  crypto::SystemRandom random;
  v1::SubmitRecordRequest request;
  request.set_parent("councils/" + council);
  // Both as the client makes them.
  request.set_record_id(TimeOrderedUuid(now, random));
  request.set_request_id(TimeOrderedUuid(now, random));
  v1::Gift& gift = *request.mutable_record()->mutable_gift();
  gift.set_direction(v1::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
  gift.mutable_recipient()->set_office("mayor");
  gift.mutable_donor()->set_office("mayor");
  gift.set_kind(v1::GIFT_KIND_SYMBOLIC);
  gift.set_description(fmt::format("a plaque, number {}", number));
  gift.set_circumstances("given at a dinner of both delegations");
  gift.mutable_value()->set_cents(4'000 + number % 9'000);
  gift.mutable_value()->set_currency("NZD");
  gift.set_value_basis(v1::VALUE_BASIS_ESTIMATE);
  gift.mutable_offered_on()->set_year(2026);
  gift.mutable_offered_on()->set_month(1 + number % 6);
  gift.mutable_offered_on()->set_day(1 + number % 28);
  gift.set_disposition(v1::GIFT_DISPOSITION_RETAINED);
  return request;
}

}  // namespace

EngagementCallers::EngagementCallers(ServedSystem& system) {
  const support::TemporaryFolder bundles;
  for (int i = 0; i < kCouncils; ++i) {
    councils_.push_back(fmt::format("giving-{}", i));
    system.callers().CreateAndWait(councils_.back(), i);
    const std::string account = fmt::format("officer-{}", i);
    IssueBundle(system.data(), {identity::Role::kCouncilOfficer, councils_.back(), account},
                bundles.path() / account);
    stubs_.push_back(v1::EngagementService::NewStub(
        support::Connect(system.address(), bundles.path() / account)));
  }
  for (std::size_t i = 0; i < stubs_.size(); ++i) {
    grpc::ClientContext context;
    v1::ListRecordsRequest all;
    all.set_parent("councils/" + councils_[i]);
    all.mutable_read_options()->set_latest(true);
    v1::ListRecordsResponse none;
    TL_CHECK(stubs_[i]->ListRecords(&context, all, &none).ok());
  }
}

void EngagementCallers::Submit(int number, const std::function<void()>& done) {
  const std::size_t council = static_cast<std::size_t>(number) % councils_.size();
  v1::EngagementService::Stub& stub = *stubs_[council];
  CallUntilAnswered<v1::SubmitRecordRequest, v1::SubmitRecordResponse>(
      GiftOf(councils_[council], number),
      [&stub](auto* context, const auto* asked, auto* answer, auto then) {
        stub.async()->SubmitRecord(context, asked, answer, std::move(then));
      },
      repeats_, done);
}

void EngagementCallers::Import(int number, int rows) {
  const std::size_t council = static_cast<std::size_t>(number) % councils_.size();
  std::vector<v1::ImportRecordsRequest> requests(static_cast<std::size_t>(rows));
  for (v1::ImportRecordsRequest& request : requests) {
    *request.mutable_submit() = GiftOf(councils_[council], number++);
  }
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5));
  const auto stream = stubs_[council]->ImportRecords(&context);
  std::jthread writer([&] {
    for (const v1::ImportRecordsRequest& request : requests) TL_CHECK(stream->Write(request));
    stream->WritesDone();
  });
  int recorded = 0;
  for (v1::ImportRecordsResponse answer; stream->Read(&answer);) {
    if (!answer.has_recorded()) std::fprintf(stderr, "%s\n", answer.ShortDebugString().c_str());
    TL_CHECK(answer.has_recorded());
    ++recorded;
  }
  writer.join();
  TL_CHECK(stream->Finish().ok());
  TL_CHECK(recorded == rows);
}

void EngagementCallers::SubmitAndWait(int number) {
  absl::Notification done;
  Submit(number, [&done] { done.Notify(); });
  done.WaitForNotification();
}

}  // namespace twinledger::testing
