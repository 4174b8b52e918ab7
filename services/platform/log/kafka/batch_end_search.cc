#include "platform/log/kafka/batch_end_search.h"

#include <algorithm>

namespace twinledger::log {

BatchEndSearch::BatchEndSearch(Offset base, Offset seen, Offset end)
    : base_(base), inside_(seen), outside_(std::max(end, seen + 1)), asked_(seen) {}

void BatchEndSearch::Inside() {
  met_again_ = true;
  inside_ = std::max(inside_, asked_);
  AskNext();
}

bool BatchEndSearch::Outside(Offset begin) {
  if (std::min(begin, asked_) <= inside_) return false;
  halving_ = true;
  outside_ = std::min({outside_, asked_, begin});
  AskNext();
  return true;
}

std::optional<Offset> BatchEndSearch::last() const {
  if (!met_again_ || inside_ + 1 < outside_) return std::nullopt;
  return inside_;
}

void BatchEndSearch::AskNext() {
  if (inside_ + 1 >= outside_) return;
  if (halving_) {
    asked_ = inside_ + (outside_ - inside_) / 2;
    return;
  }
  asked_ = std::min(inside_ + step_, outside_ - 1);
  step_ *= 2;
}

}  // namespace twinledger::log
