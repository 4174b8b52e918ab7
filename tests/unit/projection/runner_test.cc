#include "platform/projection/runner.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "platform/projection/feed.h"
#include "platform/store/memory_store.h"
#include "tests/support/fillable_store.h"
#include "tests/unit/projection/runner_fixture.h"

namespace twinledger::projection {
namespace {

TEST_F(RunnerTest, AnEmptyStoreIsFilledAndKeptUp) {
  history_.Add(0, {{0, {"a"}}});
  LandAll();
  const auto runner = *Open();
  EXPECT_FALSE(runner->CaughtUp());
  runner->Start();
  ASSERT_TRUE(WaitForTail(*runner).ok());
  EXPECT_EQ(Words(*runner, 0, 0), "a");
  history_.Add(1, {{0, {"b"}}});
  LandAll();
  ASSERT_TRUE(WaitFor(*runner, {{kSecond, 2}}, Soon()).ok());
  EXPECT_EQ(Words(*runner, 1, 0), "b");
  EXPECT_TRUE(runner->CaughtUp());
}

TEST_F(RunnerTest, ALogThatDoesNotAnswerAtFirstIsAskedAgain) {
  history_.Add(0, {{0, {"a"}}});
  LandAll();
  LateLog late(log_);
  late.refused_tails = 2;
  late.refused_readers = 2;
  const auto runner = Runner::Open(late, history_.founding(), projection_,
                                   std::make_unique<store::MemoryStore>(), clock_);
  ASSERT_TRUE(runner.ok()) << runner.error().message;
  (*runner)->Start();
  ASSERT_TRUE(WaitForTail(**runner).ok());
  EXPECT_EQ(Words(**runner, 0, 0), "a");
}

TEST_F(RunnerTest, MuchToReadIsStoredAtItsEnd) {
  history_.Add(0, {{0, {"a"}}});
  for (int i = 0; i < 1100; ++i) history_.AddBytes(0, "no record");
  history_.Add(0, {{0, {"b"}}});
  LandAll();
  const auto runner = *Open();
  runner->Start();
  ASSERT_TRUE(WaitFor(*runner, {{kFirst, 3}, {kSecond, 1}}, Soon()).ok());
  EXPECT_EQ(Words(*runner, 0, 0), "a b");
  EXPECT_EQ(runner->Status()[0].voids, 1100u);
  const VoidsRead voids = runner->Status()[0].voids_read;
  EXPECT_EQ(voids.by_reason,
            (std::map{std::pair{log::VoidReason::kUnparsable, std::uint64_t{1100}}}));
  EXPECT_EQ(voids.last, 1101u);
  history_.Add(0, {{0, {"c"}}});
  LandAll();
  ASSERT_TRUE(WaitFor(*runner, {{kFirst, 4}}, Soon()).ok());
  EXPECT_EQ(Words(*runner, 0, 0), "a b c");
}

TEST_F(RunnerTest, ARebuildThatCannotBeStoredStops) {
  history_.Add(0, {{0, {"a"}}});
  for (int i = 0; i < 1100; ++i) history_.AddBytes(0, "no record");
  LandAll();
  auto broken = std::make_unique<testing::FillableStore>();
  testing::FillableStore& disk = *broken;
  const auto runner = *Open(std::move(broken));
  disk.broken = true;
  runner->Start();
  const Result<void> reached = WaitFor(*runner, {{kFirst, 2}}, Soon());
  ASSERT_FALSE(reached.ok());
  EXPECT_EQ(reached.error().reason, "STORE_IO");
  EXPECT_FALSE(runner->CaughtUp());
  EXPECT_EQ(Words(*runner, 0, 0), std::nullopt);
}

TEST_F(RunnerTest, WhereTheDiskIsFullItGoesOnWhenThereIsRoom) {
  history_.Add(0, {{0, {"a"}}});
  LandAll();
  auto filled = std::make_unique<testing::FillableStore>();
  testing::FillableStore& disk = *filled;
  const auto runner = *Open(std::move(filled));
  runner->Start();
  ASSERT_TRUE(WaitForTail(*runner).ok());
  disk.full = true;
  history_.Add(0, {{0, {"b"}}});
  history_.Add(1, {{0, {"c"}}});
  history_.Add(0, {{0, {"d"}}});
  LandAll();
  ASSERT_TRUE(WaitUntil([&] { return disk.refused > 2; })) << "it is tried again";
  ASSERT_TRUE(WaitUntil([&] { return runner->Status()[0].no_room.has_value(); }));
  EXPECT_FALSE(runner->Status()[0].stopped);
  EXPECT_EQ(Words(*runner, 0, 0), "a");
  EXPECT_EQ(WaitFor(*runner, {{kFirst, 3}}, Soon()).error().reason, "DISK_FULL")
      << "nobody waits for what cannot be stored";
  disk.full = false;
  ASSERT_TRUE(WaitUntil([&] { return WaitForTail(*runner).ok(); }));
  EXPECT_EQ(Words(*runner, 0, 0), "a b d");
  EXPECT_EQ(Words(*runner, 1, 0), "c");
  EXPECT_TRUE(WaitUntil([&] { return !runner->Status()[0].no_room.has_value(); }));
}

TEST_F(RunnerTest, ARebuildOnAFullDiskWaitsForRoomToo) {
  history_.Add(0, {{0, {"a"}}});
  for (int i = 0; i < 1100; ++i) history_.AddBytes(0, "no record");
  history_.Add(1, {{0, {"b"}}});
  LandAll();
  auto filled = std::make_unique<testing::FillableStore>();
  testing::FillableStore& disk = *filled;
  const auto runner = *Open(std::move(filled));
  disk.full = true;
  runner->Start();
  ASSERT_TRUE(WaitUntil([&] { return disk.refused > 2; }));
  EXPECT_FALSE(runner->CaughtUp());
  disk.full = false;
  ASSERT_TRUE(WaitForTail(*runner).ok());
  EXPECT_TRUE(WaitUntil([&] { return runner->CaughtUp(); }));
  EXPECT_EQ(Words(*runner, 0, 0), "a");
  EXPECT_EQ(Words(*runner, 1, 0), "b");
}

TEST_F(RunnerTest, StatusTellsWhatIsStored) {
  history_.Add(0, {{0, {"a"}}, {1, {"?"}}});
  history_.AddBytes(0, "no record");
  LandAll();
  const auto runner = *Open();
  runner->Start();
  ASSERT_TRUE(WaitForTail(*runner).ok());
  const std::vector<PartitionStatus> status = runner->Status();
  ASSERT_EQ(status.size(), 2u);
  EXPECT_EQ(status[0].partition, kFirst);
  EXPECT_EQ(status[0].sequence, 3u);
  EXPECT_EQ(status[0].next_offset, 3u);
  EXPECT_EQ(status[0].tail, 3u);
  EXPECT_EQ(status[0].voids, 1u);
  EXPECT_EQ(status[0].parked, 1u);
  EXPECT_EQ(status[0].record_time_us, 3'000'000);
  EXPECT_EQ(status[0].digest.size(), 64u);
  EXPECT_FALSE(status[0].stopped);
  EXPECT_NE(status[0].digest, status[1].digest);
}

TEST_F(RunnerTest, AWaitEndsAtItsDeadlineAndAtTheEnd) {
  const auto runner = *Open();
  runner->Start();
  const store::Cut beyond{{kFirst, 9}};
  const auto late = WaitFor(*runner, beyond, clock_.Monotonic() + std::chrono::milliseconds(20));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(late.error().reason, "BEHIND");

  std::promise<Result<void>> promise;
  runner->WaitFor(beyond, Soon(), [&](const Result<void>& result) { promise.set_value(result); });
  runner->Stop();
  const Result<void> ended = promise.get_future().get();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().reason, "SHUTTING_DOWN");
}

TEST_F(RunnerTest, APartitionOfAnotherProjectionIsNotWaitedFor) {
  const auto runner = *Open();
  runner->Start();
  const auto elsewhere = WaitFor(*runner, {{{"risk", 0}, 1}}, Soon());
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_EQ(elsewhere.error().reason, "UNKNOWN_PARTITION");
}

TEST_F(RunnerTest, TasksRunInOrderOnOneThreadBeforeTheEnd) {
  const auto runner = *Open();
  runner->Start();
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  for (int i = 0; i < 100; ++i) {
    runner->Post([&, i] {
      order.push_back(i);
      threads.push_back(std::this_thread::get_id());
    });
  }
  runner->Stop();
  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(std::count(threads.begin(), threads.end(), threads.front()), 100);
  EXPECT_NE(threads.front(), std::this_thread::get_id());
}

TEST_F(RunnerTest, ATimerRepeats) {
  const auto runner = *Open();
  absl::Notification thrice;
  int count = 0;
  runner->Every(std::chrono::milliseconds(1), [&] {
    if (++count == 3) thrice.Notify();
  });
  runner->Start();
  EXPECT_TRUE(thrice.WaitForNotificationWithTimeout(absl::Seconds(20)));
}

TEST_F(RunnerTest, WhatIsDueOnceIsDoneAtItsTimeAndInTheOrderOfTimes) {
  const auto runner = *Open();
  const MonotonicTime start = clock_.Monotonic();
  const auto in = [&](int milliseconds) { return start + std::chrono::milliseconds(milliseconds); };
  absl::Notification done;
  std::vector<std::string> order;
  bool early = false;
  const auto note = [&](const std::string& what, MonotonicTime due) {
    order.push_back(what);
    early = early || clock_.Monotonic() < due;
  };
  runner->Post([&] {
    runner->At(in(200), [&] {
      note("last", in(200));
      done.Notify();
    });
    runner->At(in(20), [&] {
      note("first", in(20));
      runner->At(in(60), [&] { note("added by it", in(60)); });
    });
  });
  runner->Start();
  ASSERT_TRUE(done.WaitForNotificationWithTimeout(absl::Seconds(20)));
  runner->Stop();
  EXPECT_FALSE(early);
  EXPECT_EQ(order, std::vector<std::string>({"first", "added by it", "last"}));
}

class CountingSink final : public RecordSink {
 public:
  explicit CountingSink(PartitionView& view) : view_(view) {}
  void OnRecord(const log::ReadRecord& record) override {
    ++records;
    ASSERT_TRUE(view_.Consume(record).ok());
  }
  int records = 0;

