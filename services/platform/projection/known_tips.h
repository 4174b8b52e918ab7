// Which hash stood at a sequence of a view's own history, for the sequences that records were
// chained on lately. Rows tell it for all; a flood of void records must not look there each time.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "platform/crypto/hash.h"
#include "platform/log/partition.h"

namespace twinledger::projection {

// Threads: confined to one.
class KnownTips {
 public:
  void Remember(log::Sequence sequence, const crypto::Hash& hash) {
    slots_[sequence % kSlots] = {sequence, hash};
  }

  std::optional<crypto::Hash> Find(log::Sequence sequence) const {
    const Slot& slot = slots_[sequence % kSlots];
    if (sequence == 0 || slot.sequence != sequence) return std::nullopt;
    return slot.hash;
  }

 private:
  struct Slot {
    log::Sequence sequence = 0;  // 0: empty. No record ends there.
    crypto::Hash hash{};
  };
  static constexpr std::size_t kSlots = 64;

  std::array<Slot, kSlots> slots_;
};

}  // namespace twinledger::projection
