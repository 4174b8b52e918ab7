// What the process reads of a council, day by day, while it catches up.
#include "platform/log/embedded/embedded_log.h"
#include "risk/inputs/input_tables.h"
#include "tests/integration/risk/risk_nodes.h"

namespace twinledger::risk {
namespace {

const Day kFirstDay = DayNamed("2026-06-30");

// Counts the looks for records that are scored.
class CountingRows final : public store::KeyValueReader {
 public:
  explicit CountingRows(std::shared_ptr<const store::KeyValueReader> rows)
      : rows_(std::move(rows)) {}

  Result<std::optional<std::string>> Get(std::string_view key) const override {
    return rows_->Get(key);
  }
  std::unique_ptr<store::Iterator> NewIterator() const override {
    return std::make_unique<Counting>(rows_->NewIterator(), seeks_);
  }
  int seeks() const { return seeks_; }

 private:
  class Counting final : public store::Iterator {
   public:
    Counting(std::unique_ptr<store::Iterator> at, int& seeks) : at_(std::move(at)), seeks_(seeks) {}
    bool Valid() const override { return at_->Valid(); }
    void Next() override { at_->Next(); }
    void Seek(std::string_view key) override {
      if (key.size() > 1 && key[0] == 0 && key[1] == kScoredRecords.id) ++seeks_;
      at_->Seek(key);
    }
    std::string_view key() const override { return at_->key(); }
    std::string_view value() const override { return at_->value(); }
    Result<void> status() const override { return at_->status(); }

   private:
    const std::unique_ptr<store::Iterator> at_;
    int& seeks_;
  };

  const std::shared_ptr<const store::KeyValueReader> rows_;
  mutable int seeks_ = 0;
};

class UnchangedCouncilTest : public ::testing::Test {
 protected:
  UnchangedCouncilTest() {
    TL_CHECK(log::EmbeddedLog::Create(directory_.path() / "log").ok());
    embedded_ = *log::EmbeddedLog::Open(directory_.path() / "log");
    log_.emplace(*embedded_, clock_);
  }

  // How often a look at so many days looks for records.
  int SeeksOf(int days) {
    RiskNode node(*log_, clock_);
    node.WaitIdle();
    const auto rows = std::make_shared<CountingRows>(node.rows());
    const process::Moment moment{
        rows, *projection::CutOf(*rows, log_->founding(), {"registry", "engagement"})};
    RiskProcess process(Tl1(), "digest key");
    const auto finding = process.Look(moment, {kCouncil, kFirstDay, kFirstDay + days - 1});
    EXPECT_TRUE(finding.ok());
    EXPECT_TRUE(finding->commands.empty()) << "all is recorded";
    EXPECT_EQ(finding->day, kFirstDay + days - 1);
    return rows->seeks();
  }

  testing::TempDirectory directory_;
  support::ManualClock clock_{EndOf(kFirstDay) - std::chrono::hours(12)};
  std::unique_ptr<log::EmbeddedLog> embedded_;
  std::optional<WrittenLog> log_;
};

TEST_F(UnchangedCouncilTest, IsReadOnceThoughOthersChangeEachDay) {
  log_->Submit("gift", GiftFields(kFirstDay, 1'000));
  for (int day = 0; day < 4; ++day) {
    clock_.Advance(std::chrono::days(1));
    log_->Register(fmt::format("council_registered {{ council_id: 'other-{}' }}", day), "council",
                   fmt::format("other-{}", day));
  }
  const int of_one_day = SeeksOf(1);
  ASSERT_GT(of_one_day, 0);
  EXPECT_EQ(SeeksOf(5), of_one_day);
}

TEST_F(UnchangedCouncilTest, ButAgainForADayOnWhichADonorOfItChanged) {
  log_->Submit("gift", GiftFields(kFirstDay, 1'000));
  clock_.Advance(std::chrono::days(1));
  log_->Register("principal_registered { principal_id: 'p1' }", "principal", "p1");
  clock_.Advance(std::chrono::days(1));
  log_->Submit("second", GiftFields(kFirstDay, 1'000));
  clock_.Advance(std::chrono::days(1));
  const int of_one_day = SeeksOf(1);
  EXPECT_GE(SeeksOf(2), 2 * of_one_day);
  EXPECT_GE(SeeksOf(3), 3 * of_one_day);
  EXPECT_EQ(SeeksOf(4), SeeksOf(3));
}

}  // namespace
}  // namespace twinledger::risk