 private:
  PartitionView& view_;
};

TEST_F(RunnerTest, ASinkConsumesForItsView) {
  history_.Add(0, {{0, {"a"}}});
  LandAll();
  const auto runner = *Open();
  CountingSink sink(runner->view(kFirst));
  runner->SetSink(kFirst, sink);
  runner->Start();
  ASSERT_TRUE(WaitForTail(*runner).ok());
  runner->Stop();
  EXPECT_EQ(sink.records, 2);
  EXPECT_EQ(Words(*runner, 0, 0), "a");
}

class TellingSink final : public RecordSink {
 public:
  TellingSink(Runner& runner, PartitionView& view, Positions::Then tell)
      : runner_(runner), view_(view), tell_(std::move(tell)) {}
  void OnRecord(const log::ReadRecord& record) override {
    ASSERT_TRUE(view_.Consume(record).ok());
    runner_.AfterStoring(view_.partition(), tell_);
  }

 private:
  Runner& runner_;
  PartitionView& view_;
  const Positions::Then tell_;
};

TEST_F(RunnerTest, WhoIsToldAfterStoringFindsWhatTheViewTook) {
  const auto runner = *Open();
  std::vector<std::optional<std::string>> found;
  TellingSink sink(*runner, runner->view(kFirst), [&](const Result<void>& stored) {
    EXPECT_TRUE(stored.ok());
    found.push_back(Words(*runner, 0, 0));
    EXPECT_EQ(runner->Status()[0].next_offset, found.size());
  });
  runner->SetSink(kFirst, sink);
  runner->Start();
  ASSERT_TRUE(WaitForTail(*runner).ok());
  history_.Add(0, {{0, {"a"}}});
  LandAll();
  ASSERT_TRUE(WaitForTail(*runner).ok());
  runner->Stop();
  EXPECT_EQ(found, (std::vector<std::optional<std::string>>{std::nullopt, "a"}));
}

TEST_F(RunnerTest, ADamagedPartitionStopsAndTheOthersGoOn) {
  auto store = std::make_unique<store::MemoryStore>();
  {
    history_.Add(0, {{0, {"a"}}});
    LandAll();
    const auto runner = *Open(std::make_unique<store::MemoryStore>());
    runner->Start();
    ASSERT_TRUE(WaitForTail(*runner).ok());
    runner->Stop();
    ASSERT_TRUE(store->Write(RowsOf(*runner)).ok());
  }
  log_.Truncate(kFirst, 1);
  history_.Add(1, {{0, {"b"}}});
  log_.Land(kSecond, history_.records(1).back());

  const auto runner = *Open(std::move(store));
  runner->Start();
  ASSERT_TRUE(WaitFor(*runner, {{kSecond, 2}}, Soon()).ok());
  EXPECT_EQ(Words(*runner, 1, 0), "b");
  const auto damaged = WaitFor(*runner, {{kFirst, 3}}, Soon());
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().reason, "LOG_DAMAGED");
  EXPECT_FALSE(runner->CaughtUp());
  const std::vector<PartitionStatus> status = runner->Status();
  ASSERT_TRUE(status[0].stopped);
  EXPECT_EQ(status[0].stopped->code, Code::kDataLoss);
  EXPECT_EQ(status[0].stopped->metadata.at("offset"), "1");
  EXPECT_EQ(status[0].stopped->metadata.at("lost"), "1");
  EXPECT_FALSE(status[1].stopped);
}

