// Amounts of money as people write them: 4361.51, "$4,361.51", "NZ$ 80".
#pragma once

#include <cstdint>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::client {

// In hundredths, from 0 to 80,000,000.00. INVALID_ARGUMENT, reason VALUE_MALFORMED, with what would
// be right.
Result<std::int64_t> ParseCents(std::string_view text);

}  // namespace twinledger::client
