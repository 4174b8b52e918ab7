// How the values of settings are written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/server/settings.h"

namespace twinledger::server {

// Each error's message says what would be right; the caller adds key and source.
Result<Address> ParseAddress(
    std::string_view text);                       // Numeric host and port; port 0 for a free one.
Result<bool> ParseSwitch(std::string_view text);  // "true", "false".
Result<std::uint64_t> ParseCount(std::string_view text, std::uint64_t least, std::uint64_t most);
std::vector<std::string> ParseList(std::string_view text);  // "a,b".
// Of hosts (RFC 1123, 2.1), none of which is an address: "a.example,b.example".
Result<std::vector<std::string>> ParseHostNames(std::string_view text);

}  // namespace twinledger::server
