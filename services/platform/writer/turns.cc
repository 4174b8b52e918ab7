#include "platform/writer/turns.h"

#include <algorithm>
#include <chrono>

namespace twinledger::writer {
namespace {

// The other learns of our record by reading, decides, appends, and we read: with a margin.
constexpr int kOwnAppends = 4;
constexpr std::chrono::microseconds kTurnMin{1'000};
constexpr std::chrono::microseconds kTurnMax{100'000};

}  // namespace

void Turns::OnOwnAccepted(MonotonicTime now) {
  if (!other_appends_) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - appended_);
  others_until_ = now + std::clamp(kOwnAppends * took, kTurnMin, kTurnMax);
}

void Turns::OnOtherAccepted() {
  other_appends_ = true;
  others_until_.reset();
}

std::optional<MonotonicTime> Turns::OthersUntil(MonotonicTime now) {
  if (others_until_ && now >= *others_until_) {
    other_appends_ = false;
    others_until_.reset();
  }
  return others_until_;
}

}  // namespace twinledger::writer
