#include "platform/rpc/account_slots.h"

#include <utility>

#include "platform/base/check.h"

namespace twinledger::rpc {

AccountSlot::AccountSlot(AccountSlot&& other) noexcept
    : slots_(std::exchange(other.slots_, nullptr)), account_(std::move(other.account_)) {}

AccountSlot& AccountSlot::operator=(AccountSlot&& other) noexcept {
  std::swap(slots_, other.slots_);
  std::swap(account_, other.account_);
  return *this;
}

AccountSlot::~AccountSlot() {
  if (slots_ != nullptr) slots_->Release(account_);
}

Result<AccountSlot> AccountSlots::Take(const std::string& account) {
  const absl::MutexLock lock(&mutex_);
  std::size_t& taken = taken_[account];
  if (taken >= most_) return full_;
  ++taken;
  return AccountSlot(*this, account);
}

void AccountSlots::Release(const std::string& account) {
  const absl::MutexLock lock(&mutex_);
  const auto found = taken_.find(account);
  TL_CHECK(found != taken_.end());
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace twinledger::rpc
