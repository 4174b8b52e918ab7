#include "twinledger/config/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>

#include "platform/base/nearest.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kProfilePrefix = "profile.";

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view Unquote(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

Error Malformed(const std::string& place, std::string problem) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{}: {}", place, problem),
               .reason = "CONFIGURATION_MALFORMED",
               .metadata = {{"place", place}}};
}

Error UnknownSetting(const std::string& place, const std::string& name) {
  std::vector<std::string> names;
  for (const SettingName& setting : kSettings) names.emplace_back(setting.name);
  return Malformed(place,
                   fmt::format("no setting is called \"{}\"{}", name, DidYouMean(name, names)));
}

}  // namespace

Result<ConfigFile> ReadConfigFile(const std::filesystem::path& path) {
  ConfigFile file;
  std::error_code absent;
  if (!std::filesystem::exists(path, absent)) return file;
  std::ifstream in(path);
  if (!in) {
    return Error{.code = Code::kInvalidArgument,
                 .message = fmt::format("cannot read {}: check its permissions", path.string()),
                 .reason = "CONFIGURATION_UNREADABLE",
                 .metadata = {{"file", path.string()}}};
  }
  std::map<std::string, Setting>* section = &file.plain;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string place = fmt::format("{}:{}", path.string(), number);
    const std::string_view text = Trim(line);
    if (text.empty() || text.front() == '#') continue;
    if (text.front() == '[') {
      const std::string_view name = text.substr(1, text.size() - 2);
      if (text.back() != ']' || !name.starts_with(kProfilePrefix) ||
          name.size() == kProfilePrefix.size()) {
        return Malformed(place, "a section is written [profile.NAME]");
      }
      section = &file.profiles[std::string(name.substr(kProfilePrefix.size()))];
      continue;
    }
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return Malformed(place, "write name = value");
    const std::string name(Trim(text.substr(0, equals)));
    if (std::ranges::none_of(kSettings, [&](const SettingName& s) { return s.name == name; })) {
      return UnknownSetting(place, name);
    }
    (*section)[name] = {.value = std::string(Unquote(Trim(text.substr(equals + 1)))),
                        .source = place};
  }
  return file;
}

}  // namespace twinledger::client
