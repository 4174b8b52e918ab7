#include "platform/projection/store_exchange.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "platform/base/clock.h"
#include "platform/log/simulated/simulated_log.h"
#include "platform/store/memory_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {
namespace {

using testing::TallyHistory;
using testing::TallyProjection;

// A program with a mistake: it loses the words of one entity.
class ForgetfulProjection final : public Projection {
 public:
  explicit ForgetfulProjection(std::string entity) : entity_(std::move(entity)) {}
  std::string_view name() const override { return right_.name(); }
  std::uint32_t schema_version() const override { return right_.schema_version(); }
  std::vector<std::string> streams() const override { return right_.streams(); }
  std::optional<Unapplicable> Apply(const log::PartitionId& partition,
                                    const log::AcceptedCommit& accepted,
                                    store::RowWriter& rows) const override {
    if (accepted.commit.key().id() == entity_) return std::nullopt;
    return right_.Apply(partition, accepted, rows);
  }

 private:
  const TallyProjection right_;
  const std::string entity_;
};

class StoreExchangeTest : public ::testing::Test {
 protected:
  StoreExchangeTest() {
    history_.Add(0, {{0, {"a"}}, {1, {"b"}}});
    history_.Add(1, {{0, {"c"}}});
    LandAll();
    serving_ = Open(projection_);
  }

  void LandAll() {
    for (std::uint32_t i = 0; i < history_.partitions(); ++i) {
      for (std::size_t at = log_.Stored(TallyHistory::Id(i)).size();
           at < history_.records(i).size(); ++at) {
        log_.Land(TallyHistory::Id(i), history_.records(i)[at]);
      }
    }
  }
  void Land(std::uint32_t partition, int entity, const std::string& word) {
    history_.Add(partition, {{entity, {word}}});
    LandAll();
  }
  // Who may append and has no key.
  void LandStranger(std::uint32_t partition) {
    history_.AddBytes(partition, "no record");
    LandAll();
  }

  // One that has read all of the log.
  std::unique_ptr<Runner> Open(const Projection& projection) {
    auto runner = *Runner::Open(log_, history_.founding(), projection,
                                std::make_unique<store::MemoryStore>(), clock_);
    runner->Start();
    ReachTail(*runner);
    return runner;
  }
  void ReachTail(Runner& runner) {
    std::promise<Result<void>> promise;
    runner.WaitForTail(clock_.Monotonic() + std::chrono::seconds(20),
                       [&](const Result<void>& result) { promise.set_value(result); });
    ASSERT_TRUE(promise.get_future().get().ok());
  }

  std::string Words(const store::KeyValueReader& rows, std::uint32_t partition, int entity) const {
    const auto row = store::CutReader(rows).Find(TallyProjection::kEntities,
                                                 {history_.Entity(partition, entity)});
    return row.ok() && *row ? (*row)->bytes : "";
  }

