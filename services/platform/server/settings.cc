#include "platform/server/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "platform/base/nearest.h"
#include "platform/identity/spiffe_id.h"
#include "platform/server/setting_values.h"

namespace twinledger::server {
namespace {

using Parse = std::function<Result<void>(std::string_view text, Settings& settings)>;

struct Setting {
  SettingDescription description;
  Parse parse;
};

template <class Value>
Result<void> Put(Result<Value> parsed, Value& place) {
  if (!parsed) return std::move(parsed).error();
  place = *std::move(parsed);
  return {};
}

Result<void> PutTrustDomain(std::string_view text, std::string& place) {
  if (!identity::IsTrustDomain(text)) {
    return Error{Code::kInvalidArgument, "expected 1 to 255 of a-z 0-9 . _ -", ""};
  }
  place = text;
  return {};
}

template <class Number>
Result<void> PutCount(std::string_view text, std::uint64_t least, std::uint64_t most,
                      Number& place) {
  TL_TRY(const std::uint64_t value, ParseCount(text, least, most));
  place = static_cast<Number>(value);
  return {};
}

Result<void> PutList(std::string_view text, std::vector<std::string>& place) {
  place = ParseList(text);
  return {};
}

Result<void> PutFoundingHash(std::string_view text, Settings& settings) {
  if (text.empty()) return {};
  crypto::Hash hash{};
  if (!crypto::ParseTypedHash(text, hash)) {
    return Error{Code::kInvalidArgument, "expected 64 hexadecimal digits", ""};
  }
  settings.founding_hash = hash;
  return {};
}

Result<void> PutLog(std::string_view text, Settings& settings) {
  if (text == "embedded") return {};
  if (!log::IsKafkaAddress(text)) {
    return Error{Code::kInvalidArgument,
                 "expected embedded, or kafka://HOST:PORT,HOST:PORT/PREFIX?NAME=VALUE", ""};
  }
  TL_TRY(settings.kafka, log::ParseKafkaAddress(text));
  return {};
}

Result<void> PutLevel(std::string_view text, Settings& settings) {
  constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};
  if (std::ranges::find(kLevels, text) == std::end(kLevels)) {
    return Error{Code::kInvalidArgument, "expected debug, info, warning or error", ""};
  }
  settings.log_level = text;
  return {};
}

const std::vector<Setting>& AllSettings() {
  static const std::vector<Setting> settings = {
      {{"data_dir", "data", "folder of log, keys, certificates and projections"},
       [](auto text, Settings& s) {
         if (text.empty())
           return Result<void>(Error{Code::kInvalidArgument, "expected a folder", ""});
         s.data_dir = DataDirectory(std::filesystem::path(text));
         return Result<void>();
       }},
      {{"services", "", "services to host, all if empty: registry,audit"},
       [](auto text, Settings& s) { return PutList(text, s.services); }},
      {{"listen", "127.0.0.1:7443", "address of the services, mutual TLS always"},
       [](auto text, Settings& s) { return Put(ParseAddress(text), s.listen); }},
      {{"health_listen", "127.0.0.1:7480", "address for probes (grpc.health.v1), plain text"},
       [](auto text, Settings& s) { return Put(ParseAddress(text), s.health_listen); }},
      {{"metrics_listen", "127.0.0.1:7490", "address of /metrics, plain text"},
       [](auto text, Settings& s) { return Put(ParseAddress(text), s.metrics_listen); }},
      {{"trust_domain", "twinledger.internal", "trust domain of SPIFFE ids"},
       [](auto text, Settings& s) { return PutTrustDomain(text, s.trust_domain); }},
      {{"server_names", "", "DNS names of this server beside localhost: a.example,b.example"},
       [](auto text, Settings& s) { return Put(ParseHostNames(text), s.server_names); }},
      {{"reflection", "false", "let clients ask which methods there are"},
       [](auto text, Settings& s) { return Put(ParseSwitch(text), s.reflection); }},
      {{"log", "embedded", "where the log is kept: embedded, or kafka://HOST:PORT,.../PREFIX"},
       PutLog},
      {{"log_level", "info", "least level of the lines on stderr: debug, info, warning, error"},
       PutLevel},
      {{"segment_bytes", "67108864", "size at which a segment file of the log is closed"},
       [](auto text, Settings& s) { return PutCount(text, 4u << 20, 1u << 30, s.segment_bytes); }},
      {{"queue_commands_max", "4096", "commands that may wait in a partition"},
       [](auto text, Settings& s) { return PutCount(text, 1, 65536, s.queue_commands_max); }},
      {{"account_units_per_second", "2000",
        "what an account may ask for a second: a record 1, a page 5, scores 20, the log 100"},
       [](auto text, Settings& s) {
         return PutCount(text, 1, 1'000'000, s.account_units_per_second);
       }},
      {{"account_units_burst", "4000", "what an account that was silent may ask for at once"},
       [](auto text, Settings& s) { return PutCount(text, 1, 1'000'000, s.account_units_burst); }},
      {{"drain_seconds", "20", "how long calls in flight may take at the end"},
       [](auto text, Settings& s) { return PutCount(text, 0, 600, s.drain_seconds); }},
      {{"scrub_hours", "24",
        "between two checks of the whole log; 0: only at the start, on Kafka never"},
       [](auto text, Settings& s) { return PutCount(text, 0, 8760, s.scrub_hours); }},
      {{"lag_seconds_max", "30", "how far behind the log a replica may be that probes call ready"},
       [](auto text, Settings& s) { return PutCount(text, 1, 3600, s.lag_seconds_max); }},
      {{"founding_hash", "", "founding that the log must have, beside the pin in keys/"},
       PutFoundingHash},
  };
  return settings;
}

std::vector<std::string> SettingKeys() {
  std::vector<std::string> keys;
  for (const SettingDescription& setting : SettingDescriptions()) keys.emplace_back(setting.key);
  return keys;
}

Error BadFile(const std::string& path, const std::string& what) {
  return {Code::kInvalidArgument, path + ": " + what, "BAD_CONFIG_FILE", {{"file", path}}};
}

// As the other layers write it; nothing for what no setting is.
std::optional<std::string> TextOf(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number_integer()) return value.dump();
  if (!value.is_array()) return std::nullopt;
  std::string list;
  for (const nlohmann::json& entry : value) {
    if (!entry.is_string()) return std::nullopt;
    if (!list.empty()) list += ',';
    list += entry.get<std::string>();
  }
  return list;
}

}  // namespace

