// UUIDs as text, lower case, 8-4-4-4-12 (RFC 9562).
#pragma once

#include <string>
#include <string_view>

#include "platform/base/random.h"

namespace twinledger {

bool IsUuid(std::string_view text);

std::string RandomUuid(RandomSource& random);  // Version 4.

// Version 5 needs SHA-1 and lives with the other hashes: crypto/uuid5.h.

}  // namespace twinledger
