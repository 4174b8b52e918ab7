// The server program as an operator and its clients meet it: started, probed, refused, drained.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "platform/base/clock.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/rpc/errors.h"
#include "tests/end_to_end/server_fixture.h"
#include "tests/support/local_http.h"
#include "twinledger/audit/v1/audit.grpc.pb.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

using support::ServerAddresses;
using support::ServerProcess;
using ::testing::HasSubstr;

TEST_F(ServerTest, StartsOnAnEmptyDirectoryServesDrainsAndStartsAgain) {
  auto server = Start();
  const auto first = server->WaitUntilServing();
  ASSERT_TRUE(first) << LogText();
  EXPECT_EQ(support::Probe(first->health, ""), 1);
  EXPECT_EQ(support::Probe(first->health, "twinledger.registry.v1.RegistryService"), 1);
  EXPECT_EQ(support::Probe(first->health, "no.such.Service"), std::nullopt);
  EXPECT_EQ(support::Probe(first->services, ""), std::nullopt);  // Plain text is not spoken there.
  const std::string hash = support::ReadText(data() / "keys" / "founding.sha256");
  EXPECT_EQ(hash.size(), 65u);
  EXPECT_EQ(sched_getscheduler(server->pid()), SCHED_BATCH);

  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait(), 0) << LogText();
  EXPECT_FALSE(std::filesystem::exists(data() / "endpoint.json"));

  const auto started = std::chrono::steady_clock::now();
  server = Start();
  const auto second = server->WaitUntilServing();
  ASSERT_TRUE(second) << LogText();
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(120));
  EXPECT_EQ(support::ReadText(data() / "keys" / "founding.sha256"), hash);
  operations::v1::GetHealthResponse health;
  const grpc::Status status = GetHealth(As("operator", *second), &health);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(health.state(), operations::v1::SERVER_STATE_SERVING);
  EXPECT_TRUE(WaitForLine("caught up: read 0 records")) << LogText();
}

TEST_F(ServerTest, ClientsAskWhereTheServicesAreWhetherTheyServe) {
  auto server = Start({"--services", "registry"});
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  using grpc::health::v1::HealthCheckResponse;
  HealthCheckResponse response;
  const auto check = [&](const std::string& role, const std::string& service) {
    grpc::ClientContext context;
    SetDeadline(context);
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    response.Clear();
    return grpc::health::v1::Health::NewStub(As(role, *at))->Check(&context, request, &response);
  };
  for (const char* service : {"", "twinledger.registry.v1.RegistryService",
                              "twinledger.operations.v1.OperationsService"}) {
    EXPECT_TRUE(check("auditor", service).ok()) << service;
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING) << service;
  }
  const grpc::Status unknown = check("operator", "twinledger.audit.v1.AuditService");
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(rpc::FromStatus(unknown).reason, "SERVICE_UNKNOWN");
}

TEST_F(ServerTest, RefusesWhoHasNoCertificateAndWhatIsNotAllowed) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  operations::v1::GetHealthResponse health;
  EXPECT_EQ(GetHealth(support::ConnectInPlainText(at->services), &health).error_code(),
            grpc::StatusCode::UNAVAILABLE);

  grpc::ClientContext context;
  SetDeadline(context);
  audit::v1::ReplayCommitsResponse commit;
  const auto stub = audit::v1::AuditService::NewStub(As("operator", *at));
  const auto reader = stub->ReplayCommits(&context, {});
  EXPECT_FALSE(reader->Read(&commit));
  const Error denied = rpc::FromStatus(reader->Finish());
  EXPECT_EQ(denied.code, Code::kPermissionDenied) << denied.message;
  EXPECT_EQ(denied.reason, "NOT_PERMITTED");
}

