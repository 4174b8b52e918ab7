// What a view tells of the void records that it met.
#pragma once

#include <cstdint>
#include <map>

#include "platform/log/chain.h"
#include "platform/log/partition.h"

namespace twinledger::projection {

// Void records that were read since the start, by why they are void.
struct VoidsRead {
  std::map<log::VoidReason, std::uint64_t> by_reason;
  log::Offset last = 0;     // Where the last of them stands.
  log::Sequence since = 0;  // The last that was accepted before the start.
};

}  // namespace twinledger::projection
