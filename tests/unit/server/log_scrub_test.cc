// A log that is open and read, and changes underneath.
#include "platform/server/log_scrub.h"

#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <utility>
#include <vector>

#include "platform/log/simulated/simulated_log.h"
#include "platform/server/scrub_memory.h"
#include "tests/support/flipped_bit.h"
#include "tests/support/small_log.h"

namespace twinledger::server {
namespace {

using testing::ChainWriter;
using testing::KeyNamed;
using testing::SmallLog;

const log::PartitionId kTarget{"registry", 0};

class LogScrubTest : public ::testing::Test {
 protected:
  Result<void> Scrub() {
    LogScrub scrub(small_.log(), small_.founding(), clock_, {});
    scrub.Start();
    EXPECT_TRUE(scrub.WaitForPass(std::chrono::seconds(20)));
    EXPECT_NE(scrub.Collect().at(1).metric.front().gauge.value, 0.0);
    EXPECT_EQ(scrub.Collect().back().metric.front().gauge.value, scrub.found().ok() ? 0.0 : 1.0);
    records_ = scrub.Collect().front().metric.front().gauge.value;
    return scrub.found();
  }

  void FlipABit() {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() != ".seg") continue;
      support::FlipABit(entry.path(), 300);
    }
  }

  static bool IsToldToFail(const LogScrub& scrub) {
    return scrub.Collect().back().metric.front().gauge.value == 1.0;
  }

  testing::TempDirectory folder_;
  const std::filesystem::path directory_ = folder_.path() / "log";
  SmallLog small_{directory_};
  SystemClock clock_;
  double records_ = 0;
};

TEST_F(LogScrubTest, ASoundLogIsReadToItsEnd) {
  EXPECT_TRUE(Scrub().ok());
  EXPECT_EQ(records_, static_cast<double>(small_.records()));
}

TEST_F(LogScrubTest, AByteThatChangesUnderAnOpenLogIsFoundWithItsPlace) {
  FlipABit();
  const Result<void> damage = Scrub();
  ASSERT_FALSE(damage.ok());
  EXPECT_EQ(damage.error().code, Code::kDataLoss);
  EXPECT_NE(damage.error().message.find(".seg"), std::string::npos) << damage.error().message;
}

TEST_F(LogScrubTest, ARecordByAForeignKeyIsFoundWithItsPlace) {
  ChainWriter stranger(kTarget, KeyNamed("stranger"), 2);
  stranger.Follow(testing::ReadAll(small_.log(), kTarget).records.back());
  ASSERT_EQ(testing::AppendAndWait(small_.log(), kTarget, stranger.Next()).kind,
            log::AppendOutcome::Kind::kAppended);
  const Result<void> damage = Scrub();
  ASSERT_FALSE(damage.ok());
  EXPECT_EQ(damage.error().reason, "LOG_DAMAGED");
  EXPECT_EQ(damage.error().metadata.at("partition"), "registry/0");
  EXPECT_EQ(damage.error().metadata.at("offset"), "3");
}

// Of several writers a record that none of them has accepted is void and no damage; what was
// chained on it is.
TEST(SharedLogScrubTest, ARecordThatWasAlteredIsFoundByTheOneBehindIt) {
  const testing::TestFounding founder;
  const log::Founding founding = founder.founding();
  log::SimulatedLog log;
  ChainWriter writer(kTarget, founder.writer_keys.at("registry"));
  ChainWriter stranger(kTarget, KeyNamed("stranger"));
  log.Land(kTarget, founder.RootRecord());
  writer.Follow(founder.RootRecord());
  for (int i = 0; i < 3; ++i) log.Land(kTarget, writer.Next());
  stranger.Follow(log.Stored(kTarget).back());
  stranger.Next();
  log.Land(kTarget, stranger.Next());  // On one that is not there, by nobody.
  const SystemClock clock;
  const auto found = [&] {
    LogScrub scrub(log, founding, clock, {});
    scrub.Start();
    EXPECT_TRUE(scrub.WaitForPass(std::chrono::seconds(20)));
    return scrub.found();
  };
  EXPECT_TRUE(found().ok());

  std::string altered = log.Stored(kTarget).at(2);
  altered.back() = static_cast<char>(altered.back() ^ 1);
  log.Replace(kTarget, 2, altered);
  const Result<void> damage = found();
  ASSERT_FALSE(damage.ok());
  EXPECT_EQ(damage.error().reason, "LOG_DAMAGED");
  EXPECT_EQ(damage.error().metadata.at("offset"), "3");
  EXPECT_NE(damage.error().message.find("beyond this log's history"), std::string::npos);
}

