#include "platform/projection/tail_rounds.h"

#include <utility>

#include "platform/base/thread_name.h"
#include "platform/projection/positions.h"

namespace twinledger::projection {
namespace {

// Between two rounds that nobody asked for: often enough for a lag in seconds.
constexpr absl::Duration kPeriod = absl::Seconds(2);

}  // namespace

TailRounds::TailRounds(log::EventLog& log, const Clock& clock,
                       std::vector<log::PartitionId> partitions, OnTail on_tail)
    : log_(log),
      clock_(clock),
      partitions_(std::move(partitions)),
      on_tail_(std::move(on_tail)),
      thread_([this] { Run(); }) {}

TailRounds::~TailRounds() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
  const absl::MutexLock lock(&mutex_);
  for (const Then& then : asked_) then(ShuttingDown());
}

void TailRounds::Ask(Then then) {
  const absl::MutexLock lock(&mutex_);
  asked_.push_back(std::move(then));
}

void TailRounds::Run() {
  NameThread("tail rounds");
  while (true) {
    std::vector<Then> asked;
    {
      const absl::MutexLock lock(&mutex_);
      const auto due = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !asked_.empty();
      };
      mutex_.AwaitWithTimeout(absl::Condition(&due), kPeriod);
      if (stopping_) return;
      asked.swap(asked_);
    }
    const Result<Tails> tails = Round();
    for (const Then& then : asked) then(tails);
  }
}

// The first partition that does not answer ends it: the others would keep us waiting as long.
Result<TailRounds::Tails> TailRounds::Round() const {
  Tails tails;
  for (const log::PartitionId& partition : partitions_) {
    {
      const absl::MutexLock lock(&mutex_);
      if (stopping_) return ShuttingDown();
    }
    const MonotonicTime asked = clock_.Monotonic();
    TL_TRY(const log::Offset tail, log_.Tail(partition));
    tails[partition] = tail;
    on_tail_(partition, asked, tail);
  }
  return tails;
}

}  // namespace twinledger::projection
