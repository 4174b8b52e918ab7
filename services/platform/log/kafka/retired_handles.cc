#include "platform/log/kafka/retired_handles.h"

#include <utility>

namespace twinledger::log {

RetiredHandles::RetiredHandles() : thread_([this] { Run(); }) {}

RetiredHandles::~RetiredHandles() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void RetiredHandles::Retire(std::shared_ptr<void> handle) {
  const absl::MutexLock lock(&mutex_);
  retired_.push_back(std::move(handle));
}

void RetiredHandles::Run() {
  while (true) {
    std::vector<std::shared_ptr<void>> taken;
    {
      const absl::MutexLock lock(&mutex_);
      const auto due = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !retired_.empty();
      };
      mutex_.Await(absl::Condition(&due));
      if (retired_.empty()) return;
      taken.swap(retired_);
    }
    taken.clear();
  }
}

}  // namespace twinledger::log
