// Records that are submitted while no server answers: kept, sent later, recorded once. With real
// servers; where an answer is to be lost, one in between that passes the request on and keeps
// silent.
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "tests/end_to_end/client_outbox_fixture.h"
#include "tests/support/scripted_server.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What a call of any method is answered by the server at `address`.
support::Reply PassOn(const std::string& address, const fs::path& credentials,
                      const support::SeenCall& call) {
  grpc::GenericStub stub(support::Connect(address, credentials));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 60s);
  const grpc::Slice slice(call.request);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, call.method, grpc::StubOptions(), &sent, &received,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  support::Reply reply{.status = done.get_future().get()};
  std::vector<grpc::Slice> slices;
  if (reply.status.ok() && received.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices) {
      reply.messages.front().append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return reply;
}

class ClientOutboxTest : public ClientOutboxFixture {};

TEST_F(ClientOutboxTest, SubmittedWhileTheServerIsDownAndFlushedWhenItIsBackThereIsOneRecord) {
  Kill();
  const json queued = Json(Gift("a vase for one", {"--timeout", "2s"}), 7);
  const std::string record = queued["queued"]["record"];
  EXPECT_THAT(queued["error"]["code"], AnyOf("UNAVAILABLE", "DEADLINE_EXCEEDED"));
  EXPECT_EQ(Json({"outbox", "flush", "--timeout", "300ms"}, 7)["waiting"], 1);
  Start();
  const json flushed = Json({"outbox", "flush"});
  EXPECT_EQ(flushed["delivered"], 1);
  EXPECT_EQ(flushed["waiting"], 0);
  EXPECT_EQ(flushed["sent"][0]["outcome"], "ACCEPTED");
  EXPECT_EQ(flushed["sent"][0]["record"], record);
  EXPECT_EQ(Versions(record), 1U);
  EXPECT_EQ(Telling("a vase for one"), 1U);
  EXPECT_THAT(Entries(), IsEmpty());
  EXPECT_EQ(Json({"outbox", "flush"})["delivered"], 0);
}

