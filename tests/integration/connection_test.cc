// The client's connection to several replicas: where calls go, and what becomes of those that fail,
// hang or are not to be trusted.
#include "twinledger/connection/connection.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/identity/client_bundle.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_directory.h"
#include "twinledger/connection/rendezvous.h"
#include "twinledger/connection/retry.h"
#include "twinledger/connection/routing_key.h"
#include "twinledger/import/register_client.h"
#include "twinledger/registry/v1/councils.pb.h"

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

constexpr const char* kGetCouncil = "/twinledger.registry.v1.RegistryService/GetCouncil";
constexpr const char* kName = "ledger.example";

Reply Answers(const SeenCall&) { return {}; }

Error Says(Code code, const char* reason) {
  return {.code = code, .message = std::string("said ") + reason, .reason = reason};
}

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest()
      : authority_(*identity::Authority::Open(folder_.path() / "identity",
                                              {.server_names = {kName}}, clock_, random_)) {}

  template <class... Behaviour>
  std::unique_ptr<ScriptedServer> Server(const Behaviour&... behaviour) {
    return ServerOf(authority_, behaviour...);
  }
  std::unique_ptr<ScriptedServer> Server() { return Server(Answers); }
  // Of each two servers of a test either is the first for some council: of one pair of addresses in
  // a hundred all eight partitions are one's.
  template <class... Behaviour>
  std::unique_ptr<ScriptedServer> ServerOf(const identity::Authority& authority,
                                           const Behaviour&... behaviour) {
    std::unique_ptr<ScriptedServer> server;
    const auto shares = [&server](const std::string& other) {
      const std::vector<std::string> both = {server->address(), other};
      return FindCouncilOf(both[0], both) && FindCouncilOf(both[1], both);
    };
    do {
      server = std::make_unique<ScriptedServer>(authority.server(), behaviour...);
    } while (!std::ranges::all_of(addresses_, shares));
    addresses_.push_back(server->address());
    return server;
  }
  // Where nothing listens any more.
  std::string DeadAddress() { return Server()->address(); }

  Endpoint To(const std::string& servers) const {
    const std::filesystem::path folder = folder_.path() / "identity/clients/auditor";
    const identity::ClientBundle bundle = *identity::ReadBundle(folder);
    return {.servers = *ParseServers({.value = servers, .source = "flag --server"}),
            .server_source = "flag --server",
            .folder = folder,
            .ca_pem = bundle.authority_pem,
            .cert_pem = bundle.certificate_pem,
            .key_pem = bundle.key_pem,
            .not_after = clock_.Now() + std::chrono::hours(24)};
  }
  ConnectionOptions Options(std::chrono::milliseconds timeout = 60s) {
    return {.timeout = timeout, .connect_limit = timeout, .warn = [this](const std::string& line) {
              const std::lock_guard lock(mutex_);
              warnings_.push_back(line);
            }};
  }
  std::unique_ptr<Connection> Connect(const std::string& servers,
                                      std::chrono::milliseconds timeout = 60s) {
    return std::make_unique<Connection>(To(servers), Options(timeout));
  }

  static Result<void> Get(Connection& connection, const std::string& council) {
    v1::GetCouncilRequest request;
    request.set_name("councils/" + council);
    v1::GetCouncilResponse response;
    return connection.Call(kGetCouncil, request, response);
  }
  // A council whose partition ranks `address` first of `servers`.
  static std::optional<std::string> FindCouncilOf(const std::string& address,
                                                  const std::vector<std::string>& servers) {
    for (int i = 0; i < 500; ++i) {
      std::string council = fmt::format("council-{}", i);
      if (RankedFor(RoutingKeyOfName("councils/" + council), servers).front() == address) {
        return council;
      }
    }
    return std::nullopt;
  }
  static std::string CouncilOf(const std::string& address,
                               const std::vector<std::string>& servers) {
    return FindCouncilOf(address, servers).value();
  }
  std::vector<std::string> warnings() {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }

  twinledger::testing::TempDirectory folder_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  identity::Authority authority_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::vector<std::string> addresses_;  // Of the servers so far.
};

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

TEST_F(ConnectionTest, OneOfAnotherAuthorityIsToldOfOnceThoughOthersWork) {
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

TEST_F(ConnectionTest, ACallThatAServerEndsIsRepeatedAndNotTakenForTheUsersWish) {
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

TEST_F(ConnectionTest, CancelEndsCallsAndChecksThatAreUnderWay) {
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

TEST_F(ConnectionTest, WhatMayHaveBeenRecordedStaysSoWhateverAnotherReplicaSays) {
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

TEST_F(ConnectionTest, WhatWasNeverSentWasNotRecorded) {
  const auto one =
      Server([](const SeenCall&) { return Fails(Says(Code::kResourceExhausted, "QUEUE_FULL")); });
  const std::string dead = DeadAddress();
  const Result<void> told =
      Get(*Connect(dead + "," + one->address(), 5s), CouncilOf(dead, {dead, one->address()}));
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().reason, "QUEUE_FULL");
  EXPECT_FALSE(told.error().metadata.contains(kEarlierAttempt));
}

TEST_F(ConnectionTest, AFullReplicaIsWaitedForAndNotCircumvented) {
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

TEST_F(ConnectionTest, AStreamBeginsAtAReplicaThatServesAndIsNotBegunTwice) {
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

TEST_F(ConnectionTest, ANameIsLookedUpAgainWhenWhatItStoodForFails) {
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

TEST_F(ConnectionTest, TheCertificateIsCheckedAgainstTheNameAndNotTheNumber) {
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

TEST_F(ConnectionTest, ANameWithoutAnAddressIsToldOf) {
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
