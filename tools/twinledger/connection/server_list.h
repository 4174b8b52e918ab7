// Which servers a setting names: one, the replicas of one deployment, or a name that stands for
// them.
//
//   servers   address { "," address }  |  "dns:" NAME ":" PORT
//   address   HOST ":" PORT  |  "[" IPV6 "]:" PORT
//
// Every address that the name has is a replica; their certificates are checked against NAME.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/config/settings.h"

namespace twinledger::client {

// More of them would be a mistake: each holds a copy of everything.
inline constexpr std::size_t kServersMax = 16;

struct ServerList {
  std::string text;                         // As it was given.
  std::vector<std::string> addresses = {};  // HOST:PORT, each once; none where a name is asked for.
  std::string name = "";                    // Of dns:NAME:PORT, else empty.
  std::uint16_t port = 0;                   // Likewise, else 0.
};

// INVALID_ARGUMENT, reason SETTING_INVALID, with the setting, its source and the remedy.
Result<ServerList> ParseServers(const Setting& setting);

// Every address of a name, as NUMERIC:PORT. UNAVAILABLE, reason NOT_REACHED, if it has none.
using AddressLookup =
    std::function<Result<std::vector<std::string>>(const std::string& name, std::uint16_t port)>;

// As the system resolves names: /etc/hosts and DNS. May wait for as long as the system does.
Result<std::vector<std::string>> LookUpAddresses(const std::string& name, std::uint16_t port);

}  // namespace twinledger::client