TEST_F(ClientOutboxTest, WhatIsKeptIsItsUsersAloneAndListsTellNoText) {
  const ClientRun queued = Run(Offline(Gift("a secret vase")));
  EXPECT_EQ(queued.exit, 7);
  EXPECT_THAT(queued.err, HasSubstr("twinledger outbox flush"));
  EXPECT_THAT(queued.err, HasSubstr("not confirmed"));
  const json entries = Entries();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0]["state"], "WAITING");
  EXPECT_EQ(entries[0]["command"], "engagement submit");
  EXPECT_EQ(entries[0]["kind"], "gift");
  EXPECT_EQ(entries[0]["council"], "councils/hutt-city");
  EXPECT_EQ(entries[0]["tries"], 1);
  EXPECT_THAT(entries[0]["last_error"], AnyOf("NOT_REACHED", "DEADLINE_EXCEEDED"));
  EXPECT_GE(entries[0]["age_seconds"], 0);
  for (const char* format : {"table", "json", "jsonl", "csv"}) {
    const ClientRun list = Run({"outbox", "list", "-o", format});
    EXPECT_EQ(list.exit, 0) << list.err;
    EXPECT_THAT(list.out + list.err, Not(HasSubstr("secret"))) << format;
  }
  const std::string id = entries[0]["id"];
  EXPECT_THAT(Run({"outbox", "get", id.substr(0, 8)}).out, HasSubstr("a secret vase"));
  EXPECT_THAT(Json({"outbox", "list"}, 0, "officer-2")["entries"], IsEmpty());
  EXPECT_EQ(Json({"outbox", "flush"}, 0, "officer-2")["delivered"], 0);
  const fs::path outbox = Json({"outbox", "list"})["folder"].get<std::string>();
  EXPECT_EQ(outbox.parent_path(), home_.path() / ".local/share/twinledger/outbox");
  EXPECT_EQ(fs::status(outbox).permissions(), fs::perms::owner_all);
  for (const auto& file : fs::directory_iterator(outbox)) {
    EXPECT_EQ(file.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
}

TEST_F(ClientOutboxTest, WithAServerTheAnswerIsThatOfAnySubmissionAndNothingIsKept) {
  const json submitted = Json(Gift("a vase at once"));
  EXPECT_EQ(submitted["record"]["gift"]["description"], "a vase at once");
  EXPECT_THAT(submitted["notice"].get<std::string>(), HasSubstr("Notice is not approval"));
  EXPECT_EQ(Json(Gift("", {"--set", "gift.offered_on=2099-01-01"}), 10)["error"]["reason"],
            "DATE_IN_FUTURE");
  EXPECT_EQ(Json(Gift("", {"--set", "gift.recipient.office=jane-doe"}), 2)["error"]["code"],
            "INVALID_ARGUMENT");
  EXPECT_EQ(Json(Gift("", {"--validate-only"}), 2)["error"]["reason"], "NOTHING_TO_QUEUE");
  EXPECT_EQ(Json(Gift(""), 9, "auditor")["error"]["code"], "PERMISSION_DENIED");
  EXPECT_THAT(Entries(), IsEmpty());
  EXPECT_THAT(Json({"outbox", "list"}, 0, "auditor")["entries"], IsEmpty());
}

TEST_F(ClientOutboxTest, WhatWaitsGoesFirst) {
  const std::string first = Json(Offline(Gift("the first")), 7)["queued"]["record"];
  const ClientRun second = Run(Gift("the second", {"-o", "json"}));
  EXPECT_EQ(second.exit, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("1 that waited went first"));
  EXPECT_EQ(json::parse(second.out)["record"]["gift"]["description"], "the second");
  EXPECT_EQ(Versions(first), 1U);
  EXPECT_THAT(Entries(), IsEmpty());
}

// The travel that the device names is submitted too late, so that the device is refused.
TEST_F(ClientOutboxTest, ARefusalHoldsTheRestUntilItIsRetried) {
  Json(Offline(Gift("before it")), 7);
  const json device = Json(Offline(Device({})), 7);
  const std::string id = device["queued"]["id"];
  Json(Offline(Gift("behind it")), 7);
  EXPECT_EQ(Telling("before it"), 0U);

  const ClientRun flush = Run({"outbox", "flush", "-o", "json"});
  EXPECT_EQ(flush.exit, 3) << flush.err;
  EXPECT_THAT(flush.err, HasSubstr("1 behind it waits"));
  const json flushed = json::parse(flush.out);
  EXPECT_EQ(flushed["delivered"], 1);
  EXPECT_EQ(flushed["waiting"], 2);
  EXPECT_EQ(flushed["stopped"]["reason"], "TRAVEL_NOT_FOUND");
  EXPECT_EQ(Json({"outbox", "flush"}, 3)["held_by"], id) << "a second flush changes nothing";
  EXPECT_EQ(Entries()[0]["state"], "REFUSED");
  EXPECT_EQ(Entries()[0]["last_error"], "TRAVEL_NOT_FOUND");
  EXPECT_EQ(Json({"outbox", "get", id})["last_answer"]["reason"], "TRAVEL_NOT_FOUND");
  EXPECT_EQ(Json({"outbox", "retry", id}, 8)["error"]["reason"], "TRAVEL_NOT_FOUND");
  EXPECT_EQ(Json(Gift("behind it too"), 7)["error"]["reason"], "BEHIND_A_REFUSED");

  Json({"engagement", "submit", "--council", "hutt-city", "--id", kTravel, "--set",
        "travel.traveller.office=member-2", "--set", "travel.purpose=a fair", "--set",
        "travel.depart_on=2026-03-02"});
  const json retried = Json({"outbox", "retry", id});
  EXPECT_EQ(retried["outcome"], "ACCEPTED");
  EXPECT_EQ(retried["record"], device["queued"]["record"]);
  EXPECT_EQ(Json({"outbox", "flush"})["delivered"], 2);
  EXPECT_EQ(Versions(device["queued"]["record"]), 1U);
  EXPECT_EQ(Telling("behind it"), 1U);
}

TEST_F(ClientOutboxTest, WhoSubmitsBehindWhatTurnsOutToBeRefusedIsToldOfThatOne) {
  const Words bad = Gift("tomorrow's", {"--set", "gift.offered_on=2099-01-01"});
  Json(Offline(Gift("first of three")), 7);
  const std::string refused = Json(Offline(bad), 7)["queued"]["id"];
  const ClientRun run = Run(Gift("last of three", {"-o", "json"}));
  EXPECT_EQ(run.exit, 7);
  EXPECT_THAT(run.err, HasSubstr("1 that waited went first"));
  EXPECT_EQ(json::parse(run.out)["error"]["metadata"]["id"], refused);
  EXPECT_THAT(Run({"outbox", "drop", refused}, "officer-1", "n\n").err,
              HasSubstr("was refused, and is not recorded"));
  Json({"outbox", "drop", refused, "--yes"});
  EXPECT_EQ(Json({"outbox", "flush"})["delivered"], 1);
}

// A flush is in the middle of its work, and takes what is submitted meanwhile along.
TEST_F(ClientOutboxTest, WhatAnotherCommandHasSentMeanwhileIsAnsweredAllTheSame) {
  Json(Offline(Gift("sent by the flush")), 7);
  std::promise<void> go_on;
  std::shared_future<void> gone_on = go_on.get_future().share();
  std::atomic<int> calls = 0;
  const support::ScriptedServer slow(ServerCredential(), [&](const support::SeenCall& call) {
    if (++calls == 1) gone_on.wait();
    return PassOn(address_, Data() / "identity/clients/officer-1", call);
  });
  const pid_t flush =
      client_.Start({"--as", "officer-1", "--data-dir", Data().string(), "outbox", "flush", "-o",
                     "json", "--server", slow.address(), "--timeout", "100s"});
  for (int i = 0; i < 6000 && calls == 0; ++i) std::this_thread::sleep_for(10ms);
  const support::TemporaryFolder elsewhere;
  const Client beside =
      Client(elsewhere.path()).With("XDG_DATA_HOME", home_.path() / ".local/share");
  Words words = Gift("taken along", {"-o", "json", "--timeout", "100s"});
  words.insert(words.begin(), {"--as", "officer-1", "--data-dir", Data().string()});
  const pid_t submit = beside.Start(words);
  const fs::path outbox = home_.path() / ".local/share/twinledger/outbox";
  const auto entries = [&] {
    return std::ranges::count_if(fs::recursive_directory_iterator(outbox), [](const auto& file) {
      return file.path().extension() == ".entry";
    });
  };
  for (int i = 0; i < 6000 && entries() < 2; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(entries(), 2);
  go_on.set_value();
  EXPECT_EQ(json::parse(client_.Finish(flush).out)["delivered"], 2);
  const ClientRun submitted = beside.Finish(submit);
  EXPECT_EQ(submitted.exit, 0) << submitted.err;
  EXPECT_THAT(submitted.err, Not(HasSubstr("went first")));
  EXPECT_EQ(json::parse(submitted.out)["record"]["gift"]["description"], "taken along");
  EXPECT_EQ(Telling("taken along"), 1U);
  EXPECT_EQ(Telling("sent by the flush"), 1U);
}

// By a flush of another command, say.
TEST_F(ClientOutboxTest, WhoSubmitsWhatWasRefusedMeanwhileIsToldSo) {
  const char* const id = "0b1c9b5e-0000-4000-8000-000000000021";
  const Words words =
      Gift("tomorrow's", {"--set", "gift.offered_on=2099-01-01", "--id", id, "--request-id", id});
  EXPECT_EQ(Json(Offline(words), 7)["queued"]["id"], id);
  EXPECT_EQ(Json(Offline(words), 7)["queued"]["id"], id);
  EXPECT_THAT(Entries(), SizeIs(1)) << "the same request waits once";
  Json({"outbox", "flush"}, 3);
  EXPECT_EQ(Json(words, 10)["error"]["reason"], "DATE_IN_FUTURE");
  EXPECT_THAT(Entries(), IsEmpty());
}

TEST_F(ClientOutboxTest, WhatWaitedIsKeptWhenItsUserIsNotLetInAnyMore) {
  const char* const id = "0b1c9b5e-0000-4000-8000-000000000022";
  const support::ScriptedServer locked(ServerCredential(), [](const support::SeenCall&) {
    return support::Fails({.code = Code::kPermissionDenied, .message = "no", .reason = "ROLE"});
  });
  const auto denied = [&](Words words) {
    words.insert(words.end(), {"--server", locked.address()});
    return words;
  };
  const Words words = Gift("waited", {"--id", id, "--request-id", id});
  EXPECT_EQ(Json(Offline(words), 7)["queued"]["id"], id);
  EXPECT_EQ(Json(denied(words), 7)["error"]["code"], "PERMISSION_DENIED");
  EXPECT_THAT(Entries(), SizeIs(1)) << "it may have been recorded before";
  const support::ClientRun flushed = Run(denied({"outbox", "flush"}));
  EXPECT_EQ(flushed.exit, 9) << flushed.err;
  EXPECT_THAT(flushed.err, HasSubstr(std::string("`twinledger outbox drop ") + id));
  EXPECT_EQ(Json({"outbox", "flush"})["delivered"], 1);
  EXPECT_EQ(Json(denied(Gift("never sent")), 9)["error"]["code"], "PERMISSION_DENIED");
  EXPECT_THAT(Entries(), IsEmpty()) << "of what is new nothing was recorded";
}

TEST_F(ClientOutboxTest, OneIsDroppedOnlyWhenItsUserSaysSo) {
  const std::string id = Json(Offline(Gift("dropped")), 7)["queued"]["id"];
  const std::string other = Json(Offline(Gift("kept")), 7)["queued"]["id"];
  EXPECT_EQ(Json({"outbox", "drop", id}, 2)["error"]["reason"], "NOT_CONFIRMED");
  EXPECT_EQ(Run({"outbox", "drop", id}, "officer-1", "n\n").exit, 2);
  EXPECT_THAT(Entries(), SizeIs(2));
  const ClientRun dropped = Run({"outbox", "drop", id}, "officer-1", "y\n");
  EXPECT_EQ(dropped.exit, 0) << dropped.err;
  EXPECT_THAT(dropped.err, HasSubstr("may have been recorded"));
  EXPECT_EQ(Json({"outbox", "drop", id, "--yes"}, 8)["error"]["reason"], "ENTRY_UNKNOWN");
  EXPECT_EQ(Json({"outbox", "drop", other, "--yes"})["id"], other);
  EXPECT_EQ(Json({"outbox", "flush"})["delivered"], 0);
  EXPECT_EQ(Telling("dropped"), 0U);
}

// The server records it, and its user never hears: by Ctrl-C, and by a time-out.
TEST_F(ClientOutboxTest, WhatWasRecordedWhileItsAnswerWasLostIsNotRecordedAgain) {
  const fs::path credentials = Data() / "identity/clients/officer-1";
  std::atomic<int> recorded = 0;
  const support::ScriptedServer silent(ServerCredential(), [&](const support::SeenCall& call) {
    if (PassOn(address_, credentials, call).status.ok()) ++recorded;
    return support::Hangs();
  });
  Words words = Gift("a lost answer", {"-o", "json", "--server", silent.address()});
  words.insert(words.begin(), {"--as", "officer-1", "--data-dir", Data().string()});
  words.insert(words.end(), {"--timeout", "100s"});
  const pid_t child = client_.Start(words);
  for (int i = 0; i < 6000 && recorded == 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(recorded, 1);
  const support::TemporaryFolder elsewhere;
  const ClientRun beside = Client(elsewhere.path())
                               .With("XDG_DATA_HOME", home_.path() / ".local/share")
                               .Run({"--as", "officer-1", "--data-dir", Data().string(), "outbox",
                                     "flush", "--timeout", "300ms", "-o", "json"});
  EXPECT_EQ(beside.exit, 11) << "two do not send at once";
  EXPECT_EQ(json::parse(beside.out)["error"]["reason"], "OUTBOX_BUSY");
  ASSERT_EQ(kill(child, SIGINT), 0);
  const ClientRun interrupted = client_.Finish(child);
  EXPECT_EQ(interrupted.exit, 130) << interrupted.err;
  const std::string record = json::parse(interrupted.out)["queued"]["record"];
  EXPECT_EQ(Versions(record), 1U) << "it is recorded, and waits all the same";
  EXPECT_EQ(Json({"outbox", "flush", "--server", silent.address(), "--timeout", "10s"},
                 7)["stopped"]["code"],
            "DEADLINE_EXCEEDED");
  EXPECT_THAT(Entries(), SizeIs(1));

  Kill();  // It knows from its log alone what it has recorded.
  Start();
  const json flushed = Json({"outbox", "flush"});
  EXPECT_EQ(flushed["delivered"], 1);
  EXPECT_EQ(Versions(record), 1U);
  EXPECT_EQ(Telling("a lost answer"), 1U);
  EXPECT_THAT(Entries(), IsEmpty());
}

// As one that restarts in the middle of a flush: it has recorded what it did not answer.
TEST_F(ClientOutboxTest, AFlushOutlastsAServerThatIsAwayForAMoment) {
  Json(Offline(Gift("one of two")), 7);
  Json(Offline(Gift("two of two")), 7);
  std::atomic<int> calls = 0;
  const support::ScriptedServer restarting(ServerCredential(), [&](const support::SeenCall& call) {
    support::Reply reply = PassOn(address_, Data() / "identity/clients/officer-1", call);
    if (++calls == 2) {
      reply = {.status = {grpc::StatusCode::UNAVAILABLE, "Socket closed"}, .messages = {}};
    }
    return reply;
  });
  const json flushed =
      Json({"outbox", "flush", "--server", restarting.address(), "--timeout", "60s"});
  EXPECT_EQ(flushed["delivered"], 2);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(Telling("one of two"), 1U);
  EXPECT_EQ(Telling("two of two"), 1U);
}

TEST_F(ClientOutboxTest, ADamagedEntryIsNamedAndTheOthersAreSent) {
  const std::string id = Json(Offline(Gift("damaged")), 7)["queued"]["id"];
  Json(Offline(Gift("whole")), 7);
  const fs::path outbox = Json({"outbox", "list"})["folder"].get<std::string>();
  for (const auto& file : fs::directory_iterator(outbox)) {
    if (file.path().string().find(id) == std::string::npos) continue;
    std::fstream contents(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    contents.seekp(150);
    contents.put('\xff');
  }
  EXPECT_EQ(Entries()[0]["state"], "UNREADABLE");
  const ClientRun flush = Run({"outbox", "flush", "-o", "json"});
  EXPECT_EQ(flush.exit, 4) << flush.err;
  EXPECT_THAT(flush.err, HasSubstr(id + ".entry"));
  EXPECT_EQ(json::parse(flush.out)["delivered"], 1);
  EXPECT_EQ(json::parse(flush.out)["unreadable"][0]["id"], id);
  EXPECT_EQ(Telling("whole"), 1U);
  EXPECT_EQ(Json({"outbox", "drop", id, "--yes"})["id"], id);
  EXPECT_EQ(Json({"outbox", "flush"})["delivered"], 0);
}

}  // namespace
}  // namespace twinledger
