#include "twinledger/connection/server_list.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/base/whole_number.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kByName = "dns:";

Error Invalid(const Setting& setting, const std::string& problem) {
  return {
      .code = Code::kInvalidArgument,
      .message = fmt::format("server = \"{}\" ({}): {}", setting.value, setting.source, problem),
      .reason = "SETTING_INVALID",
      .metadata = {{"setting", "server"}, {"value", setting.value}}};
}

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool IsHost(std::string_view host) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  constexpr std::string_view kOfIpv6 = "0123456789abcdefABCDEF:.%";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2).find_first_not_of(kOfIpv6) == std::string_view::npos;
  }
  return !host.empty() && host.find_first_not_of(kLetters) == std::string_view::npos;
}

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostAndPort> ParseAddress(const Setting& setting, std::string_view address) {
  const auto colon = address.rfind(':');
  const std::string_view host = address.substr(0, colon);
  if (address.empty()) return Invalid(setting, "an address is empty: leave the comma out");
  if (colon == std::string_view::npos) {
    return Invalid(setting, fmt::format("\"{}\" has no port: write {}:7443", address, address));
  }
  if (!IsHost(host)) {
    return Invalid(setting, fmt::format("\"{}\" is no address: write HOST:PORT, with an IPv6 "
                                        "address in brackets: [2001:db8::7]:7443",
                                        address));
  }
  const std::string_view text = address.substr(colon + 1);
  const auto port = WholeNumber<std::uint16_t>(text);
  if (!port || *port == 0) {
    return Invalid(setting, fmt::format("\"{}\" is no port of \"{}\": use a number from 1 to 65535",
                                        text, address));
  }
  return HostAndPort{std::string(host), *port};
}

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto comma = text.find(',');
    parts.push_back(Trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

Error NoAddress(const std::string& name, std::string_view why) {
  return {.code = Code::kUnavailable,
          .message = fmt::format("the name {} has no address ({}): name the right one, or the "
                                 "addresses themselves, with --server",
                                 name, why),
          .reason = "NOT_REACHED",
          .metadata = {{"server", name}}};
}

}  // namespace

Result<ServerList> ParseServers(const Setting& setting) {
  ServerList servers{.text = setting.value};
  const std::vector<std::string_view> parts = Split(setting.value);
  for (const std::string_view part : parts) {
    if (!part.starts_with(kByName)) {
      TL_TRY_VOID(ParseAddress(setting, part));
      if (std::ranges::find(servers.addresses, part) != servers.addresses.end()) {
        return Invalid(setting, fmt::format("{} stands there twice: name each server once", part));
      }
      servers.addresses.emplace_back(part);
      continue;
    }
    if (parts.size() > 1) {
      return Invalid(setting, "dns:NAME:PORT stands alone: it is every address of the name");
    }
    TL_TRY(HostAndPort named, ParseAddress(setting, part.substr(kByName.size())));
    servers.name = std::move(named.host);
    servers.port = named.port;
  }
  if (servers.addresses.size() > kServersMax) {
    return Invalid(setting, fmt::format("{} servers are too many: name at most {}",
                                        servers.addresses.size(), kServersMax));
  }
  return servers;
}

Result<std::vector<std::string>> LookUpAddresses(const std::string& name, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = getaddrinfo(name.c_str(), nullptr, &wanted, &found);
  if (problem != 0) return NoAddress(name, gai_strerror(problem));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, &freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> host{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, host.data(), host.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
      continue;
    }
    addresses.push_back(each->ai_family == AF_INET6 ? fmt::format("[{}]:{}", host.data(), port)
                                                    : fmt::format("{}:{}", host.data(), port));
  }
  if (addresses.empty()) return NoAddress(name, "none that can be written as a number");
  std::ranges::sort(addresses);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  if (addresses.size() > kServersMax) addresses.resize(kServersMax);
  return addresses;
}

}  // namespace twinledger::client
