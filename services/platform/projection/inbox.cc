#include "platform/projection/inbox.h"

#include <utility>

namespace twinledger::projection {
namespace {

// Of one batch from a reader there are about 4 MiB, so two wait at the most: enough to keep both
// threads busy. What the feed made of their commits comes to several times as much.
constexpr std::size_t kWaitingBytesMax = std::size_t{4} << 20;

// What a record costs beside its bytes, parsed: a flood of very small ones is bounded too.
constexpr std::size_t kRecordOverhead = 1024;

std::size_t BytesOf(const FedBatch& batch) {
  std::size_t bytes = 0;
  if (!batch) return bytes;
  for (const FedRecord& fed : *batch) bytes += fed.record.bytes().size() + kRecordOverhead;
  return bytes;
}

}  // namespace

void Inbox::Post(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
  }
  work_.notify_one();
}

bool Inbox::Deliver(FedBatch batch) {
  const std::size_t bytes = BytesOf(batch);
  bool wake = true;
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || batch_bytes_ < kWaitingBytesMax; });
    if (closed_) return false;
    batches_.push_back(std::move(batch));
    batch_bytes_ += bytes;
    wake = takes_records_;
  }
  if (wake) work_.notify_one();
  return true;
}

void Inbox::Close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  work_.notify_all();
  room_.notify_all();
}

Inbox::Taken Inbox::Take(std::chrono::microseconds wait, bool records) {
  Taken taken;
  {
    std::unique_lock lock(mutex_);
    takes_records_ = records;
    work_.wait_for(lock, wait, [this, records] {
      return closed_ || !tasks_.empty() || (records && !batches_.empty());
    });
    taken.closed = closed_;
    taken.tasks.swap(tasks_);
    if (records || closed_) {
      taken.batches.swap(batches_);
      batch_bytes_ = 0;
    }
  }
  if (!taken.batches.empty()) room_.notify_one();
  return taken;
}

}  // namespace twinledger::projection
