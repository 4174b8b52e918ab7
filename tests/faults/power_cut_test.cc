// A power cut loses what was not synced; a kill does not, the kernel keeps it. So the cut is made,
// in two ways. In one, at each sync that the log asks for, the files' contents are set aside, and
// after the run the directory is put back to what was set aside last. The other cuts the power of
// an ext4 (tests/support/cuttable_disk.h). A log that acknowledges before it syncs must be caught
// by the same oracle that passes the one that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>

#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/history_oracle.h"
#include "tests/support/manual_clock.h"
#include "tests/support/server_process.h"
#include "tests/support/test_chain.h"

namespace twinledger::support {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Kind = HistoryEvent::Kind;

const log::PartitionId kPartition{"registry", 0};

// What a disk has for certain: the contents of each file at its last sync that was done.
class Disk {
 public:
  int Sync(int descriptor) {
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const std::filesystem::path path = std::filesystem::read_symlink(link);
    const std::lock_guard lock(mutex_);
    if (std::filesystem::is_regular_file(path)) synced_[path] = ReadText(path);
    return 0;
  }

  // Every file becomes what it was at its last sync; one that was never synced is empty.
  void CutPower(const std::filesystem::path& directory) {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      std::ofstream file(entry.path(), std::ios::binary | std::ios::trunc);
      const auto found = synced_.find(entry.path());
      if (found != synced_.end()) file << found->second;
    }
  }

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::string> synced_;
};

// Appends one record and waits for its outcome.
log::AppendOutcome AppendAndWait(log::AppendSession& session, const std::string& record) {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<log::AppendOutcome> outcome;
  session.Append(kPartition, record, [&](const log::AppendOutcome& reported) {
    const std::lock_guard lock(mutex);
    outcome = reported;
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return outcome.has_value(); });
  return *outcome;
}

std::string FirstRecord(log::EventLog& log) {
  auto reader = log.OpenReader({{kPartition, 0}});
  TL_CHECK(reader.ok());
  const auto records = (*reader)->Next(std::chrono::seconds(10));
  TL_CHECK(records.ok() && !records->empty());
  return records->front().bytes;
}

using Sync = std::function<int(int)>;

// Runs some acknowledged appends on a log in `directory`, which is made, with that sync; cuts the
// power, and says what the oracle finds.
std::vector<std::string> ViolationsAfter(const std::filesystem::path& directory, Sync sync,
                                         const std::function<void()>& cut_power) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "history");
  const testing::TestFounding founder;
  log::EmbeddedOptions options;
  options.fill_ahead_bytes = 64 * 1024;  // Little to set aside at each sync.
  options.sync = std::move(sync);

  testing::SeededRandom random("power cut");
  const ManualClock clock(WallTime{});  // Before the commits that the chain writer makes.
  log::Founding founding;
  {
    EXPECT_TRUE(log::EmbeddedLog::Create(directory).ok());
    auto opened = log::EmbeddedLog::Open(directory, options);
    EXPECT_TRUE(opened.ok());
    auto founded =
        log::FoundLog(**opened, founder.content, founder.writer_keys, std::nullopt, clock, random);
    EXPECT_TRUE(founded.ok());
    founding = *founded;
    HistoryFile history(folder.path() / "history" / "client");
    auto session = (*opened)->OpenSession();
    EXPECT_TRUE(session.ok());
    testing::ChainWriter chain(kPartition, founder.writer_keys.at("registry"));
    chain.Follow(FirstRecord(**opened));
    for (int i = 0; i < 20; ++i) {
      const log::v1::Commit commit = chain.NextCommit();
      const std::string record = chain.Make({commit});
      chain.Follow(record);
      history.Write({Kind::kInvoke, commit.request_id(), "d", "", 0});
      EXPECT_EQ(AppendAndWait(**session, record).kind, log::AppendOutcome::Kind::kAppended);
      history.Write({Kind::kOk, commit.request_id(),
                     ToString(kPartition) + "/" + std::to_string(commit.sequence()),
                     crypto::Hex(crypto::Sha256(commit.SerializeAsString())), 0});
    }
  }
  cut_power();
  auto reopened = log::EmbeddedLog::Open(directory, {});
  if (!reopened.ok()) return {"L1 the log is damaged: " + reopened.error().message};
  const Result<LogFacts> facts = ReadLogFacts(**reopened, founding);
  if (!facts.ok()) return {"L1 the log is damaged: " + facts.error().message};
  return Violations(ReadHistory(folder.path() / "history"), *facts);
}

// On a disk where syncs from the `lies_from`-th on do nothing.
std::vector<std::string> ViolationsAfterPowerCut(int lies_from) {
  const TemporaryFolder folder;
  const std::filesystem::path directory = folder.path() / "log";
  Disk disk;
  std::atomic<int> syncs = 0;
  return ViolationsAfter(
      directory, [&](int descriptor) { return ++syncs >= lies_from ? 0 : disk.Sync(descriptor); },
      [&] { disk.CutPower(directory); });
}

std::vector<std::string> ViolationsAfterRealPowerCut(Sync sync) {
  const TemporaryFolder folder;
  const CuttableDisk disk(folder.path() / "disk", folder.path() / "mounted");
  return ViolationsAfter(folder.path() / "mounted/log", std::move(sync), [&] {
    disk.CutPower();
    disk.PowerOn();
  });
}

TEST(PowerCutTest, NothingAcknowledgedIsLostByALogThatSyncsFirst) {
  EXPECT_THAT(ViolationsAfterPowerCut(1'000'000), IsEmpty());
}

TEST(PowerCutTest, ALogThatAcknowledgesBeforeTheSyncIsCaught) {
  // The foundings and some records are synced, the later ones are not.
  EXPECT_THAT(ViolationsAfterPowerCut(12), Contains(StartsWith("L1")));
}

TEST(PowerCutTest, OnARealDiskToo) {
  EXPECT_THAT(ViolationsAfterRealPowerCut(::fdatasync), IsEmpty());
  EXPECT_THAT(ViolationsAfterRealPowerCut([](int) { return 0; }), Contains(StartsWith("L1")));
}

}  // namespace
}  // namespace twinledger::support
