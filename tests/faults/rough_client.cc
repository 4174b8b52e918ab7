#include "tests/faults/rough_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <utility>

#include "platform/base/uuid.h"
#include "platform/rpc/errors.h"

namespace twinledger {

using std::chrono::milliseconds;
using support::HistoryEvent;

namespace {

constexpr std::chrono::seconds kAnswerTimeMax{120};

void WriteEnd(support::HistoryFile& history, const registry::v1::CreateCouncilRequest& request,
              const grpc::Status& status, const registry::v1::CreateCouncilResponse& response) {
  if (status.ok()) {
    return history.Write({HistoryEvent::Kind::kOk, request.request_id(),
                          response.receipt().position(), response.receipt().commit_hash(), 0});
  }
  const Error error = rpc::FromStatus(status);
  const bool refused = error.code == Code::kAlreadyExists;
  history.Write({refused ? HistoryEvent::Kind::kRefused : HistoryEvent::Kind::kUnknown,
                 request.request_id(), error.reason, "", 0});
}

}  // namespace

void RoughCounts::Add(const RoughCounts& other) {
  answered += other.answered;
  late += other.late;
  cancelled += other.cancelled;
  cut += other.cut;
  told_no += other.told_no;
}

// One call of several of the same request.
struct RoughClient::Attempt {
  registry::v1::CreateCouncilRequest request;
  grpc::ClientContext context;
  registry::v1::CreateCouncilResponse response;
  std::promise<grpc::Status> done;
  grpc::Status status;
};

RoughClient::RoughClient(int number, const std::filesystem::path& folder,
                         std::vector<std::shared_ptr<grpc::Channel>> channels, Roughness how,
                         unsigned seed)
    : number_(number),
      how_(how),
      history_(folder / std::to_string(number)),
      random_(seed + static_cast<unsigned>(number)) {
  for (auto& channel : channels) {
    stubs_.push_back(registry::v1::RegistryService::NewStub(std::move(channel)));
  }
  thread_ = std::jthread([this] { Run(); });
}

RoughCounts RoughClient::Join() {
  thread_.join();
  return counts_;
}

int RoughClient::Draw(int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random_);
}

void RoughClient::Run() {
  for (int i = 0; !finishing_; ++i) {
    registry::v1::CreateCouncilRequest request;
    request.set_council_id("rough-" + std::to_string(number_) + "-" + std::to_string(i));
    request.mutable_council()->set_display_name("Council " + std::to_string(i));
    request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_DISTRICT);
    request.set_request_id(RandomUuid(ids_));
    TreatBadly(request);
    Settle(request);
    Settle(request);  // Whose answer is held against the first one's.
    settled_.push_back(std::move(request));
  }
}

void RoughClient::Settle(const registry::v1::CreateCouncilRequest& request) {
  const auto until = std::chrono::steady_clock::now() + kAnswerTimeMax;
  while (!Ask(request)) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "no answer to " << request.council_id();
    std::this_thread::sleep_for(milliseconds(20));
  }
}

void RoughClient::TreatBadly(registry::v1::CreateCouncilRequest request) {
  std::vector<std::unique_ptr<Attempt>> attempts;
  const int count = Draw(1, how_.at_once_max);
  for (int i = 0; i < count; ++i) {
    auto& attempt = *attempts.emplace_back(std::make_unique<Attempt>());
    if (how_.new_ids) {
      request.set_request_id(RandomUuid(ids_));
      request.mutable_council()->set_display_name("Council as of call " + std::to_string(i));
    }
    attempt.request = request;
    const bool early = how_.early_deadlines && Draw(0, 1) == 0;
    const auto time = early ? milliseconds(Draw(1, 50)) : milliseconds(30'000);
    attempt.context.set_deadline(std::chrono::system_clock::now() + time);
    history_.Write(
        {HistoryEvent::Kind::kInvoke, request.request_id(), request.council_id(), "", 0});
    auto& stub = *stubs_[static_cast<std::size_t>(i) % stubs_.size()];
    stub.async()->CreateCouncil(
        &attempt.context, &attempt.request, &attempt.response,
        [&attempt](grpc::Status status) { attempt.done.set_value(std::move(status)); });
  }
  if (how_.cancels && Draw(0, 3) == 0) {
    std::this_thread::sleep_for(milliseconds(Draw(0, 20)));
    attempts[static_cast<std::size_t>(Draw(0, count - 1))]->context.TryCancel();
  }
  for (const auto& attempt : attempts) attempt->status = attempt->done.get_future().get();
  for (const auto& attempt : attempts) {
    WriteEnd(history_, attempt->request, attempt->status, attempt->response);
    Count(*attempt);
  }
}

void RoughClient::Count(const Attempt& attempt) {
  const grpc::StatusCode code = attempt.status.error_code();
  if (code == grpc::StatusCode::OK) {
    ++counts_.answered;
  } else if (code == grpc::StatusCode::DEADLINE_EXCEEDED) {
    ++counts_.late;
  } else if (code == grpc::StatusCode::CANCELLED) {
    ++counts_.cancelled;
  } else if (code == grpc::StatusCode::UNAVAILABLE ||
             code == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    ++counts_.cut;
  } else {
    EXPECT_TRUE(how_.new_ids) << attempt.status.error_message();
    ++counts_.told_no;
  }
}

// One attempt with time enough. False if it is to be repeated.
bool RoughClient::Ask(const registry::v1::CreateCouncilRequest& request) {
  history_.Write({HistoryEvent::Kind::kInvoke, request.request_id(), request.council_id(), "", 0});
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  context.set_wait_for_ready(true);
  registry::v1::CreateCouncilResponse response;
  const grpc::Status status = stubs_[0]->CreateCouncil(&context, request, &response);
  WriteEnd(history_, request, status, response);
  if (status.ok()) return true;
  const Error error = rpc::FromStatus(status);
  const bool told_no = error.code == Code::kAlreadyExists;
  counts_.told_no += told_no ? 1 : 0;
  EXPECT_TRUE(error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded ||
              error.code == Code::kResourceExhausted || (told_no && how_.new_ids))
      << error.reason << ": " << error.message;
  return told_no;
}

void RepeatAll(const std::vector<registry::v1::CreateCouncilRequest>& requests, int number,
               const std::filesystem::path& folder, const std::shared_ptr<grpc::Channel>& channel) {
  support::HistoryFile history(folder / std::to_string(number));
  const auto stub = registry::v1::RegistryService::NewStub(channel);
  for (const registry::v1::CreateCouncilRequest& request : requests) {
    grpc::Status status;
    do {
      history.Write(
          {HistoryEvent::Kind::kInvoke, request.request_id(), request.council_id(), "", 0});
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + kAnswerTimeMax);
      context.set_wait_for_ready(true);
      registry::v1::CreateCouncilResponse response;
      status = stub->CreateCouncil(&context, request, &response);
      WriteEnd(history, request, status, response);
    } while (!status.ok() && rpc::FromStatus(status).reason == "RATE_LIMITED");
    EXPECT_TRUE(status.ok()) << request.council_id() << ": " << status.error_message();
  }
}

}  // namespace twinledger
