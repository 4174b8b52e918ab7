// The client program with the list of two replicas: it routes, and goes on where one is killed,
// hangs or has fallen behind.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include "tests/kafka/held_threads.h"
#include "tests/kafka/replicas.h"
#include "tests/support/read_metrics.h"
#include "twinledger/connection/rendezvous.h"
#include "twinledger/connection/routing_key.h"

namespace twinledger::testing {
namespace {

namespace v1 = registry::v1;
using std::chrono::seconds;
using support::MetricsOf;
using support::SumOf;
using ::testing::HasSubstr;

class ClientOnKafkaTest : public TwoReplicasTest {
 protected:
  std::string servers() const { return one_.services + "," + two_.services; }
  std::vector<std::string> Asking(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--data-dir", Data("one").string(), "--as", "agency-approver",
                                 "--server", servers()});
    return words;
  }

  static std::string CsvOf(int councils) {
    std::string csv = "council_id,name,type\n";
    for (int i = 1; i <= councils; ++i) csv += fmt::format("council-{},Council {},city\n", i, i);
    return csv;
  }
  // An import from standard input, as JSON, that runs on.
  pid_t StartImport(int councils) const {
    return support::Client(folder_.path())
        .Start(Asking({"import", "councils", "-", "-o", "json"}), CsvOf(councils));
  }
  void ExpectAllAccepted(pid_t import, int councils) const {
    const support::ClientRun run = support::Client(folder_.path()).Finish(import);
    EXPECT_EQ(run.exit, 0) << run.out << run.err;
    const nlohmann::json report = nlohmann::json::parse(run.out, nullptr, false);
    ASSERT_TRUE(report.is_object()) << run.out;
    EXPECT_EQ(report["accepted"], councils) << run.out << run.err;
    EXPECT_EQ(report["unknown"], 0);
    EXPECT_TRUE(report["stopped"].is_null()) << run.out;
  }

  // Councils and commits, as one replica has them after all that was acknowledged.
  struct Recorded {
    int councils = 0;
    std::uint64_t commits = 0;
  };
  static Recorded ReadAll(const std::shared_ptr<grpc::Channel>& channel) {
    Recorded recorded;
    v1::ListCouncilsRequest request;
    request.set_page_size(1000);
    request.mutable_read_options()->set_latest(true);
    v1::ListCouncilsResponse response;
    do {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + seconds(120));
      const grpc::Status status =
          v1::RegistryService::NewStub(channel)->ListCouncils(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) return recorded;
      recorded.councils += response.councils_size();
      request.set_page_token(response.next_page_token());
    } while (!response.next_page_token().empty());
    for (const auto& position : response.read_position().positions().positions()) {
      recorded.commits += position.sequence();
    }
    return recorded;
  }

  // How many councils a replica was asked to create, and did.
  static int CreatedBy(const support::ServerAddresses& at) {
    return static_cast<int>(SumOf(MetricsOf(at),
                                  "twinledger_rpc_calls_total{code=\"OK\",rpc=\"twinledger."
                                  "registry.v1.RegistryService/CreateCouncil\"}"));
  }
  // Waits until the import has come so far at the second replica, and says how far it is with both.
  int WaitForCouncils(int least) const {
    const auto give_up = std::chrono::steady_clock::now() + seconds(120);
    while (CreatedBy(two_) < least && std::chrono::steady_clock::now() < give_up) {
      std::this_thread::yield();
    }
    EXPECT_GE(CreatedBy(two_), least);
    return CreatedBy(one_) + CreatedBy(two_);
  }

  // Eight partitions over two addresses: once in 128 times the ports fall so that one of them is
  // nobody's first choice. Another port is another choice.
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(TwoReplicasTest::SetUp());
    while (!EachIsFirstSomewhere()) {
      second_->Signal(SIGTERM);
      ASSERT_EQ(second_->Wait(), 0) << LogText("two");
      second_ = Start("two", second_flags_);
      const auto two = second_->WaitUntilServing();
      ASSERT_TRUE(two) << LogText("two");
      two_ = *two;
    }
  }
  bool EachIsFirstSomewhere() const {
    std::set<std::string> first;
    for (int i = 0; i < 1'000; ++i) first.insert(FirstFor(i));
    return first.size() == 2;
  }
  std::string FirstFor(int council) const {
    const std::string key = client::RoutingKeyOfName(fmt::format("councils/council-{}", council));
    return client::RankedFor(key, {one_.services, two_.services}).front();
  }

  // A council that is not there, and whose partition ranks `address` first.
  int CouncilFirstAt(const std::string& address) {
    for (int i = next_;; ++i) {
      if (FirstFor(i) != address) continue;
      next_ = i + 1;
      return i;
    }
  }
  support::ClientRun CreateByClient(int council) const {
    return support::Client(folder_.path())
        .Run(Asking({"council", "create", fmt::format("council-{}", council), "--display-name",
                     fmt::format("Council {}", council), "--kind", "city", "--timeout", "120s"}));
  }

  int next_ = 100'000;
};

