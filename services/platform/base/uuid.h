// UUIDs as text, lower case, 8-4-4-4-12 (RFC 9562).
#pragma once

#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/random.h"

namespace twinledger {

bool IsUuid(std::string_view text);

std::string RandomUuid(RandomSource& random);  // Version 4.

// Version 7: milliseconds of `now` since 1970, then randomness. As text, later ones are greater;
// those of one millisecond are in no order.
std::string TimeOrderedUuid(WallTime now, RandomSource& random);
bool IsTimeOrderedUuid(std::string_view text);

// Version 5 needs SHA-1 and lives with the other hashes: crypto/uuid5.h.

}  // namespace twinledger
