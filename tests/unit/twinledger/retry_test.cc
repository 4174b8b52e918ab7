// When a call is repeated, and how many run at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "twinledger/connection/retry.h"
#include "twinledger/import/window.h"

namespace twinledger::client {
namespace {

using namespace std::chrono_literals;

// Always the same draw: 0x00 the least, 0xFF the most.
class Draw final : public RandomSource {
 public:
  explicit Draw(char byte) : byte_(byte) {}
  std::string Bytes(std::size_t count) override { return std::string(count, byte_); }

 private:
  char byte_;
};

Error Failed(Code code) {
  Error error;
  error.code = code;
  return error;
}

const Error kUnavailable = Failed(Code::kUnavailable);

TEST(RetryTest, OnlyWhatRepeatingHelpsIsRepeated) {
  Draw draw('\xFF');
  for (int code = 1; code <= 16; ++code) {
    Retry retry(30s, draw);
    const auto wait = retry.After(Failed(static_cast<Code>(code)), 0ms);
    const bool repeated = code == static_cast<int>(Code::kUnavailable) ||
                          code == static_cast<int>(Code::kResourceExhausted);
    EXPECT_EQ(wait.has_value(), repeated) << code;
  }
  Retry retry(30s, draw);
  EXPECT_TRUE(
      retry.After({.code = Code::kDeadlineExceeded, .message = "", .reason = "BEHIND"}, 0ms));
}

TEST(RetryTest, OnlyWhatTheServerTookBackIsNotRecorded) {
  for (const char* reason : {"NOT_A_WRITER", "CLOCK", "QUEUE_FULL", "AFTER_UNKNOWN", "BEHIND"}) {
    EXPECT_TRUE(IsNotRecorded({.code = Code::kUnavailable, .message = "", .reason = reason}));
  }
  for (const char* reason : {"REPEAT", "NOT_REACHED", "SHUTTING_DOWN", ""}) {
    EXPECT_FALSE(IsNotRecorded({.code = Code::kUnavailable, .message = "", .reason = reason}));
  }
}

TEST(RetryTest, WhoIsNotLetInHearsNothingOfAnEarlierAttempt) {
  for (int code = 1; code <= 16; ++code) {
    const bool of_the_attempt = code == static_cast<int>(Code::kUnauthenticated) ||
                                code == static_cast<int>(Code::kPermissionDenied) ||
                                code == static_cast<int>(Code::kUnimplemented);
    EXPECT_EQ(IsOfTheAttempt(Failed(static_cast<Code>(code))), of_the_attempt) << code;
  }
  EXPECT_TRUE(
      IsOfTheAttempt({.code = Code::kUnavailable, .message = "", .reason = "NOT_A_WRITER"}));
}

TEST(RetryTest, WaitsDoubleToABoundAndHalfOfEachIsRandom) {
  Draw most('\xFF');
  Draw least('\0');
  Retry slow(1h, most);
  Retry quick(1h, least);
  for (const auto expected : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    EXPECT_EQ(slow.After(kUnavailable, 0ms), expected);
    EXPECT_EQ(quick.After(kUnavailable, 0ms), expected / 2);
  }
}

TEST(RetryTest, TheServersHintIsALowerBound) {
  Draw least('\0');
  Retry retry(30s, least);
  Error busy = Failed(Code::kResourceExhausted);
  busy.retry_after = 2s;
  EXPECT_EQ(retry.After(busy, 0ms), 2050ms);
}

TEST(RetryTest, AShareLeavesTimeForTheOthersAndDoubles) {
  EXPECT_EQ(ShareOf(30s, 2, 0), 5s);
  EXPECT_EQ(ShareOf(30s, 2, 1), 10s);
  EXPECT_EQ(ShareOf(30s, 9, 0), 3s);
  EXPECT_EQ(ShareOf(3s, 2, 0), 1s);
  EXPECT_EQ(ShareOf(3s, 2, 2), 4s);
  EXPECT_GT(ShareOf(1ms, 16, 1'000'000), -1ms);
  for (std::size_t replicas = 2; replicas <= 16; ++replicas) {
    EXPECT_LT(replicas * ShareOf(10s, replicas, 0), 10s);
  }
}

TEST(RetryTest, NothingIsBegunThatWouldEndBehindTheDeadline) {
  Draw most('\xFF');
  Retry retry(1s, most);
  EXPECT_TRUE(retry.After(kUnavailable, 0ms).has_value());
  EXPECT_FALSE(retry.After(kUnavailable, 900ms).has_value());
}

TEST(WindowTest, EveryTaskRunsOnceAndNeverMoreThanTheWindow) {
  std::vector<std::atomic<int>> runs(200);
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::size_t last_tick = 0;
  RunInWindow(
      runs.size(), 4,
      [&](std::size_t i) {
        const int now = ++running;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        ++runs[i];
        --running;
        return true;
      },
      [&](std::size_t done) {
        last_tick = done;
        return true;
      });
  EXPECT_TRUE(std::ranges::all_of(runs, [](const auto& count) { return count == 1; }));
  EXPECT_LE(most, 4);
  EXPECT_EQ(last_tick, runs.size());
}

TEST(WindowTest, AFailedTaskKeepsTheRestFromStarting) {
  std::atomic<std::size_t> started = 0;
  RunInWindow(
      1000, 2,
      [&](std::size_t) {
        ++started;
        return false;
      },
      [](std::size_t) { return true; });
  EXPECT_LE(started, 2U);
}

TEST(WindowTest, ATickThatStopsKeepsTheRestFromStartingAndWaitsForWhatRuns) {
  RunInWindow(
      10, 2, [](std::size_t) { return ADD_FAILURE(), true; }, [](std::size_t) { return false; });
  std::atomic<std::size_t> started = 0;
  std::atomic<std::size_t> ended = 0;
  std::atomic<bool> released = false;
  bool stopped = false;
  RunInWindow(
      1000, 4,
      [&](std::size_t) {
        ++started;
        released.wait(false);
        ++ended;
        return true;
      },
      [&](std::size_t) {
        if (started == 0) return true;
        if (std::exchange(stopped, true)) {  // Those that run are let go when nothing can follow.
          released = true;
          released.notify_all();
        }
        return false;
      });
  EXPECT_EQ(started, ended);
  EXPECT_LE(started, 4U);
}

TEST(WindowTest, WhereNothingIsToBeDoneNoTaskRunsAndTheTickIsToldOnce) {
  std::vector<std::size_t> ticks;
  RunInWindow(
      0, 64, [](std::size_t) { return ADD_FAILURE(), true; },
      [&](std::size_t done) { return ticks.push_back(done), true; });
  EXPECT_EQ(ticks, std::vector<std::size_t>{0});
}

}  // namespace
}  // namespace twinledger::client
