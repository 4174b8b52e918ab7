// What a caller of several replicas is told: of those that are not to be trusted, of what may have
// been recorded, of streams and of names.
#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "tests/integration/connection_fixture.h"
#include "twinledger/connection/retry.h"
#include "twinledger/import/register_client.h"

namespace twinledger::client {
namespace {

using namespace std::chrono_literals;
using support::Fails;
using support::Hangs;
using support::Reply;
using support::ScriptedServer;
using support::SeenCall;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace v1 = registry::v1;

class ConnectionOutcomesTest : public ConnectionFixture {};

TEST_F(ConnectionOutcomesTest, OneOfAnotherAuthorityIsToldOfOnceThoughOthersWork) {
  auto strange = identity::Authority::Open(folder_.path() / "strange", {}, clock_, random_);
  ASSERT_TRUE(strange.ok());
  const auto stranger = ServerOf(*strange, Answers);
  const auto one = Server();
  const std::string council = CouncilOf(stranger->address(), {one->address(), stranger->address()});
  const auto connection = Connect(one->address() + "," + stranger->address());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Get(*connection, council).ok());
  ASSERT_THAT(warnings(), SizeIs(1));
  EXPECT_THAT(warnings()[0], HasSubstr("warning: the server at " + stranger->address()));
  EXPECT_THAT(warnings()[0], HasSubstr("is not one that"));
  EXPECT_THAT(stranger->calls(), IsEmpty());

  const ScriptedServer another(strange->server(), Answers);
  const Result<void> none =
      Get(*Connect(another.address() + "," + stranger->address()), "hutt-city");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, Code::kUnauthenticated);
  EXPECT_EQ(none.error().reason, "SERVER_NOT_TRUSTED");
  EXPECT_THAT(none.error().message,
              HasSubstr(another.address() + ": its certificate is of another authority"));
}

TEST_F(ConnectionOutcomesTest, ACallThatAServerEndsIsRepeatedAndNotTakenForTheUsersWish) {
  const auto cancelled = [] {
    return Reply{.status = grpc::Status(grpc::StatusCode::CANCELLED, ""), .messages = {}};
  };
  std::atomic<bool> first = true;
  const auto once =
      Server([&](const SeenCall&) { return first.exchange(false) ? cancelled() : Reply(); });
  EXPECT_TRUE(Get(*Connect(once->address()), "hutt-city").ok());
  EXPECT_THAT(once->calls(), SizeIs(2));

  const auto always = Server([&](const SeenCall&) { return cancelled(); });
  const auto connection = Connect(always->address(), 5s);
  const Result<void> ended = Get(*connection, "hutt-city");
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code, Code::kUnavailable);
  EXPECT_EQ(ended.error().reason, "CALL_ENDED");
  const ReadTick on = [](std::uint64_t) { return true; };
  EXPECT_EQ(RegisterReader(*connection, on).Councils().error().reason, "CALL_ENDED");
  v1::GetCouncilResponse item;
  EXPECT_EQ(connection->Stream(kGetCouncil, v1::GetCouncilRequest(), item, [] { return true; })
                .error()
                .reason,
            "CALL_ENDED");
  connection->Cancel();
  EXPECT_EQ(Get(*connection, "hutt-city").error().code, Code::kCancelled);
}

TEST_F(ConnectionOutcomesTest, CancelEndsCallsAndChecksThatAreUnderWay) {
  const auto hang = [](const SeenCall&) { return Hangs(); };
  std::atomic<int> checks = 0;
  const auto hanging_check = [&](const std::string&) {
    ++checks;
    return Hangs();
  };
  const auto one = Server(hang, hanging_check);
  const auto two = Server(hang, hanging_check);
  const auto connection = Connect(one->address() + "," + two->address());
  auto waiting = std::async(std::launch::async, [&] { return Get(*connection, "hutt-city"); });
  while (checks == 0) std::this_thread::yield();
  connection->Cancel();
  EXPECT_EQ(waiting.get().error().code, Code::kCancelled);
}

TEST_F(ConnectionOutcomesTest, WhatMayHaveBeenRecordedStaysSoWhateverAnotherReplicaSays) {
  struct Case {
    const char* what;
    Error first;
    Error second;
    bool open;
  };
  const Case cases[] = {
      {"unknown, then another has no key", Says(Code::kUnavailable, "REPEAT"),
       Says(Code::kUnavailable, "NOT_A_WRITER"), true},
      {"unknown, then another lets nobody in", Says(Code::kUnavailable, "REPEAT"),
       Says(Code::kPermissionDenied, "NOT_PERMITTED"), true},
      {"neither has a key", Says(Code::kUnavailable, "NOT_A_WRITER"),
       Says(Code::kUnavailable, "NOT_A_WRITER"), false},
      {"nobody is let in", Says(Code::kPermissionDenied, "NOT_PERMITTED"),
       Says(Code::kPermissionDenied, "NOT_PERMITTED"), false},
      {"unknown, then refused: the outcome", Says(Code::kUnavailable, "REPEAT"),
       Says(Code::kFailedPrecondition, "RELATIONSHIP_OPEN"), false},
  };
  for (const auto& [what, first, second, open] : cases) {
    SCOPED_TRACE(what);
    std::atomic<int> calls = 0;
    const auto script = [&, first = first, second = second](const SeenCall&) {
      return Fails(calls++ == 0 ? first : second);
    };
    const auto one = Server(script);
    const auto two = Server(script);
    const Result<void> told = Get(*Connect(one->address() + "," + two->address(), 4s), "hutt-city");
    ASSERT_FALSE(told.ok());
    EXPECT_EQ(told.error().metadata.contains(kEarlierAttempt), open) << told.error().message;
  }
}

