#include "platform/process/agenda.h"

#include <algorithm>

#include "platform/base/check.h"

namespace twinledger::process {
namespace {

constexpr unsigned kDoublingsMost = 20;  // Behind them the longest pause is reached.

}  // namespace

void Agenda::Queue(const std::string& subject, Entry& entry) {
  if (entry.queued || entry.at_work || !today_ || !IsDue(entry)) return;
  entry.queued = true;
  due_.push_back(subject);
}

void Agenda::OnDay(Day today) {
  if (today_ && today <= *today_) return;
  today_ = today;
  for (auto& [subject, entry] : entries_) Queue(subject, entry);
}

void Agenda::Add(const std::string& subject, Day settled) {
  const auto [at, added] = entries_.try_emplace(subject, Entry{.looked_at = settled});
  if (!added) return;
  at->second.touched = today_;
  Queue(subject, at->second);
}

void Agenda::Touch(const std::string& subject, Day since) {
  TL_CHECK(today_);
  const auto found = entries_.find(subject);
  if (found == entries_.end()) return;
  std::optional<Day>& touched = found->second.touched;
  // What is of a day to come is read by a look at today, and by those behind it.
  touched = std::min(since, touched.value_or(*today_));
  Queue(subject, found->second);
}

std::optional<Task> Agenda::Take(MonotonicTime now) {
  TL_CHECK(today_);
  while (!retries_.empty() && retries_.begin()->first <= now) {
    due_.push_back(std::move(retries_.begin()->second));
    retries_.erase(retries_.begin());
  }
  if (due_.empty() || at_work_ >= limits_.at_work_most) return std::nullopt;
  const std::string subject = std::move(due_.front());
  due_.pop_front();
  Entry& entry = entries_.at(subject);
  entry.queued = false;
  entry.at_work = true;
  ++at_work_;
  const Day first = std::min(entry.looked_at + 1, entry.touched.value_or(*today_));
  const Day last = std::min(*today_, first + limits_.days_most - 1);
  // What touched it until now is seen by whoever looks from now on. Until that is settled, none of
  // these days is looked at, whichever day it becomes.
  entry.touched.reset();
  entry.looked_at = first - 1;
  return Task{subject, first, last};
}

void Agenda::Settle(const Task& task, Day until) {
  Entry& entry = entries_.at(task.subject);
  TL_CHECK(entry.at_work);
  entry.at_work = false;
  --at_work_;
  entry.failures = 0;
  entry.looked_at = std::max(entry.looked_at, until);
  Queue(task.subject, entry);
}

void Agenda::Fail(const Task& task, MonotonicTime now) {
  Entry& entry = entries_.at(task.subject);
  TL_CHECK(entry.at_work);
  entry.at_work = false;
  --at_work_;
  entry.queued = true;
  const auto pause = limits_.retry_first * (1LL << std::min(entry.failures, kDoublingsMost));
  ++entry.failures;
  retries_.emplace(now + std::min<std::chrono::milliseconds>(pause, limits_.retry_most),
                   task.subject);
}

std::optional<MonotonicTime> Agenda::NextRetry() const {
  if (retries_.empty()) return std::nullopt;
  return retries_.begin()->first;
}

}  // namespace twinledger::process
