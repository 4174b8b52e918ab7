#include "twinledger/output/utf8.h"

#include <unicode/utf8.h>

namespace twinledger::client {

std::optional<std::int32_t> NextCodePoint(std::string_view text, std::size_t& at) {
  UChar32 point = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // Of ICU's macro.
  U8_NEXT(text.data(), at, text.size(), point);
#pragma GCC diagnostic pop
  if (point < 0) return std::nullopt;
  return point;
}

}  // namespace twinledger::client
