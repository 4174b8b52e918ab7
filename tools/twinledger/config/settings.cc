#include "twinledger/config/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "platform/base/environment.h"
#include "twinledger/config/file.h"

namespace twinledger::client {
namespace {

std::string VariableOf(std::string_view name) {
  std::string variable = "TWINLEDGER_";
  for (const char c : name) {
    variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

// Flag and variable: what this run was told.
std::optional<Setting> Told(const SettingSources& sources, const SettingName& setting) {
  if (const auto flag = sources.flags.find(std::string(setting.name));
      flag != sources.flags.end()) {
    return Setting{.value = flag->second, .source = fmt::format("flag {}", setting.flag)};
  }
  const std::string variable = VariableOf(setting.name);
  if (auto value = sources.variable(variable); value && !value->empty()) {
    return Setting{.value = *std::move(value), .source = "variable " + variable};
  }
  return std::nullopt;
}

std::optional<Setting> Plain(const std::vector<ConfigFile>& files, const std::string& name) {
  for (const ConfigFile& file : files) {
    if (const auto found = file.plain.find(name); found != file.plain.end()) return found->second;
  }
  return std::nullopt;
}

std::optional<Setting> OfProfile(const std::vector<ConfigFile>& files, const std::string& profile,
                                 const std::string& name) {
  for (const ConfigFile& file : files) {
    const auto section = file.profiles.find(profile);
    if (section == file.profiles.end()) continue;
    if (const auto found = section->second.find(name); found != section->second.end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

Result<void> CheckProfile(const std::vector<ConfigFile>& files, const Setting& profile) {
  std::string known;
  for (const ConfigFile& file : files) {
    if (file.profiles.contains(profile.value)) return {};
    for (const auto& [name, values] : file.profiles) known += (known.empty() ? "" : ", ") + name;
  }
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("profile \"{}\" ({}) is in no configuration file; known: {}",
                             profile.value, profile.source, known.empty() ? "none" : known),
      .reason = "PROFILE_UNKNOWN",
      .metadata = {{"profile", profile.value}}};
}

}  // namespace

SettingSources ProcessSources(std::map<std::string, std::string> flags) {
  std::vector<std::filesystem::path> files{"twinledger.conf"};
  if (const auto configured = Environment("XDG_CONFIG_HOME"); configured && !configured->empty()) {
    files.push_back(std::filesystem::path(*configured) / "twinledger/client.conf");
  } else if (const auto home = Environment("HOME")) {
    files.push_back(std::filesystem::path(*home) / ".config/twinledger/client.conf");
  }
  files.emplace_back("/etc/twinledger/client.conf");
  return {.flags = std::move(flags), .variable = Environment, .files = std::move(files)};
}

Result<Settings> ResolveSettings(const SettingSources& sources) {
  std::vector<ConfigFile> files;
  for (const std::filesystem::path& path : sources.files) {
    TL_TRY(ConfigFile file, ReadConfigFile(path));
    files.push_back(std::move(file));
  }
  Settings settings;
  std::string profile;
  for (const SettingName& setting : kSettings) {  // The profile is first: it decides the others.
    const std::string name(setting.name);
    std::optional<Setting> value = Told(sources, setting);
    if (!value && !profile.empty()) value = OfProfile(files, profile, name);
    if (!value) value = Plain(files, name);
    if (!value) value = Setting{.value = std::string(setting.built_in), .source = "built in"};
    if (name == "profile") {
      profile = value->value;
      if (!profile.empty()) TL_TRY_VOID(CheckProfile(files, *value));
    }
    settings[name] = *std::move(value);
  }
  return settings;
}

}  // namespace twinledger::client
