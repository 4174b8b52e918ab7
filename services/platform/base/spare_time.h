// Threads that work in the time that all others leave, for as long as others leave it.
//
// Linux lets a thread of SCHED_IDLE run where no other wants the processor, and whoever is woken
// has that processor at once: a call does not wait behind rows that nobody asks for. Where others
// leave nothing such a thread would stand still, and with it whoever needs what it holds. So all
// of them are watched:
//
//   in spare time --is not where it should have been for too long--> as any other --10 s--> in
//   spare time
//
// To be as any other again needs a right (CAP_SYS_NICE, or RLIMIT_NICE of 20 and more; sched(7)).
// A process without it has all its threads as they are.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace twinledger {

// Threads: made and destroyed by one; Join from any.
class SpareTime {
 public:
  // A thread's place among them: of that thread, which leaves with it.
  class Place {
   public:
    Place(SpareTime& all, std::chrono::milliseconds late, int policy);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Before it waits for something, `most` at the longest; and once it does so no more.
    void Sleeps(std::chrono::microseconds most);
    void Works() { Sleeps(std::chrono::microseconds(0)); }

   private:
    friend class SpareTime;

    SpareTime& all_;
    const pid_t thread_;
    const std::chrono::milliseconds late_;
    const int policy_;  // That it came with.
    // When it works, or should work, by the clock of the machine.
    std::atomic<std::chrono::steady_clock::duration> due_;
    // Of the watch: until when it is as any other.
    std::optional<std::chrono::steady_clock::time_point> hurries_until_;
  };

  // `hurry`: how long a thread that was late is as any other.
  explicit SpareTime(std::chrono::milliseconds hurry = std::chrono::seconds(10));
  ~SpareTime();  // REQUIRES: all have left.

  // The calling thread works in spare time from now on, unless it works on one thing for longer
  // than `late`, or should work and is kept from it so long. Null, and it goes on as it is: the
  // process has no right to end it, or somebody chose how the thread is scheduled.
  std::unique_ptr<Place> Join(std::chrono::milliseconds late);

 private:
  void Watch();
  void LookAfter(Place& place, std::chrono::steady_clock::time_point now) const;

  const std::chrono::milliseconds hurry_;
  const bool may_end_;
  absl::Mutex mutex_;
  std::vector<Place*> places_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread watch_;
};

}  // namespace twinledger
