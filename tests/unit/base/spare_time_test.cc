#include "platform/base/spare_time.h"

#include <absl/synchronization/notification.h>
#include <absl/time/time.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace twinledger {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr absl::Duration kPatience = absl::Minutes(1);

// Until the calling thread is scheduled so, or a minute has passed.
bool IsMade(int policy) {
  const auto until = steady_clock::now() + absl::ToChronoSeconds(kPatience);
  while (sched_getscheduler(0) != policy && steady_clock::now() < until) std::this_thread::yield();
  return sched_getscheduler(0) == policy;
}

// Whether this process may take a thread back from there: not every container lets it.
bool MayComeBack() {
  bool may = false;
  std::jthread([&may] {
    const sched_param none{};
    const int policy = sched_getscheduler(0);
    may =
        sched_setscheduler(0, SCHED_IDLE, &none) == 0 && sched_setscheduler(0, policy, &none) == 0;
  }).join();
  return may;
}

// Threads that are made meanwhile share one processor.
class OneProcessor {
 public:
  OneProcessor() {
    sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof(one), &one);
  }
  ~OneProcessor() { sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_;
};

TEST(SpareTimeTest, WhoIsLateIsAsAnyOtherForAWhile) {
  SpareTime spare_time(milliseconds(1));
  std::jthread([&] {
    const int policy = sched_getscheduler(0);
    auto place = spare_time.Join(milliseconds(50));
    ASSERT_EQ(place != nullptr, MayComeBack());
    if (place == nullptr) return;
    EXPECT_TRUE(IsMade(policy)) << "it has not come back from its work";
    place->Sleeps(std::chrono::hours(1));
    EXPECT_TRUE(IsMade(SCHED_IDLE));
    place->Works();
    EXPECT_TRUE(IsMade(policy));
    place->Sleeps(std::chrono::hours(1));
    EXPECT_TRUE(IsMade(SCHED_IDLE));
    place.reset();
    EXPECT_EQ(sched_getscheduler(0), policy) << "as it came";
  }).join();
}

TEST(SpareTimeTest, AThreadThatGetsNoProcessorComesToItsWork) {
  constexpr int kRounds = 200;
  SpareTime spare_time;
  const OneProcessor shared;
  std::atomic<bool> stop = false;
  std::vector<std::jthread> busy;
  for (int i = 0; i < 4; ++i) {
    busy.emplace_back([&stop] {
      while (!stop) {
      }
    });
  }
  // Again and again it waits for something that comes at once.
  absl::Notification done;
  std::jthread thread([&] {
    const auto place = spare_time.Join(milliseconds(50));
    bool hurried = place == nullptr;
    for (int round = 0; round < kRounds && !stop; ++round) {
      hurried = hurried || sched_getscheduler(0) != SCHED_IDLE;
      if (place != nullptr) place->Sleeps(milliseconds(1));
      std::this_thread::yield();
      if (place != nullptr) place->Works();
    }
    EXPECT_TRUE(hurried);
    done.Notify();
  });
  EXPECT_TRUE(done.WaitForNotificationWithTimeout(kPatience));
  stop = true;
}

TEST(SpareTimeTest, WithoutTheRightToEndItNoneBegins) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit none{0, 0};
    const int policy = sched_getscheduler(0);
    bool as_it_was = setrlimit(RLIMIT_NICE, &none) == 0;
    if (geteuid() == 0) as_it_was = setresuid(65534, 65534, 65534) == 0 && as_it_was;
    SpareTime spare_time;
    as_it_was = as_it_was && spare_time.Join(milliseconds(50)) == nullptr &&
                sched_getscheduler(0) == policy;
    _exit(as_it_was ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace twinledger