TEST_F(ClientOnKafkaTest, EachPartitionHasOneWriter) {
  ExpectAllAccepted(StartImport(300), 300);
  int created = 0;
  for (const support::ServerAddresses& at : {one_, two_}) {
    const std::string metrics = MetricsOf(at);
    EXPECT_THAT(metrics, HasSubstr("twinledger_writer_void_records_total"));
    EXPECT_EQ(SumOf(metrics, "twinledger_writer_void_records_total"), 0) << at.services;
    EXPECT_GT(CreatedBy(at), 0) << at.services << metrics;
    created += CreatedBy(at);
  }
  EXPECT_EQ(created, 300);
}

TEST_F(ClientOnKafkaTest, AnImportGoesOnWhereAReplicaIsKilled) {
  constexpr int kCouncils = 900;
  const Recorded before = ReadAll(Second());
  const pid_t import = StartImport(kCouncils);
  const int at_kill = WaitForCouncils(30);
  first_->Signal(SIGKILL);
  EXPECT_EQ(first_->Wait(), -SIGKILL);
  ExpectAllAccepted(import, kCouncils);
  EXPECT_LT(at_kill, kCouncils);
  const Recorded after = ReadAll(Second());
  EXPECT_EQ(after.councils, kCouncils);
  // Each once: what was repeated has one commit.
  EXPECT_EQ(after.commits - before.commits, static_cast<std::uint64_t>(kCouncils));

  first_ = Start("one");
  const auto one = first_->WaitUntilServing();
  ASSERT_TRUE(one) << LogText("one");
  one_ = *one;
  ExpectEqualDigests();
}

TEST_F(ClientOnKafkaTest, WhereAReplicaHangsCallsAreAnsweredByTheOther) {
  constexpr int kCouncils = 900;
  const Recorded before = ReadAll(Second());
  const pid_t import = StartImport(kCouncils);
  const int at_stop = WaitForCouncils(30);
  first_->Signal(SIGSTOP);
  ExpectAllAccepted(import, kCouncils);
  EXPECT_LT(at_stop, kCouncils);

  // Who comes now finds it silent, and waits for a check and not for all of a call's time.
  const auto start = std::chrono::steady_clock::now();
  const support::ClientRun run = CreateByClient(CouncilFirstAt(one_.services));
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(60));
  first_->Signal(SIGCONT);
  const Recorded after = ReadAll(First());
  EXPECT_EQ(after.councils, kCouncils + 1);
  EXPECT_EQ(after.commits - before.commits, static_cast<std::uint64_t>(kCouncils + 1));
  ExpectEqualDigests();
}

TEST_F(ClientOnKafkaTest, HealthIsThatOfEachReplicaAndTheWorstOfThem) {
  const auto ask = [&](std::vector<std::string> words, int exit) {
    words.insert(words.begin(),
                 {"--data-dir", Data("one").string(), "--as", "operator", "--server", servers()});
    return Json(words, exit);
  };
  const nlohmann::json well = ask({"health"}, 0);
  ASSERT_EQ(well["servers"].size(), 2u) << well;
  EXPECT_EQ(well["servers"][0]["server"], one_.services);
  EXPECT_EQ(well["servers"][1]["state"], "SERVING");
  EXPECT_EQ(well["services"][0]["server"], one_.services);
  EXPECT_EQ(ask({"projection", "list"}, 2)["error"]["reason"], "SERVER_AMBIGUOUS");

  second_->Signal(SIGKILL);
  EXPECT_EQ(second_->Wait(), -SIGKILL);
  const nlohmann::json one_gone = ask({"health"}, 11);
  EXPECT_EQ(one_gone["servers"][0]["state"], "SERVING") << one_gone;
  EXPECT_EQ(one_gone["servers"][1]["error"]["reason"], "NOT_REACHED");
  first_->Signal(SIGKILL);
  EXPECT_EQ(first_->Wait(), -SIGKILL);
  const support::ClientRun none = support::Client(folder_.path()).Run(Asking({"council", "list"}));
  EXPECT_EQ(none.exit, 11);
  EXPECT_THAT(none.err, HasSubstr("none of 2 servers (flag --server) took the call"));
  EXPECT_THAT(none.err, HasSubstr(one_.services + ": nothing listens there"));
  EXPECT_THAT(none.err, HasSubstr(two_.services + ": nothing listens there"));
}

class LaggingReplicaTest : public ClientOnKafkaTest {
 protected:
  LaggingReplicaTest() { second_flags_ = {"--lag-seconds-max", "10"}; }
};

TEST_F(LaggingReplicaTest, OneThatHasFallenBehindIsPassedOverUntilItHasCaughtUp) {
  const nlohmann::json endpoint =
      nlohmann::json::parse(support::ReadText(Data("two") / "endpoint.json"));
  {
    const HeldThreads deaf(endpoint["pid"], "rdk:");
    EXPECT_GT(deaf.count(), 0u);
    ASSERT_TRUE(WaitForProbe(two_, 2));
    for (int i = 0; i < 3; ++i) {
      const support::ClientRun run = CreateByClient(CouncilFirstAt(two_.services));
      EXPECT_EQ(run.exit, 0) << run.err;
    }
    EXPECT_EQ(CreatedBy(two_), 0);
  }
  ASSERT_TRUE(WaitForProbe(two_, 1)) << LogText("two");
  const support::ClientRun run = CreateByClient(CouncilFirstAt(two_.services));
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(CreatedBy(two_), 1);
  EXPECT_EQ(ReadAll(Second()).councils, 4);
}

}  // namespace
}  // namespace twinledger::testing
