// The disk of the only broker is full, under a server that writes: its log directory lies on a disk
// of the test's own (tests/support/cuttable_disk.h). Of three brokers: fault_run/broker_faults.py.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "tests/kafka/replicas.h"
#include "tests/support/cuttable_disk.h"

namespace twinledger::testing {
namespace {

namespace fs = std::filesystem;
namespace v1 = registry::v1;
using ::testing::AnyOf;

constexpr int kCouncils = 30;
constexpr std::chrono::minutes kPatience{2};
// They wait for 30 s at most, and say then how a command stands.
constexpr std::chrono::seconds kLongerThanServers{60};

class FullDiskOnKafkaTest : public ReplicasTest {
 protected:
  static void SetUpTestSuite() {
    KillBroker();
    const fs::path cluster = std::getenv("TWINLEDGER_KAFKA_DIR");
    place_ = cluster / "broker-1/disk";
    disk_ = new support::CuttableDisk(cluster / "disk", place_);
    // To Kafka, what fills it is no topic beside its own.
    fs::remove_all(cluster / "broker-1/data");
    fs::create_directory(place_ / "data");
    fs::create_directory_symlink(place_ / "data", cluster / "broker-1/data");
    StartBroker();
  }
  static void TearDownTestSuite() {
    KillBroker();
    delete std::exchange(disk_, nullptr);
  }

  static fs::path Filler() { return place_ / "filler"; }

  // To the last block.
  static void Fill() {
    const int file = open(Filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    TL_CHECK(file >= 0);
    off_t size = 0;
    for (off_t step = off_t{1} << 30; step >= 4096;) {
      posix_fallocate(file, size, step) == 0 ? size += step : step /= 2;
    }
    TL_CHECK(size > 0);
    close(file);
  }

  static bool BrokerRuns() {
    std::ifstream pid(place_.parent_path() / "pid");
    std::string number;
    pid >> number;
    std::ifstream stat("/proc/" + number + "/stat");
    std::string line;
    // What has ended and was not waited for yet has the state Z.
    return std::getline(stat, line) && line.at(line.rfind(") ") + 2) != 'Z';
  }

  inline static support::CuttableDisk* disk_ = nullptr;
  inline static fs::path place_;
};

struct Written {
  v1::CreateCouncilRequest request;
  v1::CreateCouncilResponse response;
};

TEST_F(FullDiskOnKafkaTest, CommandsAreToldToRepeatAndNothingThatWasAcknowledgedIsLost) {
  Found();
  const auto server = Start("one");
  const auto at = server->WaitUntilServing();
  ASSERT_TRUE(at) << LogText("one");
  const auto channel = As("agency-approver", *at);
  std::vector<Written> written;
  int number = 0;
  const auto write = [&] {
    Written one{Council(++number), {}};
    Created created = Create(channel, one.request, kLongerThanServers);
    one.response = created.response;
    if (created.status.ok()) written.push_back(one);
    return std::pair(created.status, one.request);
  };
  while (number < kCouncils) ASSERT_TRUE(write().first.ok());

  Fill();
  auto [told, unanswered] = write();
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (told.ok() && std::chrono::steady_clock::now() < give_up) {
    std::tie(told, unanswered) = write();
  }
  EXPECT_THAT(told.error_code(),
              AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::RESOURCE_EXHAUSTED))
      << told.error_message();
  while (BrokerRuns() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_FALSE(BrokerRuns()) << "Kafka halts without room for its log";
  EXPECT_TRUE(WaitForProbe(*at, 2));
  EXPECT_TRUE(WaitForLine("one", "NOT_READY")) << LogText("one");
  EXPECT_EQ(Json({"--data-dir", Data("one").string(), "health"}, 1)["state"], "DEGRADED");

  fs::remove(Filler());
  StartBroker();
  EXPECT_TRUE(WaitForProbe(*at, 1));
  const Created late = CreateSurely({channel}, unanswered);
  EXPECT_TRUE(late.status.ok()) << late.status.error_message();
  for (const Written& one : written) {
    const Created again = CreateSurely({channel}, one.request);
    ASSERT_TRUE(again.status.ok()) << again.status.error_message();
    EXPECT_EQ(again.response.receipt().position(), one.response.receipt().position());
    EXPECT_EQ(again.response.receipt().commit_hash(), one.response.receipt().commit_hash());
  }
  EXPECT_TRUE(EqualsItsRebuild(As("operator", *at), "registry"));
  std::printf("%zu acknowledged, then told: %s\n", written.size(), told.error_message().c_str());
}

}  // namespace
}  // namespace twinledger::testing
