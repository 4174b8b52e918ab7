#include "platform/projection/inbox.h"

#include <utility>

#include "absl/time/time.h"

namespace twinledger::projection {
namespace {

// A batch has about 4 MiB: enough to keep both threads busy.
constexpr std::size_t kBatchesMax = 4;

}  // namespace

bool Inbox::HasRoom() const { return closed_ || batches_.size() < kBatchesMax; }
bool Inbox::HasWork() const { return closed_ || !tasks_.empty() || !batches_.empty(); }

void Inbox::Post(Task task) {
  absl::MutexLock lock(&mutex_);
  if (!closed_) tasks_.push_back(std::move(task));
}

bool Inbox::Deliver(FedBatch batch) {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &Inbox::HasRoom));
  if (closed_) return false;
  batches_.push_back(std::move(batch));
  return true;
}

void Inbox::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

Inbox::Taken Inbox::Take(std::chrono::microseconds wait) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(this, &Inbox::HasWork), absl::FromChrono(wait));
  Taken taken;
  taken.closed = closed_;
  taken.tasks.swap(tasks_);
  if (!batches_.empty()) {
    taken.batch = std::move(batches_.front());
    batches_.pop_front();
  }
  return taken;
}

}  // namespace twinledger::projection
