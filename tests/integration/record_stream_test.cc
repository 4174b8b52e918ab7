// Rows of an import from the client's side: what becomes of them where a stream breaks off, a
// replica fails or the server is older.
#include "twinledger/import/record_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/identity/client_bundle.h"
#include "platform/rpc/errors.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_directory.h"

namespace twinledger::client {
namespace {

using engagement::v1::ImportRecordsRequest;
using engagement::v1::ImportRecordsResponse;
using support::Fails;
using support::Reply;
using support::ScriptedServer;
using support::SeenCall;

constexpr const char* kCouncil = "councils/hutt-city";
constexpr const char* kTraceId = "0123456789abcdef0123456789abcdef";

std::string Recorded(std::uint64_t row) {
  ImportRecordsResponse answer;
  answer.set_row(row);
  answer.mutable_recorded()->set_etag("e");
  return answer.SerializeAsString();
}

Error Says(Code code, const char* reason) {
  return {.code = code, .message = std::string("said ") + reason, .reason = reason};
}

std::string Refused(std::uint64_t row, const Error& error) {
  ImportRecordsResponse answer;
  answer.set_row(row);
  *answer.mutable_refused() = rpc::ToRpcStatus(error);
  return answer.SerializeAsString();
}

std::string Unanswered(std::uint64_t row) {
  ImportRecordsResponse answer;
  answer.set_row(row);
  *answer.mutable_unanswered() = rpc::ToRpcStatus(Says(Code::kUnavailable, "REPEAT"));
  return answer.SerializeAsString();
}

// The record of the first row that a call brought.
std::string FirstRowOf(const SeenCall& call) {
  ImportRecordsRequest row;
  row.ParseFromString(call.request);
  return row.submit().record_id();
}

class RecordStreamTest : public ::testing::Test {
 protected:
  std::unique_ptr<ScriptedServer> Server(ScriptedServer::Script script) {
    return std::make_unique<ScriptedServer>(authority_.server(), std::move(script));
  }
  std::unique_ptr<Connection> Connect(const std::string& servers) {
    const std::filesystem::path folder = folder_.path() / "identity/clients/auditor";
    const identity::ClientBundle bundle = *identity::ReadBundle(folder);
    const Endpoint to{.servers = *ParseServers({.value = servers, .source = "flag --server"}),
                      .server_source = "flag --server",
                      .folder = folder,
                      .ca_pem = bundle.authority_pem,
                      .cert_pem = bundle.certificate_pem,
                      .key_pem = bundle.key_pem,
                      .not_after = clock_.Now() + std::chrono::hours(24)};
    return std::make_unique<Connection>(to,
                                        ConnectionOptions{.timeout = std::chrono::seconds(60),
                                                          .connect_limit = std::chrono::seconds(60),
                                                          .trace_id = kTraceId});
  }
  static std::vector<ImportRecordsRequest> Rows(int count) {
    std::vector<ImportRecordsRequest> rows(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].mutable_submit()->set_record_id("row-" + std::to_string(i + 1));
    }
    return rows;
  }
  static std::vector<SentRow> Send(RecordStream& stream, int rows) {
    return stream.Send(kCouncil, Rows(rows), [](std::size_t) { return true; });
  }

  testing::TempDirectory folder_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  identity::Authority authority_ =
      *identity::Authority::Open(folder_.path() / "identity", {}, clock_, random_);
};

TEST_F(RecordStreamTest, AnswersComeInAnyOrder) {
  const auto server = Server([](const SeenCall&) {
    return Reply{.messages = {Recorded(3), Refused(1, Says(Code::kNotFound, "COUNCIL_NOT_FOUND")),
                              Recorded(2)}};
  });
  const auto connection = Connect(server->address());
  RecordStream stream(*connection);
  const std::vector<SentRow> sent = Send(stream, 3);
  ASSERT_TRUE(sent[0].answer && sent[1].answer && sent[2].answer);
  EXPECT_EQ(sent[0].answer->error().reason, "COUNCIL_NOT_FOUND");
  EXPECT_TRUE(sent[1].answer->ok());
  EXPECT_TRUE(sent[2].answer->ok());
}

TEST_F(RecordStreamTest, AStreamTellsTheTraceOfItsCommand) {
  const auto server = Server([](const SeenCall&) { return Reply{.messages = {Recorded(1)}}; });
  const auto connection = Connect(server->address());
  RecordStream stream(*connection);
  Send(stream, 1);
  ASSERT_EQ(server->calls().size(), 1U);
  EXPECT_THAT(server->calls()[0].traceparent, ::testing::HasSubstr(kTraceId));
}

TEST_F(RecordStreamTest, WhatABrokenStreamLeftIsSentAgainAtTheOtherReplica) {
  std::atomic<int> calls = 0;
  std::string second;
  const ScriptedServer::Script script = [&](const SeenCall& call) -> Reply {
    if (++calls == 1) {
      Reply breaks = Fails(Says(Code::kUnavailable, "STOPPING"));
      breaks.messages = {Recorded(1), Unanswered(2)};
      return breaks;
    }
    second = FirstRowOf(call);
    return {.messages = {Recorded(2), Recorded(1)}};
  };
  const auto one = Server(script);
  const auto other = Server(script);
  const auto connection = Connect(one->address() + "," + other->address());
  RecordStream stream(*connection);
  for (const SentRow& row : Send(stream, 3)) {
    ASSERT_TRUE(row.answer.has_value());
    EXPECT_TRUE(row.answer->ok());
  }
  EXPECT_EQ(second, "row-2");
  EXPECT_EQ(one->calls().size(), 1U);
  EXPECT_EQ(other->calls().size(), 1U);
}

TEST_F(RecordStreamTest, AnOlderServerIsAskedOnceAndLeavesTheRowsToTheirOwnCalls) {
  const auto server =
      Server([](const SeenCall&) { return Fails(Says(Code::kUnimplemented, "UNKNOWN_METHOD")); });
  const auto connection = Connect(server->address());
  RecordStream stream(*connection);
  for (int i = 0; i < 2; ++i) {
    for (const SentRow& row : Send(stream, 3)) EXPECT_FALSE(row.answer.has_value());
  }
  EXPECT_EQ(server->calls().size(), 1U);
}

TEST_F(RecordStreamTest, WhoHasHadEnoughSendsNoMore) {
  const auto server = Server([](const SeenCall&) { return Reply{.hangs = true}; });
  const auto connection = Connect(server->address());
  RecordStream stream(*connection);
  const std::vector<SentRow> sent = stream.Send(kCouncil, Rows(3), [&](std::size_t answered) {
    EXPECT_EQ(answered, 0U);
    connection->Cancel();
    return false;
  });
  for (const SentRow& row : sent) EXPECT_FALSE(row.answer.has_value());
}

}  // namespace
}  // namespace twinledger::client
