// UTF-8, one code point at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace twinledger::client {

// The code point at `at`, which moves behind it; nothing, and one step, for what is not UTF-8.
// REQUIRES: at < text.size().
std::optional<std::int32_t> NextCodePoint(std::string_view text, std::size_t& at);

}  // namespace twinledger::client
