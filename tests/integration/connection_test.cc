// The client's connection to several replicas: where calls go, and what becomes of those whose
// replica fails, hangs or does not serve.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <map>
#include <thread>

#include "tests/integration/connection_fixture.h"

namespace twinledger::client {
namespace {

using namespace std::chrono_literals;
using support::Fails;
using support::Hangs;
using support::Reply;
using support::ScriptedServer;
using support::SeenCall;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
namespace v1 = registry::v1;

class ConnectionTest : public ConnectionFixture {};

TEST_F(ConnectionTest, CallsAboutOnePartitionGoToOneReplica) {
  const auto one = Server();
  const auto two = Server();
  const std::vector<std::string> servers{one->address(), two->address()};
  const auto connection = Connect(servers[0] + "," + servers[1]);
  std::map<std::string, std::size_t> expected;
  for (int i = 0; i < 60; ++i) {
    const std::string council = fmt::format("council-{}", i % 30);
    ASSERT_TRUE(Get(*connection, council).ok());
    ++expected[RankedFor(RoutingKeyOfName("councils/" + council), servers).front()];
    EXPECT_EQ(one->calls().size(), expected[servers[0]]);
    EXPECT_EQ(two->calls().size(), expected[servers[1]]);
  }
}

TEST_F(ConnectionTest, CallsAboutNoPartitionGoToOneReplicaOfTheConnections) {
  const auto one = Server();
  const auto two = Server();
  const auto connection = Connect(one->address() + "," + two->address());
  for (int i = 0; i < 20; ++i) {
    v1::ListCouncilsResponse response;
    ASSERT_TRUE(connection
                    ->Call("/twinledger.registry.v1.RegistryService/ListCouncils",
                           v1::ListCouncilsRequest(), response)
                    .ok());
  }
  EXPECT_EQ(std::max(one->calls().size(), two->calls().size()), 20u);
}

TEST_F(ConnectionTest, WhatFailsAtOneIsAskedOfTheNextAtOnceAndUnchanged) {
  std::atomic<bool> first = true;
  const auto fails_first = [&](const SeenCall&) {
    return first.exchange(false) ? Fails(Says(Code::kUnavailable, "REPEAT")) : Reply();
  };
  const auto one = Server(fails_first);
  const auto two = Server(fails_first);
  const auto connection = Connect(one->address() + "," + two->address());
  v1::CreateCouncilRequest request;
  request.set_council_id("hutt-city");
  request.set_request_id("5c1b9b5e-31c7-4f0e-a7d2-7f5d7f1f2a10");
  v1::CreateCouncilResponse response;
  ASSERT_TRUE(
      connection->Call("/twinledger.registry.v1.RegistryService/CreateCouncil", request, response)
          .ok());
  ASSERT_THAT(one->calls(), SizeIs(1));
  ASSERT_THAT(two->calls(), SizeIs(1));
  EXPECT_EQ(one->calls()[0].request, request.SerializeAsString());
  EXPECT_EQ(two->calls()[0].request, request.SerializeAsString());
}

TEST_F(ConnectionTest, OneThatIsGoneIsPassedOver) {
  const auto one = Server();
  const std::string dead = DeadAddress();
  const auto connection = Connect(dead + "," + one->address());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Get(*connection, fmt::format("council-{}", i)).ok());
  EXPECT_THAT(one->calls(), SizeIs(20));
}

TEST_F(ConnectionTest, OneThatDiesIsPassedOverByCallsThatWereUnderWayToo) {
  const auto one = Server();
  auto two = Server([](const SeenCall&) { return Hangs(); });
  const std::string council = CouncilOf(two->address(), {one->address(), two->address()});
  const auto connection = Connect(one->address() + "," + two->address());
  auto waiting = std::async(std::launch::async, [&] { return Get(*connection, council).ok(); });
  while (two->calls().empty()) std::this_thread::yield();
  two.reset();
  EXPECT_TRUE(waiting.get());
  EXPECT_TRUE(Get(*connection, council).ok());
  EXPECT_THAT(one->calls(), SizeIs(2));
}

TEST_F(ConnectionTest, OneThatHangsTakesItsShareAndIsThenPassedOver) {
  const auto one = Server();
  const auto two = Server([](const SeenCall&) { return Hangs(); });
  const std::string council = CouncilOf(two->address(), {one->address(), two->address()});
  const auto connection = Connect(one->address() + "," + two->address(), 6s);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(Get(*connection, council).ok());
  // A third of the time, and not all of it.
  EXPECT_GE(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 6s);
  EXPECT_TRUE(Get(*connection, council).ok());
  EXPECT_THAT(two->calls(), SizeIs(1));
  EXPECT_THAT(one->calls(), SizeIs(2));
}

TEST_F(ConnectionTest, OneThatDoesNotEvenAnswerACheckLeavesTimeForTheOthers) {
  const auto one = Server();
  const auto two =
      Server([](const SeenCall&) { return Hangs(); }, [](const std::string&) { return Hangs(); });
  const std::vector<std::string> servers{one->address(), two->address()};
  // Less time than a check may take; a host that is busy may need more than one try.
  bool answered = false;
  for (int i = 0; i < 10 && !answered; ++i) {
    const auto connection = Connect(servers[0] + "," + servers[1], 1800ms);
    while (!Get(*connection, CouncilOf(servers[0], servers)).ok()) {  // Its handshake counts not.
    }
    answered = Get(*connection, CouncilOf(servers[1], servers)).ok();
  }
  EXPECT_TRUE(answered);
  EXPECT_THAT(two->calls(), IsEmpty());
}

TEST_F(ConnectionTest, WhereAllHangTheyAreAskedAgainUntilTheTimeIsOver) {
  std::atomic<int> attempts = 0;
  const auto slow = [&](const SeenCall&) { return ++attempts < 3 ? Hangs() : Reply(); };
  const auto one = Server(slow);
  const auto two = Server(slow);
  EXPECT_TRUE(Get(*Connect(one->address() + "," + two->address(), 6s), "hutt-city").ok());
  EXPECT_EQ(attempts, 3);
  attempts = -1000;
  const Result<void> none = Get(*Connect(one->address() + "," + two->address(), 5s), "hutt-city");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, Code::kUnavailable);
  // Of the one that was asked when the time was over.
  EXPECT_THAT(none.error().message, AnyOf(HasSubstr(one->address() + ": no answer within"),
                                          HasSubstr(two->address() + ": no answer within")));
}

