// What an operator can set, where a value came from, and how values are told apart.
//
//   precedence   flag (--data-dir) > environment (TWINLEDGER_DATA_DIR) > file ("data_dir") >
//   default file         one JSON object, comments allowed, named by --config or TWINLEDGER_CONFIG
//
// A list is written "a,b" everywhere, in the file also as an array. Durability is no setting: what
// is acknowledged is synced.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/data_directory.h"
#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/log/kafka/kafka_address.h"

namespace twinledger::server {

struct Address {
  std::string host;  // Numeric.
  std::uint16_t port = 0;

  std::string ToString() const;  // "127.0.0.1:7443", "[::1]:7443".
  bool IsLoopback() const;
};

struct Settings {
  DataDirectory data_dir{"data"};
  std::vector<std::string> services;  // Empty for all.
  Address listen;
  Address health_listen;
  Address metrics_listen;
  std::string trust_domain;
  std::vector<std::string> server_names;
  bool reflection = false;
  std::optional<log::KafkaAddress> kafka;  // Where the log is; nothing: embedded.
  std::string log_level;
  std::uint64_t segment_bytes = 0;
  std::size_t queue_commands_max = 0;
  std::uint32_t account_units_per_second = 0;  // Of each account: rpc/call_cost.h.
  std::uint32_t account_units_burst = 0;
  std::uint32_t drain_seconds = 0;
  std::uint32_t scrub_hours = 0;  // 0: only at the start.
  std::uint32_t lag_seconds_max = 0;
  std::optional<crypto::Hash> founding_hash;
};

// What --print-config and --help show.
struct SettingDescription {
  std::string_view key;
  std::string_view fallback;
  std::string_view help;
};
const std::vector<SettingDescription>& SettingDescriptions();

std::string FlagOf(std::string_view key);         // "--data-dir"
std::string EnvironmentOf(std::string_view key);  // "TWINLEDGER_DATA_DIR"

// One place that values came from: by key.
struct Layer {
  std::string source;  // "flag", "environment", "file /etc/twinledger.json".
  std::map<std::string, std::string> values;
};

// INVALID_ARGUMENT: reason BAD_CONFIG_FILE with the place, or UNKNOWN_SETTING with a key that is
// near, if there is one.
Result<Layer> ReadFileLayer(const std::string& path, std::string_view text);
Layer ReadEnvironmentLayer(const std::map<std::string, std::string>& environment);

struct SourcedValue {
  std::string key;
  std::string value;
  std::string source;
};

struct Configuration {
  Settings settings;
  std::vector<SourcedValue> values;  // In the order of SettingDescriptions.
};

// The first layer that has a key decides. INVALID_ARGUMENT, reason BAD_SETTING, with every wrong
// value, its source and the remedy.
Result<Configuration> Resolve(const std::vector<Layer>& layers);

// One line a setting: key, value, source.
std::string PrintConfiguration(const Configuration& configuration);

}  // namespace twinledger::server
