// What a runner does at its time: every so often, or once.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "platform/base/clock.h"

namespace twinledger::projection {

// Threads: confined to one.
class Timers {
 public:
  using Task = std::function<void()>;

  void Every(std::chrono::milliseconds period, MonotonicTime first, Task task);
  void At(MonotonicTime time, Task task);

  // Runs what is due.
  void Run(MonotonicTime now);
  // The first that is to come, or `latest` if that is earlier.
  MonotonicTime Next(MonotonicTime latest) const;

 private:
  struct Repeated {
    std::chrono::milliseconds period;
    MonotonicTime due;
    Task task;
  };

  std::vector<Repeated> repeated_;
  std::multimap<MonotonicTime, Task> once_;  // By when each is due.
};

}  // namespace twinledger::projection