TEST_F(LogScrubTest, ItEndsAtOnceWhenToldTo) {
  LogScrub scrub(small_.log(), small_.founding(), clock_, {.period = std::chrono::hours(1)});
  scrub.Start();
  scrub.Pace();
  ASSERT_TRUE(scrub.WaitForPass(std::chrono::seconds(20)));
}  // Its destructor does not wait for the next pass.

TEST(ShyScrubPlanTest, ARestartIsNoReasonToReadALongLogAgain) {
  using std::chrono::hours;
  const WallTime now(hours(1000));
  EXPECT_EQ(ShyScrubPlan(hours(24), now - hours(23), now).first_after, hours(1));
  EXPECT_EQ(ShyScrubPlan(hours(24), now - hours(30), now).first_after, hours(0));
  EXPECT_EQ(ShyScrubPlan(hours(24), std::nullopt, now).first_after, hours(24));
  EXPECT_EQ(ShyScrubPlan(hours(24), now + hours(9000), now).first_after, hours(24));
  EXPECT_FALSE(ShyScrubPlan(std::nullopt, now - hours(30), now).first_after.has_value());
}

TEST_F(LogScrubTest, APassThatIsNotDueIsNotWaitedFor) {
  LogScrub scrub(small_.log(), small_.founding(), clock_, {.first_after = std::chrono::hours(1)});
  scrub.Start();
  EXPECT_FALSE(scrub.WaitForPass(std::chrono::hours(1)));
}

TEST_F(LogScrubTest, TheEndOfAPassIsToldAndWhatItFound) {
  std::vector<bool> ends;
  const auto scrub_once = [&] {
    LogScrub scrub(small_.log(), small_.founding(), clock_,
                   {.on_end = [&](WallTime, bool sound) { ends.push_back(sound); }});
    scrub.Start();
    ASSERT_TRUE(scrub.WaitForPass(std::chrono::seconds(20)));
  };
  scrub_once();
  FlipABit();
  scrub_once();
  EXPECT_EQ(ends, (std::vector<bool>{true, false}));
}

TEST_F(LogScrubTest, KnownDamageIsToldUntilAWholePassIsClean) {
  LogScrub scrub(small_.log(), small_.founding(), clock_, {.damage_known = true});
  EXPECT_TRUE(IsToldToFail(scrub));
  EXPECT_TRUE(scrub.found().ok());  // It ends no server: that is for what this start finds.
  scrub.Start();
  ASSERT_TRUE(scrub.WaitForPass(std::chrono::seconds(20)));
  EXPECT_FALSE(IsToldToFail(scrub));
}

TEST_F(LogScrubTest, APassThatFoundDamageIsNoneToTheNextStart) {
  using std::chrono::hours;
  const testing::TempDirectory state;
  const DataDirectory data(state.path());
  const auto plan = [&] { return RememberedScrubPlan(hours(24), data, clock_.Now()); };
  const auto scrub_once = [&] {
    ScrubPlan due = plan();
    due.first_after = hours(0);
    LogScrub scrub(small_.log(), small_.founding(), clock_, std::move(due));
    scrub.Start();
    ASSERT_TRUE(scrub.WaitForPass(std::chrono::seconds(20)));
  };
  EXPECT_EQ(plan().first_after, hours(24));  // A first start reads and checks all of it anyway.
  scrub_once();
  EXPECT_GT(plan().first_after, hours(23));
  EXPECT_FALSE(plan().damage_known);

  FlipABit();
  scrub_once();
  EXPECT_EQ(plan().first_after, hours(0));
  EXPECT_TRUE(plan().damage_known);

  FlipABit();  // Back.
  scrub_once();
  EXPECT_GT(plan().first_after, hours(23));
  EXPECT_FALSE(plan().damage_known);
}

}  // namespace
}  // namespace twinledger::server