TEST_F(RunnerTest, OneThatRestsBehindRecordsTakesMoreWhenSomebodyWaitsForThem) {
  Feed feed(log_, history_.founding());
  const auto resting = *Open();
  const auto other = *Open();
  resting->RestBehindRecords(std::chrono::hours(1));
  resting->Start(feed);
  other->Start(feed);
  feed.Start();
  ASSERT_TRUE(WaitForTail(*resting).ok());
  const auto add = [&](const std::string& word) {
    history_.Add(1, {{0, {word}}});
    LandAll();
    // The feed serves the other one behind it.
    ASSERT_TRUE(WaitForTail(*other).ok());
    absl::Notification ran;
    resting->Post([&ran] { ran.Notify(); });
    ASSERT_TRUE(ran.WaitForNotificationWithTimeout(absl::Seconds(20))) << "tasks do not wait";
  };
  add("a");  // Waits at the most until it rests.
  ASSERT_TRUE(WaitFor(*resting, {{kSecond, 2}}, Soon()).ok());
  add("b");
  EXPECT_EQ(Words(*resting, 1, 0), "a");
  ASSERT_TRUE(WaitFor(*resting, {{kSecond, 3}}, Soon()).ok());
  EXPECT_EQ(Words(*resting, 1, 0), "a b");
  add("c");
  EXPECT_EQ(Words(*resting, 1, 0), "a b");
  resting->Stop();
  EXPECT_EQ(Words(*resting, 1, 0), "a b c") << "what came is stored at its end";
  feed.Stop();
}

TEST_F(RunnerTest, AStoreOfAnotherSchemaVersionIsRefused) {
  auto copy = std::make_unique<store::MemoryStore>();
  {
    const auto runner = *Open();
    ASSERT_TRUE(copy->Write(RowsOf(*runner)).ok());
  }
  const TallyProjection newer(2);
  const auto opened = Runner::Open(log_, history_.founding(), newer, std::move(copy), clock_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().reason, "STORE_OF_ANOTHER");
}

}  // namespace
}  // namespace twinledger::projection
