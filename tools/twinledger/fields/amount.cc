#include "twinledger/fields/amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace twinledger::client {
namespace {

constexpr std::int64_t kCentsMax = 8'000'000'000;  // As the server takes it.

Error Malformed(std::string_view text, std::string_view right) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("\"{}\": use {}", text, right),
               .reason = "VALUE_MALFORMED",
               .metadata = {{"value", std::string(text)}},
               .violations = {{"amount", fmt::format("use {}", right)}}};
}

bool AreDigits(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// A comma of another place may be that before the cents, as many countries write it: it is never
// passed over. REQUIRES: a comma is there.
bool AreThousands(std::string_view whole) {
  constexpr std::size_t kGroup = 3;
  std::size_t comma = whole.find(',');
  if (comma == 0 || comma > kGroup) return false;
  while (comma != std::string_view::npos) {
    const std::size_t next = whole.find(',', comma + 1);
    if (std::min(next, whole.size()) - comma - 1 != kGroup) return false;
    comma = next;
  }
  return true;
}

}  // namespace

Result<std::int64_t> ParseCents(std::string_view text) {
  constexpr std::string_view kForm = "a number of dollars from 0, such as 4361.51 or 80";
  constexpr std::string_view kCommas =
      "a point before the cents, as in 80.50, and commas between thousands alone, as in 1,234.50";
  std::string_view rest = text;
  for (const std::string_view sign : {"NZ$", "NZD", "$"}) {
    if (rest.starts_with(sign)) rest.remove_prefix(sign.size());
  }
  // A blank within may stand between dollars and cents as well as between thousands.
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::string plain(rest.substr(0, rest.find_last_not_of(' ') + 1));
  const std::size_t point = plain.find('.');
  std::string whole = plain.substr(0, point);
  std::string cents = point == std::string::npos ? "" : plain.substr(point + 1);
  const bool has_comma = plain.find(',') != std::string::npos;
  const bool has_blank = plain.find(' ') != std::string::npos;
  if (has_comma && (has_blank || !AreThousands(whole))) return Malformed(text, kCommas);
  std::erase(whole, ',');
  if (whole.empty() || !AreDigits(whole) || !AreDigits(cents) || cents.size() > 2 ||
      (point != std::string::npos && cents.empty())) {
    return Malformed(text, kForm);
  }
  cents.resize(2, '0');
  constexpr std::size_t kDigitsMax = 15;  // What fits into 64 bits.
  const std::string digits = whole + cents;
  const std::int64_t amount = digits.size() > kDigitsMax ? kCentsMax + 1 : std::stoll(digits);
  if (amount > kCentsMax) return Malformed(text, "at most 80,000,000.00: check the digits");
  return amount;
}

}  // namespace twinledger::client
