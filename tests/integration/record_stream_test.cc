// Rows of an import from the client's side: what becomes of them where a stream breaks off, a
// replica fails or the server is older.
#include "twinledger/import/record_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/identity/client_bundle.h"
#include "platform/rpc/errors.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_directory.h"
#include "twinledger/import/record_importer.h"
#include "twinledger/registry/v1/councils.pb.h"

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

// Files of gifts of one council, and what their import asks of the server.
class RecordImportTest : public RecordStreamTest {
 protected:
  static std::string MethodOf(const SeenCall& call) {
    return call.method.substr(call.method.rfind('/') + 1);
  }
  static std::vector<std::string> MethodsOf(const ScriptedServer& server) {
    std::vector<std::string> methods;
    for (const SeenCall& call : server.calls()) methods.push_back(MethodOf(call));
    return methods;
  }
  // The council is registered, and has no records.
  static std::optional<Reply> AnswerToReads(const SeenCall& call) {
    if (MethodOf(call) == "GetRecord") return Fails(Says(Code::kNotFound, "RECORD_NOT_FOUND"));
    if (MethodOf(call) == "ListRecords") return Reply{};
    if (MethodOf(call) != "ListCouncils") return std::nullopt;
    registry::v1::ListCouncilsResponse councils;
    councils.add_councils()->set_name(kCouncil);
    return Reply{.messages = {councils.SerializeAsString()}};
  }

  // Gifts by one donor: the cells donor_key, donor_kind, donor_name and donor.
  ImportReport Import(Connection& connection, int gifts, const std::string& donor) {
    std::string rows;
    for (int i = 1; i <= gifts; ++i) {
      rows += "gift-" + std::to_string(i) + kGift + donor + "\n";
    }
    return ImportRows(connection, rows);
  }
  ImportReport ImportRows(Connection& connection, const std::string& rows,
                          const ImportOptions& options = {}) {
    const std::string path = (folder_.path() / "gifts.csv").string();
    std::ofstream(path) << "record_key,council_id,kind,direction,recipient,gift_kind,offered_on,"
                           "disposition,donor_key,donor_kind,donor_name,donor\n"
                        << rows;
    const auto records = *RecordFile::Open(path, "");
    const auto goes_on = [](auto...) { return true; };
    const Result<ImportReport> report =
        ImportRecords(connection, day_clock_, *records, *CheckRecords(*records, options), options,
                      {.reading = goes_on, .sending = goes_on});
    EXPECT_TRUE(report.ok());
    return *report;
  }

  static constexpr const char* kGift =
      ",hutt-city,gift,offered_to_council,mayor,art,2026,retained,";
  support::ManualClock day_clock_{
      WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + std::chrono::hours(9))};
};

TEST_F(RecordImportTest, WhatIsAskedAgainOnAnotherDayOfTheServersIsAnotherRequest) {
  std::vector<std::string> requests;
  const auto server = Server([&](const SeenCall& call) -> Reply {
    if (const auto read = AnswerToReads(call)) return *read;
    ImportRecordsRequest row;
    row.ParseFromString(call.request);
    requests.push_back(row.submit().request_id());
    return {.messages = {Recorded(1)}};
  });
  const auto connection = Connect(server->address());
  Import(*connection, 1, ",,,consul");
  day_clock_.Advance(std::chrono::minutes(59));
  Import(*connection, 1, ",,,consul");
  day_clock_.Advance(std::chrono::minutes(1));
  Import(*connection, 1, ",,,consul");
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0], requests[1]);
  EXPECT_NE(requests[1], requests[2]);
}

TEST_F(RecordImportTest, ALogThatIsClosedStopsTheImportAndIsNoFaultOfARow) {
  const Error closed = Says(Code::kFailedPrecondition, "LOG_CLOSED");
  const auto server = Server([&](const SeenCall& call) -> Reply {
    if (const auto read = AnswerToReads(call)) return *read;
    if (MethodOf(call) != "ImportRecords") return Fails(closed);
    return {.messages = {Refused(1, closed), Refused(2, closed), Refused(3, closed)}};
  });
  const auto connection = Connect(server->address());
  const ImportReport report = Import(*connection, 3, ",,,consul");
  ASSERT_TRUE(report.stopped.has_value());
  EXPECT_EQ(report.stopped->reason, "LOG_CLOSED");
  EXPECT_EQ(report.refused, 0U);
  EXPECT_EQ(report.not_sent, 3U);
  EXPECT_THAT(report.problems, ::testing::IsEmpty());
}

TEST_F(RecordImportTest, WhatIsParkedKeepsOutNoOtherRow) {
  const Error parked = Says(Code::kFailedPrecondition, "ENTITY_PARKED");
  const auto server = Server([&](const SeenCall& call) -> Reply {
    if (const auto read = AnswerToReads(call)) return *read;
    if (MethodOf(call) != "ImportRecords") return Fails(parked);
    return {.messages = {Refused(1, parked), Recorded(2)}};
  });
  const auto connection = Connect(server->address());
  const ImportReport report = Import(*connection, 2, ",,,consul");
  EXPECT_FALSE(report.stopped.has_value());
  EXPECT_EQ(report.refused, 1U);
  EXPECT_EQ(report.accepted, 1U);
}

TEST_F(RecordImportTest, AnImportThatADonorHasStoppedAsksForNothingMore) {
  const auto server = Server([&](const SeenCall& call) -> Reply {
    if (const auto read = AnswerToReads(call)) return *read;
    return Fails(Says(Code::kPermissionDenied, "NOT_ALLOWED"));
  });
  const auto connection = Connect(server->address());
  const ImportReport report = Import(*connection, 3, "d-1,person,A. Person,");
  EXPECT_TRUE(report.stopped.has_value());
  EXPECT_EQ(report.not_sent, 3U);
  EXPECT_THAT(MethodsOf(*server), ::testing::ElementsAre("ListCouncils", "GetPrincipal"));
}

TEST_F(RecordImportTest, WhereTheRowThatSaysWhoADonorIsIsWrongTheOthersPointToIt) {
  const auto server = Server([&](const SeenCall& call) -> Reply {
    if (const auto read = AnswerToReads(call)) return *read;
    return Fails(Says(Code::kNotFound, "PRINCIPAL_NOT_FOUND"));
  });
  const auto connection = Connect(server->address());
  const ImportReport report =
      ImportRows(*connection,
                 "wrong,hutt-city,gift,sideways,mayor,art,2026,retained,d-1,person,A. Person,\n" +
                     std::string("good") + kGift + "d-1,,,\n",
                 {.skip_invalid = true});
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[1].row, 3U);
  EXPECT_EQ(report.problems[1].column, "donor_key");
  EXPECT_EQ(report.problems[1].remedy, "row 2, which says who that is, is wrong: correct it");
}

}  // namespace
}  // namespace twinledger::client
