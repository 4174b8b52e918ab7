// Reads a configuration file of the client; settings.h has the grammar.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "platform/base/result.h"
#include "twinledger/config/settings.h"

namespace twinledger::client {

struct ConfigFile {
  std::map<std::string, Setting> plain;
  std::map<std::string, std::map<std::string, Setting>> profiles;
};

// An absent file is an empty one.
Result<ConfigFile> ReadConfigFile(const std::filesystem::path& path);

}  // namespace twinledger::client
