// A log whose ends are told late, or not at all.
#include "platform/projection/tail_rounds.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "platform/base/clock.h"

namespace twinledger::projection {
namespace {

const log::PartitionId kOne{"registry", 0};
const log::PartitionId kOther{"registry", 1};

class SlowLog final : public log::EventLog {
 public:
  Result<std::unique_ptr<log::AppendSession>> OpenSession() override { return Unused(); }
  Result<std::unique_ptr<log::Reader>> OpenReader(std::vector<log::ReadFrom>) override {
    return Unused();
  }
  Result<log::Offset> Tail(const log::PartitionId& partition) override {
    ++asked;
    answers.wait();
    if (!broker) return Error{Code::kUnavailable, "no broker", "DOWN"};
    return log::Offset(partition.partition + 7);
  }

  std::promise<void> answer;
  std::shared_future<void> answers = answer.get_future().share();
  std::atomic<int> asked{0};
  bool broker = true;

 private:
  static Error Unused() { return {Code::kUnimplemented, "not used", "UNUSED"}; }
};

class TailRoundsTest : public ::testing::Test {
 protected:
  std::future<Result<TailRounds::Tails>> Ask(TailRounds& rounds) {
    auto told = std::make_shared<std::promise<Result<TailRounds::Tails>>>();
    rounds.Ask([told](const Result<TailRounds::Tails>& tails) { told->set_value(tails); });
    return told->get_future();
  }
  void OnTail(const log::PartitionId& partition, log::Offset tail) { noted_[partition] = tail; }

  SlowLog log_;
  SystemClock clock_;
  TailRounds::Tails noted_;  // Of the rounds' thread, until they have ended.
};

TEST_F(TailRoundsTest, WhoAsksDoesNotWaitAndHearsOfAllPartitions) {
  std::future<Result<TailRounds::Tails>> told;
  {
    TailRounds rounds(log_, clock_, {kOne, kOther},
                      [this](const auto& partition, auto, auto tail) { OnTail(partition, tail); });
    told = Ask(rounds);  // Returns although the log does not answer.
    log_.answer.set_value();
    const Result<TailRounds::Tails> tails = told.get();
    ASSERT_TRUE(tails.ok());
    EXPECT_EQ(*tails, (TailRounds::Tails{{kOne, 7}, {kOther, 8}}));
  }
  EXPECT_EQ(noted_, (TailRounds::Tails{{kOne, 7}, {kOther, 8}}));
}

TEST_F(TailRoundsTest, AfterOnePartitionThatIsNotToldTheOthersAreNotWaitedFor) {
  log_.broker = false;
  log_.answer.set_value();
  TailRounds rounds(log_, clock_, {kOne, kOther}, [](const auto&, auto, auto) {});
  const Result<TailRounds::Tails> tails = Ask(rounds).get();
  ASSERT_FALSE(tails.ok());
  EXPECT_EQ(tails.error().reason, "DOWN");
  EXPECT_EQ(log_.asked, 1);
}

}  // namespace
}  // namespace twinledger::projection
