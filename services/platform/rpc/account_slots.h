// How many calls of an account may be in progress at once: who opens more waits for its own, not
// for others'.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/result.h"

namespace twinledger::rpc {

class AccountSlots;

// The place of one call; free again when this is gone. Threads: confined to one at a time.
class AccountSlot {
 public:
  AccountSlot() = default;
  AccountSlot(AccountSlot&& other) noexcept;
  AccountSlot& operator=(AccountSlot&& other) noexcept;
  ~AccountSlot();

 private:
  friend class AccountSlots;
  AccountSlot(AccountSlots& slots, std::string account)
      : slots_(&slots), account_(std::move(account)) {}

  AccountSlots* slots_ = nullptr;  // Null: it holds none.
  std::string account_;
};

// Threads: thread-safe.
class AccountSlots {
 public:
  // At most `most` of each account; `full` is what the next one is told.
  AccountSlots(std::size_t most, Error full) : most_(most), full_(std::move(full)) {}

  // The slot must be gone before this is.
  Result<AccountSlot> Take(const std::string& account);

 private:
  friend class AccountSlot;
  void Release(const std::string& account);

  const std::size_t most_;
  const Error full_;
  absl::Mutex mutex_;
  std::unordered_map<std::string, std::size_t> taken_ ABSL_GUARDED_BY(mutex_);  // Never 0.
};

}  // namespace twinledger::rpc
