#include "platform/projection/positions.h"

#include <string>
#include <utility>

namespace twinledger::projection {
namespace {

Error Behind() {
  return Error{Code::kDeadlineExceeded,
               "the projection has not yet read what this call must see: repeat it, or allow more "
               "time",
               "BEHIND",
               {},
               {},
               std::chrono::milliseconds(200)};
}

Error UnknownPartition(const log::PartitionId& partition) {
  std::string place = log::ToString(partition);
  return Error{Code::kInvalidArgument,
               "partition " + place + " is not followed here: ask the service that owns it",
               "UNKNOWN_PARTITION",
               {{"partition", std::move(place)}}};
}

}  // namespace

Error ShuttingDown() {
  return {.code = Code::kUnavailable,
          .message = "the server is shutting down: repeat the call",
          .reason = "SHUTTING_DOWN",
          .retry_after = std::chrono::milliseconds(1000)};
}

void Positions::Set(const log::PartitionId& partition, Position position) {
  absl::MutexLock lock(&mutex_);
  positions_[partition] = std::move(position);
}

Position Positions::Get(const log::PartitionId& partition) const {
  absl::MutexLock lock(&mutex_);
  const auto found = positions_.find(partition);
  return found == positions_.end() ? Position{} : found->second;
}

void Positions::SetVisible() {
  absl::MutexLock lock(&mutex_);
  visible_ = true;
}

bool Positions::visible() const {
  absl::MutexLock lock(&mutex_);
  return visible_;
}

std::optional<Result<void>> Positions::Verdict(const Targets& targets) const {
  if (closed_) return Result<void>(*closed_);
  bool reached = visible_;
  for (const auto& [partition, target] : targets) {
    const auto found = positions_.find(partition);
    if (found == positions_.end()) return Result<void>(UnknownPartition(partition));
    const Position& at = found->second;
    if (at.sequence >= target.sequence && at.next_offset >= target.next_offset) continue;
    if (at.stopped) return Result<void>(*at.stopped);
    if (at.no_room) return Result<void>(*at.no_room);  // It may last: who can, asks for less.
    reached = false;
  }
  if (reached) return Result<void>();
  return std::nullopt;
}

bool Positions::Wait(Targets targets, MonotonicTime deadline, Then then) {
  std::optional<Result<void>> verdict;
  {
    absl::MutexLock lock(&mutex_);
    verdict = Verdict(targets);
    if (!verdict) {
      waiters_.push_back({std::move(targets), deadline, std::move(then)});
      return false;
    }
  }
  then(*verdict);
  return true;
}

void Positions::Settle(MonotonicTime now) {
  std::vector<std::pair<Then, Result<void>>> answers;
  {
    absl::MutexLock lock(&mutex_);
    std::erase_if(waiters_, [&](Waiter& waiter) ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      std::optional<Result<void>> verdict = Verdict(waiter.targets);
      if (!verdict && waiter.deadline <= now) verdict = Result<void>(Behind());
      if (!verdict) return false;
      answers.emplace_back(std::move(waiter.then), *std::move(verdict));
      return true;
    });
  }
  for (const auto& [then, verdict] : answers) then(verdict);
}

std::optional<MonotonicTime> Positions::NextDeadline() const {
  absl::MutexLock lock(&mutex_);
  std::optional<MonotonicTime> next;
  for (const Waiter& waiter : waiters_) {
    if (!next || waiter.deadline < *next) next = waiter.deadline;
  }
  return next;
}

void Positions::Close(Error why) {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = std::move(why);
  }
  Settle(MonotonicTime::max());
}

}  // namespace twinledger::projection
