#include "platform/telemetry/trace_context.h"

#include <algorithm>

#include "platform/base/check.h"

namespace twinledger::telemetry {
namespace {

constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kParentDigits = 16;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kParentAt = kTraceAt + kTraceDigits + 1;
constexpr std::size_t kFlagsAt = kParentAt + kParentDigits + 1;
constexpr std::size_t kWhole = kFlagsAt + 2;

// Digits in upper case are malformed.
bool IsHex(std::string_view text) {
  return std::ranges::all_of(text, [](char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
  });
}

bool IsZero(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

// Not all zero, which stands for none.
std::string RandomHex(std::size_t digits, RandomSource& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : random.Bytes(digits / 2)) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  if (IsZero(text)) text.back() = '1';
  return text;
}

}  // namespace

std::string NewTraceId(RandomSource& random) { return RandomHex(kTraceDigits, random); }

std::optional<std::string> TraceIdIn(std::string_view traceparent) {
  if (traceparent.size() < kWhole) return std::nullopt;
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace = traceparent.substr(kTraceAt, kTraceDigits);
  const std::string_view parent = traceparent.substr(kParentAt, kParentDigits);
  const bool has_more = traceparent.size() > kWhole;
  // A later version may add fields behind these.
  if (has_more && (version == "00" || traceparent[kWhole] != '-')) return std::nullopt;
  if (traceparent[kTraceAt - 1] != '-' || traceparent[kParentAt - 1] != '-' ||
      traceparent[kFlagsAt - 1] != '-') {
    return std::nullopt;
  }
  if (!IsHex(version) || version == "ff" || !IsHex(traceparent.substr(kFlagsAt, 2))) {
    return std::nullopt;
  }
  if (!IsHex(trace) || IsZero(trace) || !IsHex(parent) || IsZero(parent)) return std::nullopt;
  return std::string(trace);
}

std::string Traceparent(std::string_view trace_id, RandomSource& random) {
  TL_CHECK(trace_id.size() == kTraceDigits);
  // Flag 1, sampled: whoever keeps traces may keep this one.
  return "00-" + std::string(trace_id) + "-" + RandomHex(kParentDigits, random) + "-01";
}

}  // namespace twinledger::telemetry
