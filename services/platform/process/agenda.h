// What a process has still to look at: which subjects, for which days, and when it tries again.
//
//   touched, or a new day --> due --Take--> at work --Settle--> looked at
//                              ^              |  '--touched meanwhile--> due again
//                              '--a while ----'--Fail
//
// One entry a subject, however often it is touched: what cannot be kept up with is looked at less
// often, and never queued. The days of a subject are looked at in their order, so days that passed
// while nobody looked are caught up with, the oldest first. A day on which it was touched, or whose
// look failed, is looked at again, also when another has begun.
//
// A state machine without I/O. Threads: confined to one.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/day.h"

namespace twinledger::process {

struct AgendaLimits {
  std::size_t at_work_most = 4;
  Day days_most = 5;  // Of one task, so that a long catch-up can be stopped.
  std::chrono::milliseconds retry_first{200};  // Doubled at each failure in a row.
  std::chrono::milliseconds retry_most{60'000};
};

// A subject to be looked at, for these days in their order.
struct Task {
  std::string subject;
  Day first = 0;
  Day last = 0;

  friend bool operator==(const Task&, const Task&) = default;
};

class Agenda {
 public:
  explicit Agenda(AgendaLimits limits = {}) : limits_(limits) {}

  // From now on it is `today`: every subject is due. A day before the one that it was is ignored.
  void OnDay(Day today);

  // There is a subject; it is due. Its days up to `settled` were looked at already. One that is
  // known stays as it is.
  void Add(const std::string& subject, Day settled);

  // Something of a subject changed, of that day: however late it is read, days from that one on are
  // looked at. One that is not known is ignored. REQUIRES: OnDay.
  void Touch(const std::string& subject, Day since);

  // The subject that is due for longest, unless enough are at work. REQUIRES: OnDay.
  std::optional<Task> Take(MonotonicTime now);

  // What ends a task. The days up to `until` are looked at, and nothing follows from them any more.
  void Settle(const Task& task, Day until);
  // Nothing is known of the rest of it.
  void Fail(const Task& task, MonotonicTime now);

  bool Knows(const std::string& subject) const { return entries_.contains(subject); }
  std::optional<Day> today() const { return today_; }
  std::optional<MonotonicTime> NextRetry() const;
  std::size_t subjects() const { return entries_.size(); }
  std::size_t due() const { return due_.size(); }
  std::size_t at_work() const { return at_work_; }
  std::size_t failing() const { return retries_.size(); }

 private:
  struct Entry {
    Day looked_at = 0;                          // The last day that was.
    std::optional<Day> touched = std::nullopt;  // Since it was taken last: the first such day.
    bool queued = false;
    bool at_work = false;
    unsigned failures = 0;  // In a row.
  };

  bool IsDue(const Entry& entry) const {
    return entry.touched.has_value() || entry.looked_at < *today_;
  }
  void Queue(const std::string& subject, Entry& entry);

  const AgendaLimits limits_;
  std::optional<Day> today_;
  std::map<std::string, Entry> entries_;
  std::deque<std::string> due_;
  std::multimap<MonotonicTime, std::string> retries_;  // Of entries that are queued, not in due_.
  std::size_t at_work_ = 0;
};

}  // namespace twinledger::process
