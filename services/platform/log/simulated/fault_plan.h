// What a simulated log does to the appends that it is given, and a count of what it did.
#pragma once

#include <chrono>
#include <cstdint>

namespace twinledger::log {

// Chances are of a thousand appends. The default is calm: an append lands and is reported before
// the call returns.
struct FaultPlan {
  std::chrono::microseconds delay_max{0};  // Until it lands, and again until that is reported.

  // What has not landed and been reported by then is reported ambiguous.
  std::chrono::microseconds report_within = std::chrono::seconds(1);

  std::uint32_t late = 0;  // Lands only after that, up to late_max after.
  std::chrono::microseconds late_max = std::chrono::seconds(10);
  std::uint32_t lost = 0;               // Never lands, reported ambiguous.
  std::uint32_t unacknowledged = 0;     // Lands, reported ambiguous.
  std::uint32_t duplicated = 0;         // Lands again, up to late_max later.
  std::uint32_t refused = 0;            // Never lands, reported as certainly not appended.
  std::uint32_t lost_with_session = 0;  // In flight when its session is destroyed: never lands.
  std::uint32_t late_with_session = 0;  // Likewise: lands up to late_max later.

  bool calm() const {
    return delay_max.count() == 0 && late + lost + unacknowledged + duplicated + refused == 0;
  }
};

// Appends to which it happened. A test that means to meet a fault checks that it did.
struct FaultCounts {
  std::uint64_t landed = 0;  // Duplicates included.
  std::uint64_t lost = 0;
  std::uint64_t unacknowledged = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t refused = 0;
  std::uint64_t late = 0;                  // Landed after they were reported ambiguous.
  std::uint64_t behind_tail = 0;           // Landed after the tail was read without them.
  std::uint64_t behind_newer_session = 0;  // Landed after a record of a session opened later.
  std::uint64_t abandoned = 0;             // In flight when their session was destroyed.
  std::uint64_t lost_with_session = 0;
  std::uint64_t damaged = 0;  // Records cut off or replaced.
};

}  // namespace twinledger::log
