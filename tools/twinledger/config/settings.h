// The settings of one run, each with the place that it came from.
//
//   flag  >  TWINLEDGER_* variable  >  profile  >  project file  >  user file  >  system file
//         >  built in (of the server: connection/endpoint.h)
//
// A file is lines of `name = value`, `#` begins a comment, and [profile.NAME] begins the values of
// a profile: a server and the credentials for it. The profile is chosen by --profile, by
// TWINLEDGER_PROFILE or by `profile` in a file. No setting is a secret; keys lie in files.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::client {

struct SettingName {
  std::string_view name;      // As in files; the variable is TWINLEDGER_<NAME>.
  std::string_view flag;      // "--server"
  std::string_view built_in;  // Where nothing else says.
  std::string_view help;
};

inline constexpr std::array<SettingName, 8> kSettings{{
    {"profile", "--profile", "", "profile of a configuration file: a server and its credentials"},
    {"server", "--server", "127.0.0.1:7443",
     "HOST:PORT of the server; of replicas HOST:PORT,HOST:PORT or dns:NAME:PORT"},
    {"credentials", "--credentials", "", "folder with ca.pem, cert.pem and key.pem"},
    {"as", "--as", "", "account of a data directory on this machine, instead of --credentials"},
    {"data_dir", "--data-dir", "data", "data directory of a server on this machine"},
    {"output", "--output", "table", "table, json, jsonl or csv"},
    {"time_zone", "--time-zone", "nz", "zone of times in tables: nz or utc"},
    {"timeout", "--timeout", "30s", "longest wait for one call: 500ms, 30s, 2m"},
}};

struct Setting {
  std::string value;
  std::string source;  // "flag --server", "variable TWINLEDGER_SERVER", "./twinledger.conf:3"
};

// Where settings are looked for, strongest first. Tests give their own.
struct SettingSources {
  std::map<std::string, std::string> flags;  // By setting name.
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::vector<std::filesystem::path> files;  // Project, user, system; may be absent.
};

// Of this process: ./twinledger.conf, ~/.config/twinledger/client.conf (XDG_CONFIG_HOME),
// /etc/twinledger/client.conf.
SettingSources ProcessSources(std::map<std::string, std::string> flags);

using Settings = std::map<std::string, Setting, std::less<>>;  // Every name of kSettings.

// INVALID_ARGUMENT where a file is malformed (file and line), names an unknown setting, or where
// the profile that was chosen is in no file.
Result<Settings> ResolveSettings(const SettingSources& sources);

}  // namespace twinledger::client