TEST_F(ServerTest, ARequestThatIsTooLargeIsToldTheLimit) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const auto stub = registry::v1::RegistryService::NewStub(As("agency-approver", *at));
  registry::v1::CreateCouncilRequest request;
  request.mutable_council()->set_display_name(std::string(600'000, 'x'));
  grpc::ClientContext context;
  SetDeadline(context);
  registry::v1::CreateCouncilResponse response;
  const Error error = rpc::FromStatus(stub->CreateCouncil(&context, request, &response));
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_EQ(error.reason, "REQUEST_TOO_LARGE");
  EXPECT_EQ(error.metadata.at("bytesMax"), "262144");
}

TEST_F(ServerTest, DoesNotTellItsMethodsUnlessAsked) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  grpc::GenericStub stub(As("operator", *at));
  grpc::ClientContext context;
  SetDeadline(context);
  const grpc::Slice no_bytes("");
  const grpc::ByteBuffer nothing(&no_bytes, 1);
  grpc::ByteBuffer answer;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                 grpc::StubOptions(), &nothing, &answer,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const Error unknown = rpc::FromStatus(done.get_future().get());
  EXPECT_EQ(unknown.code, Code::kUnimplemented);
  EXPECT_EQ(unknown.reason, "UNKNOWN_METHOD");
}

TEST_F(ServerTest, AnAuditorReadsTheWholeLogAndItsManifest) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const auto stub = audit::v1::AuditService::NewStub(As("auditor", *at));

  grpc::ClientContext log_context;
  SetDeadline(log_context);
  audit::v1::GetLogResponse log;
  const grpc::Status status = stub->GetLog(&log_context, {}, &log);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(log.founding_hash() + "\n", support::ReadText(data() / "keys" / "founding.sha256"));
  ASSERT_EQ(log.streams_size(), 4);
  EXPECT_EQ(log.tips_size(), 4);
  for (const audit::v1::LogPartition& tip : log.tips()) EXPECT_EQ(tip.sequence(), 1u);

  grpc::ClientContext records_context;
  SetDeadline(records_context);
  const auto records = stub->StreamRecords(&records_context, {});
  int count = 0;
  int manifests = 0;
  for (audit::v1::StreamRecordsResponse item; records->Read(&item);) {
    ++(item.has_record() ? count : manifests);
    if (item.has_manifest()) {
      EXPECT_EQ(item.manifest().signatures_size(), 4);
    }
  }
  EXPECT_TRUE(records->Finish().ok());
  EXPECT_EQ(count, 4);
  EXPECT_EQ(manifests, 1);

  grpc::ClientContext replay_context;
  SetDeadline(replay_context);
  audit::v1::ReplayCommitsRequest request;
  request.set_stream("registry");
  request.set_partition(0);
  const auto replay = stub->ReplayCommits(&replay_context, request);
  audit::v1::ReplayCommitsResponse commit;
  ASSERT_TRUE(replay->Read(&commit));
  EXPECT_EQ(commit.position(), "registry/0/1");
  EXPECT_EQ(commit.key().type(), "log");
  EXPECT_FALSE(replay->Read(&commit));
  EXPECT_TRUE(replay->Finish().ok());
}

TEST_F(ServerTest, AReplayOfWhatIsNotThereIsRefusedByName) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const auto stub = audit::v1::AuditService::NewStub(As("auditor", *at));
  const auto reason_of = [&](const audit::v1::ReplayCommitsRequest& request) {
    grpc::ClientContext context;
    SetDeadline(context);
    const auto reader = stub->ReplayCommits(&context, request);
    audit::v1::ReplayCommitsResponse commit;
    while (reader->Read(&commit)) continue;
    const grpc::Status status = reader->Finish();
    return status.ok() ? "OK" : rpc::FromStatus(status).reason;
  };
  audit::v1::ReplayCommitsRequest unknown_stream;
  unknown_stream.set_stream("regsitry");
  EXPECT_EQ(reason_of(unknown_stream), "UNKNOWN_STREAM");
  audit::v1::ReplayCommitsRequest unknown_partition;
  unknown_partition.set_stream("registry");
  unknown_partition.set_partition(1);
  EXPECT_EQ(reason_of(unknown_partition), "UNKNOWN_PARTITION");
  audit::v1::ReplayCommitsRequest no_stream;
  no_stream.set_partition(0);
  no_stream.set_key_id("x");
  EXPECT_EQ(reason_of(no_stream), "INVALID_REQUEST");
  audit::v1::ReplayCommitsRequest unknown_type;
  unknown_type.set_event_type("council_ammended");
  EXPECT_EQ(reason_of(unknown_type), "UNKNOWN_EVENT_TYPE");
  audit::v1::ReplayCommitsRequest no_account;
  no_account.set_actor("first");
  EXPECT_EQ(reason_of(no_account), "INVALID_REQUEST");
  audit::v1::ReplayCommitsRequest bounds_nothing;
  bounds_nothing.mutable_to()->mutable_positions()->add_positions()->set_stream("regsitry");
  EXPECT_EQ(reason_of(bounds_nothing), "UNKNOWN_STREAM");
  audit::v1::ReplayCommitsRequest beyond;
  auto& position = *beyond.mutable_from()->mutable_positions()->add_positions();
  position.set_stream("registry");
  position.set_sequence(3);
  EXPECT_EQ(reason_of(beyond), "BEYOND_TAIL");
}

