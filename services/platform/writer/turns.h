// Whose turn it is where another writer appends to the same partition. Of two records that are made
// after the same tip one is void, and was decided, signed, synced and read for nothing: so behind
// an own record that stands the other has its turn, and behind its record we have ours.
//
//   own accepted, and the other appends too --> its turn --its record, or the time--> ours
//
// Only speed depends on it: the chain rule keeps two that append at once from harm. A turn lasts a
// few times what an own record took; one that goes unused is the last until the other is seen
// again.
#pragma once

#include <optional>

#include "platform/base/clock.h"

namespace twinledger::writer {

// Threads: confined to one.
class Turns {
 public:
  void OnAppended(MonotonicTime now) { appended_ = now; }
  void OnOwnAccepted(MonotonicTime now);
  void OnOtherAccepted();

  // Until when the other has its turn; nothing if it is ours.
  std::optional<MonotonicTime> OthersUntil(MonotonicTime now);

 private:
  bool other_appends_ = false;
  MonotonicTime appended_{};
  std::optional<MonotonicTime> others_until_;
};

}  // namespace twinledger::writer
