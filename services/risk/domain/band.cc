#include "risk/domain/band.h"

#include <algorithm>

namespace twinledger::risk {

v1::Band BandOf(std::int64_t r, const Rules& rules) {
  v1::Band band = v1::BAND_BASELINE;
  for (const v1::BandLine& line : rules.set().bands()) {
    if (line.from() <= r) band = line.band();
  }
  return band;
}

v1::Band BandOfDay(std::int64_t r, v1::Band previous, std::int64_t highest_before,
                   const Rules& rules) {
  const std::int64_t highest = std::max(r, highest_before);
  const v1::Band held = std::min(previous, BandOf(highest + rules.set().falling().below(), rules));
  return std::max(BandOf(r, rules), held);
}

}  // namespace twinledger::risk
