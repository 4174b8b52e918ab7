#include "tests/faults/council_client.h"

#include <absl/time/time.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "platform/base/uuid.h"
#include "platform/log/archive/log_path.h"
#include "platform/rpc/errors.h"
#include "tests/support/history_oracle.h"

namespace twinledger {

using support::HistoryEvent;

namespace {

constexpr std::chrono::milliseconds kWithoutRetryInfo{100};

}  // namespace

void Acknowledgements::Add() {
  const absl::MutexLock lock(&mutex_);
  ++count_;
}

int Acknowledgements::count() const {
  const absl::MutexLock lock(&mutex_);
  return count_;
}

bool Acknowledgements::WaitForOne(std::chrono::seconds wait) const {
  const absl::MutexLock lock(&mutex_);
  const auto more = [this, before = count_] { return count_ > before; };
  return mutex_.AwaitWithTimeout(absl::Condition(&more), absl::FromChrono(wait));
}

CouncilClient::CouncilClient(int number, const std::filesystem::path& folder,
                             std::shared_ptr<grpc::Channel> channel,
                             Acknowledgements& acknowledgements, AfterWrite after)
    : number_(number),
      after_(after),
      acknowledgements_(acknowledgements),
      history_(folder / std::to_string(number)),
      stub_(registry::v1::RegistryService::NewStub(std::move(channel))),
      thread_([this] { Run(); }) {}

CouncilClient::~CouncilClient() { GiveUp(); }

std::string CouncilClient::last_error() const {
  const absl::MutexLock lock(&mutex_);
  return last_error_;
}

std::map<std::string, int> CouncilClient::reasons() const {
  const absl::MutexLock lock(&mutex_);
  return reasons_;
}

void CouncilClient::Run() {
  for (int i = 0; !finishing_; ++i) {
    registry::v1::CreateCouncilRequest request;
    request.set_council_id("council-" + std::to_string(number_) + "-" + std::to_string(i));
    request.mutable_council()->set_display_name("Council " + std::to_string(i));
    request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_DISTRICT);
    request.set_request_id(RandomUuid(random_));
    while (!given_up_ && !Settle(request))
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// One attempt. False if it is to be repeated.
bool CouncilClient::Settle(const registry::v1::CreateCouncilRequest& request) {
  history_.Write({HistoryEvent::Kind::kInvoke, request.request_id(), request.council_id(), "", 0});
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  // A call that fails at once would not drive the connection that it waits for.
  context.set_wait_for_ready(true);
  registry::v1::CreateCouncilResponse response;
  const grpc::Status status = stub_->CreateCouncil(&context, request, &response);
  if (status.ok()) {
    history_.Write({HistoryEvent::Kind::kOk, request.request_id(), response.receipt().position(),
                    response.receipt().commit_hash(), 0});
    acknowledgements_.Add();
    if (after_ == AfterWrite::kReadBack) ReadBack(request, response.receipt().consistency_token());
    return true;
  }
  const Error error = rpc::FromStatus(status);
  // CANCELLED: by the end of a server that was told to stop.
  const bool may_be_done = error.code == Code::kUnavailable || error.code == Code::kCancelled ||
                           error.code == Code::kDeadlineExceeded ||
                           error.code == Code::kResourceExhausted;
  history_.Write({may_be_done ? HistoryEvent::Kind::kUnknown : HistoryEvent::Kind::kFail,
                  request.request_id(), error.reason, "", 0});
  if (may_be_done) ++unknown_;
  {
    const absl::MutexLock lock(&mutex_);
    last_error_ = error.reason + ": " + error.message;
    ++reasons_[error.reason];
  }
  EXPECT_TRUE(may_be_done) << error.reason << ": " << error.message;
  return !may_be_done;
}

grpc::Status CouncilClient::Get(const registry::v1::GetCouncilRequest& request,
                                registry::v1::GetCouncilResponse& response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  return stub_->GetCouncil(&context, request, &response);
}

void CouncilClient::ReadBack(const registry::v1::CreateCouncilRequest& written,
                             const std::string& token) {
  registry::v1::GetCouncilRequest request;
  request.set_name("councils/" + written.council_id());
  request.mutable_read_options()->add_consistency_tokens(token);
  registry::v1::GetCouncilResponse response;
  grpc::Status status = Get(request, response);
  while (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED && !given_up_) {
    // All clients are one account, which may call faster than it is allowed to.
    std::this_thread::sleep_for(rpc::FromStatus(status).retry_after.value_or(kWithoutRetryInfo));
    status = Get(request, response);
  }
  if (given_up_ || status.error_code() == grpc::StatusCode::UNAVAILABLE) return;  // It was killed.
  EXPECT_TRUE(status.ok()) << request.name() << ": " << status.error_message();
  EXPECT_EQ(response.council().display_name(), written.council().display_name())
      << request.name() << " was acknowledged and is not read";
  ++read_back_;
}

std::vector<std::string> ViolationsOf(const std::filesystem::path& data,
                                      const std::filesystem::path& history) {
  const auto path = log::ResolveLogPath(data);
  if (!path.ok()) return {path.error().message};
  const auto log = log::OpenForReading(*path);
  if (!log.ok()) return {log.error().message};
  const auto founding = log::FindFounding(**log, std::nullopt);
  if (!founding.ok()) return {founding.error().message};
  const auto facts = support::ReadLogFacts(**log, *founding);
  if (!facts.ok()) return {facts.error().message};
  return support::Violations(support::ReadHistory(history), *facts);
}

}  // namespace twinledger
