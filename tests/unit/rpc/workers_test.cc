#include "platform/rpc/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"

namespace twinledger::rpc {
namespace {

TEST(WorkersTest, WhatIsTakenRunsOnceAlsoWhenTheyEnd) {
  constexpr int kPosters = 4;
  constexpr int kTasks = 500;
  std::vector<std::atomic<int>> ran(kPosters * kTasks);
  {
    Workers workers(3, kPosters * kTasks);
    std::vector<std::jthread> posters;
    for (int poster = 0; poster < kPosters; ++poster) {
      posters.emplace_back([&workers, &ran, poster] {
        for (int i = 0; i < kTasks; ++i) {
          std::atomic<int>& its = ran[static_cast<std::size_t>(poster * kTasks + i)];
          EXPECT_TRUE(workers.Post([&its] { ++its; }));
        }
      });
    }
    posters.clear();
  }
  for (const std::atomic<int>& one : ran) EXPECT_EQ(one, 1);
}

TEST(WorkersTest, ATaskThatTakesLongKeepsNoOtherWaiting) {
  Workers workers(2, 8);
  absl::Notification begun;
  absl::Notification go_on;
  EXPECT_TRUE(workers.Post([&] {
    begun.Notify();
    go_on.WaitForNotification();
  }));
  begun.WaitForNotification();
  absl::Notification ran;
  EXPECT_TRUE(workers.Post([&] { ran.Notify(); }));
  ran.WaitForNotification();
  go_on.Notify();
}

TEST(WorkersTest, ShortTasksAreLeftToTheThreadThatIsAwake) {
  Workers workers(2, 16, 4);
  absl::Notification begun;
  absl::Notification go_on;
  std::atomic<int> ran = 0;
  EXPECT_TRUE(workers.Post([&] {
    begun.Notify();
    go_on.WaitForNotification();
  }));
  begun.WaitForNotification();
  absl::Notification fifth;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(workers.Post([&] { ++ran; }));
  EXPECT_EQ(ran, 0) << "one thread has four";
  EXPECT_TRUE(workers.Post([&] { fifth.Notify(); }));
  fifth.WaitForNotification();
  EXPECT_EQ(ran, 3) << "in their order";
  go_on.Notify();
}

TEST(WorkersTest, AFullQueueTakesNothing) {
  absl::Notification begun;
  absl::Notification go_on;
  std::atomic<int> ran = 0;
  std::optional<Workers> workers(std::in_place, 1, 2);
  EXPECT_TRUE(workers->Post([&] {
    begun.Notify();
    go_on.WaitForNotification();
  }));
  begun.WaitForNotification();
  EXPECT_TRUE(workers->Post([&] { ++ran; }));
  EXPECT_TRUE(workers->Post([&] { ++ran; }));
  EXPECT_FALSE(workers->Post([&] { ++ran; })) << "two wait";
  go_on.Notify();
  workers.reset();
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace twinledger::rpc
