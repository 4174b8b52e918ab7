#include "platform/rpc/sorted_lists.h"

#include <algorithm>

namespace twinledger::rpc {
namespace {

// Lists of a few names would else be kept by the ten thousand and looked through one by one.
constexpr std::size_t kListsMax = 64;

}  // namespace

void SortedNames::Add(std::string_view name) {
  text_ += name;
  ends_.push_back(text_.size());
}

std::string_view SortedNames::At(std::size_t place) const {
  const std::size_t begin = place == 0 ? 0 : ends_[place - 1];
  return std::string_view(text_).substr(begin, ends_[place] - begin);
}

std::size_t SortedNames::bytes() const {
  return text_.capacity() + ends_.capacity() * sizeof(std::size_t);
}

std::shared_ptr<const SortedNames> SortedLists::Find(std::string_view list) {
  absl::MutexLock lock(&mutex_);
  const auto found = std::ranges::find(latest_first_, list, &Entry::first);
  if (found == latest_first_.end()) return nullptr;
  latest_first_.splice(latest_first_.begin(), latest_first_, found);
  return found->second;
}

void SortedLists::Keep(std::string list, std::shared_ptr<const SortedNames> names) {
  if (names->bytes() > bytes_max_) return;
  absl::MutexLock lock(&mutex_);
  // Two pages may have sorted the same list at once.
  if (std::ranges::find(latest_first_, list, &Entry::first) != latest_first_.end()) return;
  bytes_ += names->bytes();
  latest_first_.emplace_front(std::move(list), std::move(names));
  while (bytes_ > bytes_max_ || latest_first_.size() > kListsMax) {
    bytes_ -= latest_first_.back().second->bytes();
    latest_first_.pop_back();
  }
}

}  // namespace twinledger::rpc