TEST_F(ServerTest, ARebuildBesideTheServingProjectionHasEqualDigests) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const auto stub = operations::v1::OperationsService::NewStub(As("operator", *at));
  grpc::ClientContext context;
  SetDeadline(context, std::chrono::seconds(60));
  operations::v1::RebuildProjectionRequest request;
  request.set_name("registry");
  const auto reader = stub->RebuildProjection(&context, request);
  operations::v1::RebuildProjectionResponse step;
  while (reader->Read(&step)) continue;
  const grpc::Status status = reader->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_TRUE(step.has_comparison());
  EXPECT_TRUE(step.comparison().equal());
  EXPECT_EQ(step.comparison().partitions_size(), 1);
}

// A projection that is gone is built again from the log before anything is served, and /metrics
// says of all of it how far that is.
TEST_F(ServerTest, AProjectionThatIsGoneIsRebuiltAndMetricsTellOfIt) {
  {
    auto server = Start();
    const auto at = server->WaitUntilServing();
    ASSERT_TRUE(at) << LogText();
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
  std::filesystem::remove_all(data() / "projections");
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const auto port = at->metrics.substr(at->metrics.rfind(':') + 1);
  const std::string metrics = support::Ask(static_cast<std::uint16_t>(std::stoi(port)),
                                           "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const char* line :
       {"twinledger_projection_catch_up_records_per_second{service=\"registry\"} 0",
        "twinledger_projection_catch_up_seconds_left{service=\"registry\"} 0",
        "twinledger_projection_lag_records{service=\"registry\",stream=\"registry\",partition="
        "\"0\"} 0",
        "twinledger_projection_sequence{service=\"registry\",stream=\"registry\",partition=\"0\"} "
        "1",
        "twinledger_projection_stopped{service=\"registry\",stream=\"registry\",partition=\"0\"} "
        "0"}) {
    EXPECT_NE(metrics.find(line), std::string::npos) << line << "\n" << metrics;
  }
}

TEST_F(ServerTest, ASecondServerOnADirectoryEndsAndLeavesTheFirstWhereItsClientsFindIt) {
  auto server = Start();
  ASSERT_TRUE(server->WaitUntilServing()) << LogText();
  const std::string endpoint = support::ReadText(data() / "endpoint.json");
  // By hand: our own way of starting one removes the file first.
  const std::filesystem::path told = folder_.path() / "second";
  const std::string second = TWINLEDGER_BIN_DIR "/twinledgerd --listen 127.0.0.1:0 --data-dir " +
                             data().string() + " 2> " + told.string();
  EXPECT_NE(std::system(second.c_str()), 0);
  EXPECT_NE(support::ReadText(told).find("LOG_IN_USE"), std::string::npos);
  EXPECT_EQ(support::ReadText(data() / "endpoint.json"), endpoint);
}

TEST_F(ServerTest, WhatAStartRefusesOfItsSettingsIsToldBeforeAnythingIsMade) {
  const std::filesystem::path told = folder_.path() / "told";
  const struct {
    const char* flags;
    const char* words;
  } kCases[] = {
      {"--founding-hash --log-level debug", "\"--log-level\" is the next flag"},
      {"--server-names 192.0.2.7", "\"192.0.2.7\" is none, and an address is none"},
      {"--trust-domain Example --print-config", "expected 1 to 255 of a-z 0-9 . _ -"},
      {"--services regsitry --print-config", "did you mean \"registry\"?"},
      {"--services audit,audit --print-config", "\"audit\" is named twice"},
  };
  for (const auto& [flags, words] : kCases) {
    const std::string command = TWINLEDGER_BIN_DIR "/twinledgerd --data-dir " + data().string() +
                                " " + flags + " > " + told.string() + " 2>&1";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2) << flags;
    EXPECT_NE(support::ReadText(told).find(words), std::string::npos) << support::ReadText(told);
    EXPECT_FALSE(std::filesystem::exists(data())) << flags;
  }
}

