#include "platform/log/embedded/zero_fill.h"

#include <absl/time/time.h>

#include <algorithm>

#include "platform/base/thread_name.h"
#include "platform/log/embedded/durable.h"

namespace twinledger::log {
namespace {

// Few enough bytes that a committer that runs out of room waits for milliseconds.
constexpr std::uint64_t kChunk = 1u << 20;

// How soon a full disk is tried again.
constexpr absl::Duration kRetry = absl::Seconds(1);

}  // namespace

ZeroFill::ZeroFill(std::uint64_t ahead, std::function<int(int)> sync)
    : ahead_(ahead), sync_(std::move(sync)), thread_([this] { Run(); }) {}

ZeroFill::~ZeroFill() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

void ZeroFill::Use(File* file, std::uint64_t written, std::uint64_t size, std::uint64_t limit) {
  const absl::MutexLock lock(&mutex_);
  while (filling_) changed_.Wait(&mutex_);
  file_ = file;
  paused_ = false;
  written_ = written;
  filled_ = size;
  wanted_ = 0;
  limit_ = limit;
  changed_.SignalAll();
}

std::uint64_t ZeroFill::filled() const {
  const absl::MutexLock lock(&mutex_);
  return filled_;
}

void ZeroFill::Pause() {
  const absl::MutexLock lock(&mutex_);
  paused_ = true;
  while (filling_) changed_.Wait(&mutex_);
}

void ZeroFill::Advance(std::uint64_t end) {
  const absl::MutexLock lock(&mutex_);
  written_ = end;
  filled_ = std::max(filled_, end);
  paused_ = false;
  // Half of what is kept ready must be used up first, so that not each group touches the disk.
  if (filled_ < written_ + ahead_ / 2) changed_.SignalAll();
}

bool ZeroFill::IsIdle() const {
  if (file_ == nullptr || paused_ || filled_ >= limit_) return true;
  return filled_ >= wanted_ && filled_ >= written_ + ahead_ / 2;
}

int ZeroFill::FillChunk() {
  if (filled_ >= wanted_) wanted_ = std::min(written_ + ahead_, limit_);
  const std::uint64_t from = filled_;
  const std::uint64_t count = std::min(kChunk, wanted_ - from);
  File& file = *file_;
  filling_ = true;
  mutex_.Unlock();
  const int error_number = file.WriteAt(from, std::string(count, '\0'));
  if (error_number == 0) SyncOrStop(file, sync_);
  if (error_number != 0 && !IsOutOfSpace(error_number)) {
    StopAfterFailedWrite("fill", file.path(), error_number);
  }
  mutex_.Lock();
  filling_ = false;
  if (error_number == 0) filled_ = from + count;  // Else zeros stand there, of no use and no harm.
  changed_.SignalAll();
  return error_number;
}

void ZeroFill::Run() {
  NameThread("log zero fill");
  const absl::MutexLock lock(&mutex_);
  while (!stopping_) {
    if (IsIdle()) {
      changed_.Wait(&mutex_);
    } else if (FillChunk() != 0) {
      const absl::Time again = absl::Now() + kRetry;
      while (!stopping_ && !changed_.WaitWithDeadline(&mutex_, again)) {
      }
    }
  }
}

}  // namespace twinledger::log