  TallyHistory history_{2};
  log::SimulatedLog log_;
  TallyProjection projection_;
  SystemClock clock_;
  std::unique_ptr<Runner> serving_;
};

TEST_F(StoreExchangeTest, EqualStoresAreExchangedWhileRecordsCome) {
  LandStranger(1);
  const auto rebuilt = Open(projection_);
  StoreExchange exchange(*serving_, projection_, history_.founding(), clock_);
  Land(0, 0, "before");
  LandStranger(0);
  ASSERT_TRUE(exchange.Begin().ok());
  Land(0, 0, "first");
  ReachTail(*rebuilt);
  rebuilt->Stop();
  LandStranger(1);
  Land(1, 0, "kept");
  Land(0, 1, "kept");
  ReachTail(*serving_);
  const auto before = serving_->Snapshot();
  const auto exchanged = exchange.Finish(*rebuilt, true);
  ASSERT_TRUE(exchanged.ok()) << exchanged.error().message;
  ASSERT_NE(exchanged->retired, nullptr);
  ASSERT_EQ(exchanged->pairs.size(), 2u);
  EXPECT_TRUE(AllEqual(exchanged->pairs));
  EXPECT_EQ(exchanged->pairs[0].sequence, 6u);
  EXPECT_EQ(exchanged->pairs[1].sequence, 3u);

  Land(0, 0, "after");
  Land(1, 0, "after");
  ReachTail(*serving_);
  const auto after = serving_->Snapshot();
  EXPECT_EQ(Words(*after, 0, 0), "a before first after");
  EXPECT_EQ(Words(*after, 0, 1), "b kept");
  EXPECT_EQ(Words(*after, 1, 0), "c kept after");
  // Nothing was written to what was retired, and who read it goes on reading it.
  EXPECT_EQ(Words(*before, 1, 0), "c kept");
  EXPECT_EQ(Words(*exchanged->retired, 1, 0), "c kept");
  const auto again = Open(projection_)->Status();
  for (std::size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(serving_->Status()[i].digest, again[i].digest);
    EXPECT_EQ(serving_->Status()[i].rows, again[i].rows);
  }
}

// The control: what these tests look at tells of an exchange that leaves out what was kept.
TEST_F(StoreExchangeTest, WithoutWhatWasKeptAnExchangeWouldLoseIt) {
  const auto rebuilt = Open(projection_);
  rebuilt->Stop();
  Land(1, 0, "kept");
  ReachTail(*serving_);
  absl::Notification exchanged;
  serving_->Post([&] {
    serving_->ReplaceStore(rebuilt->TakeStore());
    exchanged.Notify();
  });
  exchanged.WaitForNotification();
  EXPECT_EQ(Words(*serving_->Snapshot(), 1, 0), "c");
}

TEST_F(StoreExchangeTest, StoresThatDifferAreNot) {
  const ForgetfulProjection wrong(history_.Entity(1, 0));
  const auto rebuilt = Open(wrong);
  StoreExchange exchange(*serving_, projection_, history_.founding(), clock_);
  ASSERT_TRUE(exchange.Begin().ok());
  ReachTail(*rebuilt);
  rebuilt->Stop();
  const auto exchanged = exchange.Finish(*rebuilt, true);
  ASSERT_TRUE(exchanged.ok()) << exchanged.error().message;
  EXPECT_EQ(exchanged->retired, nullptr);
  EXPECT_EQ(exchanged->pairs[0].serving, exchanged->pairs[0].rebuilt);
  EXPECT_NE(exchanged->pairs[1].serving, exchanged->pairs[1].rebuilt);
  EXPECT_EQ(Words(*serving_->Snapshot(), 1, 0), "c");
}

TEST_F(StoreExchangeTest, WhatIsOnlyComparedStays) {
  const auto rebuilt = Open(projection_);
  StoreExchange exchange(*serving_, projection_, history_.founding(), clock_);
  ASSERT_TRUE(exchange.Begin().ok());
  ReachTail(*rebuilt);
  rebuilt->Stop();
  const auto exchanged = exchange.Finish(*rebuilt, false);
  ASSERT_TRUE(exchanged.ok()) << exchanged.error().message;
  EXPECT_TRUE(AllEqual(exchanged->pairs));
  EXPECT_EQ(exchanged->retired, nullptr);
}

TEST_F(StoreExchangeTest, ARunnerThatIsStoppedIsNotWaitedFor) {
  StoreExchange exchange(*serving_, projection_, history_.founding(), clock_);
  ASSERT_TRUE(exchange.Begin().ok());
  const auto rebuilt = Open(projection_);
  rebuilt->Stop();
  serving_->Stop();
  const auto exchanged = exchange.Finish(*rebuilt, true);
  ASSERT_FALSE(exchanged.ok());
  EXPECT_EQ(exchanged.error().reason, "SHUTTING_DOWN");
}

}  // namespace
}  // namespace twinledger::projection