TEST_F(ServerTest, EveryLineIsOneJsonObjectWhateverAPeerDoes) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  operations::v1::GetHealthResponse health;
  ASSERT_FALSE(GetHealth(support::ConnectInPlainText(at->services), &health).ok());
  server->Signal(SIGTERM);
  ASSERT_EQ(server->Wait(), 0);
  std::istringstream lines(LogText());
  bool told = false;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json parsed = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << line;
    told = told || parsed.value("reason", "") == "GRPC";
  }
  EXPECT_TRUE(told) << LogText();
}

TEST_F(ServerTest, ARevokedAccountIsRefusedWithinAMinuteOnItsOpenConnection) {
  auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const auto channel = As("operator", *at);
  operations::v1::GetHealthResponse health;
  ASSERT_TRUE(GetHealth(channel, &health).ok());

  Revoke("operator/first");
  grpc::Status status;
  WaitUntil([&] { return !(status = GetHealth(channel, &health)).ok(); });
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << status.error_message();
}

// gRPC takes no connection behind one that it could not accept, and probes would go on to say that
// all is well.
TEST_F(ServerTest, WithoutADescriptorForAConnectionItEndsAndServesAgainOnceStarted) {
  constexpr rlim_t kDescriptors = 256;
  const auto server = Start();
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText();
  const rlimit most{kDescriptors, kDescriptors};
  ASSERT_EQ(prlimit(server->pid(), RLIMIT_NOFILE, &most, nullptr), 0);
  const auto port =
      static_cast<std::uint16_t>(std::stoi(at->services.substr(at->services.rfind(':') + 1)));
  std::vector<int> held;
  for (rlim_t i = 0; i < kDescriptors; ++i) held.push_back(support::ConnectTo(port));
  EXPECT_EQ(server->Wait(), 1);
  EXPECT_THAT(LogText(), HasSubstr("LISTENER_LOST"));
  for (const int fd : held) close(fd);

  const auto again = Start();
  const auto there = again->WaitUntilServing();
  ASSERT_TRUE(there) << LogText();
  operations::v1::GetHealthResponse health;
  EXPECT_TRUE(GetHealth(As("operator", *there), &health).ok());
  again->Signal(SIGTERM);
  EXPECT_EQ(again->Wait(), 0);
}

TEST_F(ServerTest, WrongSettingsEndItAtOnceWithAUsageCode) {
  const std::vector<std::string> kWrong[] = {
      {"--log", "kafka://broker"}, {"--services", "regsitry"}, {"--services", "registry,registry"},
      {"--listen", "nowhere"},     {"--config", "/"},          {"--no-such-flag"}};
  for (const auto& flags : kWrong) {
    SCOPED_TRACE(flags[0]);
    auto server = Start(flags);
    EXPECT_EQ(server->Wait(), 2) << LogText();
    EXPECT_FALSE(std::filesystem::exists(data() / "log"));
  }
}

}  // namespace
}  // namespace twinledger