TEST_F(ConnectionOutcomesTest, WhatWasNeverSentWasNotRecorded) {
  const auto one =
      Server([](const SeenCall&) { return Fails(Says(Code::kResourceExhausted, "QUEUE_FULL")); });
  const std::string dead = DeadAddress();
  const Result<void> told =
      Get(*Connect(dead + "," + one->address(), 5s), CouncilOf(dead, {dead, one->address()}));
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().reason, "QUEUE_FULL");
  EXPECT_FALSE(told.error().metadata.contains(kEarlierAttempt));
}

TEST_F(ConnectionOutcomesTest, AFullReplicaIsWaitedForAndNotCircumvented) {
  std::atomic<int> calls = 0;
  const auto busy_once = [&](const SeenCall&) {
    return calls++ == 0 ? Fails(Says(Code::kResourceExhausted, "QUEUE_FULL")) : Reply();
  };
  const auto one = Server(busy_once);
  const auto two = Server(busy_once);
  const auto connection = Connect(one->address() + "," + two->address());
  EXPECT_TRUE(Get(*connection, CouncilOf(one->address(), {one->address(), two->address()})).ok());
  EXPECT_THAT(one->calls(), SizeIs(2));
  EXPECT_THAT(two->calls(), IsEmpty());
}

TEST_F(ConnectionOutcomesTest, AStreamBeginsAtAReplicaThatServesAndIsNotBegunTwice) {
  const auto unready =
      Server(Answers, [](const std::string&) { return ScriptedServer::Serves(false); });
  const auto one = Server([](const SeenCall&) {
    return Reply{.status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"),
                 .messages = {"", ""}};
  });
  const std::string servers = unready->address() + "," + one->address();
  for (int i = 0; i < 8; ++i) {  // Whichever it chooses first.
    const auto connection = Connect(servers);
    int items = 0;
    v1::GetCouncilResponse item;
    const Result<void> broken =
        connection->Stream(kGetCouncil, v1::GetCouncilRequest(), item, [&] { return ++items > 0; });
    EXPECT_EQ(broken.error().code, Code::kUnavailable);
    EXPECT_EQ(items, 2);
  }
  EXPECT_THAT(unready->calls(), IsEmpty());
  EXPECT_THAT(one->calls(), SizeIs(8));
}

TEST_F(ConnectionOutcomesTest, ANameIsLookedUpAgainWhenWhatItStoodForFails) {
  auto one = Server();
  const auto two = Server();
  std::mutex mutex;
  std::vector<std::string> addresses{one->address()};
  int lookups = 0;
  ConnectionOptions options = Options();
  options.lookup = [&](const std::string& name, std::uint16_t port) {
    EXPECT_EQ(name, kName);
    EXPECT_EQ(port, 7443);
    const std::lock_guard lock(mutex);
    ++lookups;
    return Result<std::vector<std::string>>(addresses);
  };
  Connection connection(To(fmt::format("dns:{}:7443", kName)), options);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Get(connection, fmt::format("council-{}", i)).ok());
  EXPECT_EQ(lookups, 1);
  {
    const std::lock_guard lock(mutex);
    addresses = {two->address()};
  }
  one.reset();
  EXPECT_TRUE(Get(connection, "hutt-city").ok());
  EXPECT_THAT(two->calls(), SizeIs(1));
  EXPECT_LE(lookups, 5);
}

TEST_F(ConnectionOutcomesTest, TheCertificateIsCheckedAgainstTheNameAndNotTheNumber) {
  const auto one = Server();
  ConnectionOptions options = Options(5s);
  options.lookup = [&](const std::string&, std::uint16_t) {
    return Result<std::vector<std::string>>(std::vector<std::string>{one->address()});
  };
  Connection other(To("dns:other.example:7443"), options);
  const Result<void> refused = Get(other, "hutt-city");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "SERVER_NOT_TRUSTED");
  EXPECT_THAT(refused.error().message, HasSubstr("has no certificate for that name"));
  EXPECT_THAT(one->calls(), IsEmpty());
}

TEST_F(ConnectionOutcomesTest, ANameWithoutAnAddressIsToldOf) {
  ConnectionOptions options = Options(1s);
  options.lookup = [&](const std::string& name, std::uint16_t) {
    return Result<std::vector<std::string>>(
        Error{.code = Code::kUnavailable, .message = name + " has none", .reason = "NOT_REACHED"});
  };
  Connection connection(To("dns:nowhere.example:7443"), options);
  const Result<void> none = Get(connection, "hutt-city");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().message, "nowhere.example has none");
}

}  // namespace
}  // namespace twinledger::client
