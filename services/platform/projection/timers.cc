#include "platform/projection/timers.h"

#include <algorithm>
#include <utility>

namespace twinledger::projection {

void Timers::Every(std::chrono::milliseconds period, MonotonicTime first, Task task) {
  repeated_.push_back({period, first, std::move(task)});
}

void Timers::At(MonotonicTime time, Task task) { once_.emplace(time, std::move(task)); }

void Timers::Run(MonotonicTime now) {
  for (Repeated& timer : repeated_) {
    if (timer.due > now) continue;
    timer.due = now + timer.period;
    timer.task();
  }
  while (!once_.empty() && once_.begin()->first <= now) once_.extract(once_.begin()).mapped()();
}

MonotonicTime Timers::Next(MonotonicTime latest) const {
  for (const Repeated& timer : repeated_) latest = std::min(latest, timer.due);
  if (!once_.empty()) latest = std::min(latest, once_.begin()->first);
  return latest;
}

}  // namespace twinledger::projection