std::string Address::ToString() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Address::IsLoopback() const { return host == "::1" || host.starts_with("127."); }

const std::vector<SettingDescription>& SettingDescriptions() {
  static const std::vector<SettingDescription> descriptions = [] {
    std::vector<SettingDescription> all;
    for (const Setting& setting : AllSettings()) all.push_back(setting.description);
    return all;
  }();
  return descriptions;
}

std::string FlagOf(std::string_view key) {
  std::string flag = "--" + std::string(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string EnvironmentOf(std::string_view key) {
  std::string name = "TWINLEDGER_" + std::string(key);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

Result<Layer> ReadFileLayer(const std::string& path, std::string_view text) {
  // For the parser it is the end, whatever stands behind it.
  if (text.find('\0') != std::string_view::npos)
    return BadFile(path, "has a zero byte: it is no text");
  const nlohmann::json root = nlohmann::json::parse(text, nullptr, false, true);
  if (!root.is_object()) {
    const std::size_t good = root.is_discarded() ? 0 : text.size();
    return BadFile(path, good == 0 ? "is no JSON (comments are allowed)" : "is no JSON object");
  }
  const std::vector<std::string> keys = SettingKeys();
  Layer layer{"file " + path, {}};
  for (const auto& [key, value] : root.items()) {
    if (std::ranges::find(keys, key) == keys.end()) {
      const std::string meant = DidYouMean(key, keys);
      return Error{Code::kInvalidArgument,
                   fmt::format("{}: there is no setting \"{}\"{}", path, key,
                               meant.empty() ? "; --print-config shows all there are" : meant),
                   "UNKNOWN_SETTING",
                   {{"file", path}, {"key", key}}};
    }
    std::optional<std::string> written = TextOf(value);
    if (!written) {
      return BadFile(path, "\"" + key + "\": expected a text, a number, true, false or a list");
    }
    layer.values[key] = *std::move(written);
  }
  return layer;
}

Layer ReadEnvironmentLayer(const std::map<std::string, std::string>& environment) {
  Layer layer{"environment", {}};
  for (const std::string& key : SettingKeys()) {
    const auto found = environment.find(EnvironmentOf(key));
    if (found != environment.end()) layer.values[key] = found->second;
  }
  return layer;
}

Result<Configuration> Resolve(const std::vector<Layer>& layers) {
  Configuration resolved;
  Error wrong{Code::kInvalidArgument, "", "BAD_SETTING"};
  for (const Setting& setting : AllSettings()) {
    const std::string key(setting.description.key);
    SourcedValue value{key, std::string(setting.description.fallback), "default"};
    for (const Layer& layer : layers) {
      const auto found = layer.values.find(key);
      if (found == layer.values.end()) continue;
      value = {key, found->second, layer.source};
      break;
    }
    const Result<void> parsed = setting.parse(value.value, resolved.settings);
    if (!parsed) {
      wrong.message += fmt::format("{}{} = \"{}\" ({}): {}", wrong.message.empty() ? "" : "\n", key,
                                   value.value, value.source, parsed.error().message);
      wrong.violations.push_back({key, parsed.error().message});
      wrong.metadata[key] = value.value;
    }
    resolved.values.push_back(std::move(value));
  }
  if (!wrong.violations.empty()) return wrong;
  return resolved;
}

std::string PrintConfiguration(const Configuration& configuration) {
  std::string text;
  for (const SourcedValue& value : configuration.values) {
    text += fmt::format("{:<20} {:<24} {}\n", value.key, value.value.empty() ? "-" : value.value,
                        value.source);
  }
  return text;
}

}  // namespace twinledger::server
