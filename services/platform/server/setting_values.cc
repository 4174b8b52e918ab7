#include "platform/server/setting_values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <limits>

#include "platform/base/whole_number.h"

namespace twinledger::server {
namespace {

Error Wrong(std::string expected) { return {Code::kInvalidArgument, std::move(expected), ""}; }

bool IsNumericHost(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  return inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

constexpr std::size_t kHostNameMax = 253;
constexpr std::size_t kLabelMax = 63;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetterOrDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLabelMax && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return IsLetterOrDigit(c) || c == '-'; });
}

// Its last label is no number: that of an address is.
bool IsHostName(std::string_view name) {
  if (name.size() > kHostNameMax) return false;
  for (std::size_t dot; (dot = name.find('.')) != std::string_view::npos;) {
    if (!IsLabel(name.substr(0, dot))) return false;
    name.remove_prefix(dot + 1);
  }
  return IsLabel(name) && !std::ranges::all_of(name, IsDigit);
}

}  // namespace

Result<Address> ParseAddress(std::string_view text) {
  const Error wrong = Wrong("expected a numeric address and a port, 127.0.0.1:7443 for instance");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  Address address{std::string(host), 0};
  if (!IsNumericHost(address.host) || bracketed != (host.find(':') != std::string_view::npos)) {
    return wrong;
  }
  const Result<std::uint64_t> port =
      ParseCount(text.substr(colon + 1), 0, std::numeric_limits<std::uint16_t>::max());
  if (!port) return wrong;
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

Result<bool> ParseSwitch(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Wrong("expected true or false");
}

Result<std::uint64_t> ParseCount(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto value = WholeNumber<std::uint64_t>(text);
  if (!value || *value < least || *value > most) {
    return Wrong("expected a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most));
  }
  return *value;
}

std::vector<std::string> ParseList(std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) entries.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return entries;
}

Result<std::vector<std::string>> ParseHostNames(std::string_view text) {
  std::vector<std::string> names = ParseList(text);
  for (const std::string& name : names) {
    if (IsHostName(name)) continue;
    return Wrong("expected names of hosts, register.example for instance: \"" + name +
                 "\" is none, and an address is none");
  }
  return names;
}

}  // namespace twinledger::server
