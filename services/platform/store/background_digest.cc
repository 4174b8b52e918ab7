#include "platform/store/background_digest.h"

#include <utility>

namespace twinledger::store {
namespace {

// Some milliseconds' worth: a thread costs a fraction of one.
constexpr std::size_t kRowsOfAThread = 4096;

StateDigest DigestOf(std::span<const KeyValue> rows) {
  StateDigest digest;
  for (const auto& [key, value] : rows) digest.Add(key, value);
  return digest;
}

}  // namespace

void BackgroundDigest::Add(std::span<const KeyValue> rows) {
  waiting_.insert(waiting_.end(), rows.begin(), rows.end());
  if (waiting_.size() < kRowsOfAThread) return;
  Collect();  // One at a time: who adds faster waits.
  running_ =
      std::async(std::launch::async, [its = std::exchange(waiting_, {})] { return DigestOf(its); });
}

void BackgroundDigest::Collect() {
  if (running_.valid()) sum_.Add(running_.get());
}

StateDigest BackgroundDigest::Sum() {
  sum_.Add(DigestOf(std::exchange(waiting_, {})));
  Collect();
  return sum_;
}

void BackgroundDigest::Clear() {
  waiting_.clear();
  Collect();
  sum_ = StateDigest();
}

}  // namespace twinledger::store
