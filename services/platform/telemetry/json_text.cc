#include "platform/telemetry/json_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace twinledger::telemetry {
namespace {

constexpr std::size_t kTextBytesMax =
    4096;  // A line is for a person; content does not belong here.

// One code point at the beginning of `text`, and how many bytes it takes. Length 0: no UTF-8.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

CodePoint Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {};
  std::uint32_t value = first & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[bytes] || value > 0x10FFFF || surrogate) return {};
  return {value, bytes};
}

bool BreaksLines(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0x2028 || value == 0x2029;
}

}  // namespace

void AppendJsonText(std::string& out, std::string_view text) {
  const bool cut = text.size() > kTextBytesMax;
  std::string_view rest = cut ? text.substr(0, kTextBytesMax) : text;
  out += '"';
  while (!rest.empty()) {
    const CodePoint point = Decode(rest);
    if (point.bytes == 0) {
      out += "\xEF\xBF\xBD";
    } else if (BreaksLines(point.value)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", point.value);
    } else {
      if (point.value == '"' || point.value == '\\') out += '\\';
      out += rest.substr(0, point.bytes);
    }
    rest.remove_prefix(point.bytes == 0 ? 1 : point.bytes);
  }
  out += cut ? "...\"" : "\"";
}

}  // namespace twinledger::telemetry