TEST_F(ConnectionTest, OneThatSaysItDoesNotServeIsPassedOverUntilItDoes) {
  std::atomic<bool> serves = false;
  const auto one = Server();
  const auto two =
      Server(Answers, [&](const std::string&) { return ScriptedServer::Serves(serves); });
  const std::string council = CouncilOf(two->address(), {one->address(), two->address()});
  const auto connection = Connect(one->address() + "," + two->address());
  EXPECT_TRUE(Get(*connection, council).ok());
  EXPECT_THAT(two->calls(), IsEmpty());
  serves = true;
  const auto give_up = std::chrono::steady_clock::now() + 60s;
  while (two->calls().empty() && std::chrono::steady_clock::now() < give_up) {
    ASSERT_TRUE(Get(*connection, council).ok());
  }
  EXPECT_THAT(two->calls(), Not(IsEmpty()));
}

TEST_F(ConnectionTest, AReplicaIsAskedOnlyForServicesThatItHosts) {
  std::atomic<int> checks = 0;
  const auto only = [&](const char* service) {
    return [&, service](const std::string& asked) {
      ++checks;
      return asked == service ? ScriptedServer::Serves(true)
                              : Fails(Says(Code::kNotFound, "SERVICE_UNKNOWN"));
    };
  };
  const auto registry = Server(Answers, only("twinledger.registry.v1.RegistryService"));
  const auto audit = Server(Answers, only("twinledger.audit.v1.AuditService"));
  const auto connection = Connect(registry->address() + "," + audit->address());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Get(*connection, fmt::format("council-{}", i)).ok());
  v1::GetCouncilResponse response;
  EXPECT_TRUE(
      connection
          ->Call("/twinledger.audit.v1.AuditService/GetLog", v1::GetCouncilRequest(), response)
          .ok());
  EXPECT_THAT(registry->calls(), SizeIs(20));
  EXPECT_THAT(audit->calls(), SizeIs(1));
  EXPECT_LE(checks, 4);
}

TEST_F(ConnectionTest, AServiceThatNobodyHostsIsToldOfAsAnUnknownMethodIs) {
  const auto none = [](const SeenCall&) {
    return Fails(Says(Code::kUnimplemented, "UNKNOWN_METHOD"));
  };
  const auto unknown = [](const std::string&) {
    return Fails(Says(Code::kNotFound, "SERVICE_UNKNOWN"));
  };
  const auto one = Server(none, unknown);
  const auto two = Server(none, unknown);
  const Result<void> told = Get(*Connect(one->address() + "," + two->address()), "hutt-city");
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().code, Code::kUnimplemented);
  EXPECT_THAT(told.error().message, HasSubstr(two->address() + ": said SERVICE_UNKNOWN"));
}

TEST_F(ConnectionTest, AnOlderServerThatCannotBeCheckedIsAsked) {
  const auto older = [](const std::string&) {
    return Fails(Says(Code::kUnimplemented, "UNKNOWN_METHOD"));
  };
  const auto one = Server(Answers, older);
  const auto two = Server(Answers, older);
  const auto connection = Connect(one->address() + "," + two->address());
  EXPECT_TRUE(Get(*connection, "hutt-city").ok());
}

TEST_F(ConnectionTest, WhereNoneIsReachedEveryAddressIsNamedWithItsReason) {
  const std::string dead = DeadAddress();
  const auto unready =
      Server(Answers, [](const std::string&) { return ScriptedServer::Serves(false); });
  const auto silent =
      Server([](const SeenCall&) { return Hangs(); }, [](const std::string&) { return Hangs(); });
  const Result<void> none = Get(*Connect(dead + "," + silent->address(), 5s), "hutt-city");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, Code::kUnavailable);
  EXPECT_EQ(none.error().reason, "NOT_REACHED");
  EXPECT_THAT(none.error().message, HasSubstr("none of 2 servers (flag --server) took the call"));
  EXPECT_THAT(none.error().message, HasSubstr(dead + ": nothing listens there"));
  EXPECT_THAT(none.error().message, HasSubstr(silent->address() + ": no answer within"));
  // What does not serve is asked where nobody else is there: it may know better.
  EXPECT_TRUE(Get(*Connect(dead + "," + unready->address()), "hutt-city").ok());
}

}  // namespace
}  // namespace twinledger::client
