#include "platform/server/log_place.h"

#include <fmt/format.h>

#include <system_error>

#include "platform/base/private_file.h"

namespace twinledger::server {
namespace {

// Nothing if the log is not on Kafka.
Result<std::optional<std::string>> LoadTopicPrefix(const DataDirectory& data) {
  Result<std::string> text = ReadPrivateFile(data.kafka_topics());
  if (!text && text.error().reason == "FILE_MISSING") return std::optional<std::string>();
  if (!text) return std::move(text).error();
  return std::optional(text->substr(0, text->find('\n')));
}

Error LogElsewhere(const DataDirectory& data, std::string_view asked, std::string_view found,
                   std::string_view remedy) {
  return {Code::kFailedPrecondition,
          fmt::format("log = {}, but the log of {} is {}; {}, or name another data directory",
                      asked, data.root().string(), found, remedy),
          "LOG_ELSEWHERE",
          {{"data_dir", data.root().string()},
           {"asked", std::string(asked)},
           {"found", std::string(found)}}};
}

}  // namespace

Result<void> CheckLogPlace(const DataDirectory& data,
                           const std::optional<log::KafkaAddress>& kafka) {
  TL_TRY(const std::optional<std::string> prefix, LoadTopicPrefix(data));
  if (!kafka && prefix) {
    return LogElsewhere(data, "embedded", fmt::format("on Kafka, in topics {}.*", *prefix),
                        fmt::format("say where: --log kafka://HOST:PORT/{}", *prefix));
  }
  if (!kafka) return {};
  TL_TRY_VOID(CheckNoEmbeddedLog(data, *kafka));
  if (!prefix || *prefix == kafka->prefix) return {};
  return LogElsewhere(data, AddressText(*kafka), fmt::format("in topics {}.*", *prefix),
                      fmt::format("say --log kafka://{}/{}", kafka->brokers, *prefix));
}

Result<void> CheckNoEmbeddedLog(const DataDirectory& data, const log::KafkaAddress& kafka) {
  if (!HoldsAnything(data.log())) return {};
  const std::string asked = AddressText(kafka);
  return LogElsewhere(data, asked, "embedded, in " + data.log().string(),
                      fmt::format("move it with `twinledger log move --to {}`", asked));
}

Result<void> StoreTopicPrefix(const DataDirectory& data, const std::string& prefix) {
  TL_TRY_VOID(MakePrivateFolder(data.root()));
  TL_TRY(const std::optional<std::string> stored, LoadTopicPrefix(data));
  if (stored == prefix) return {};
  std::error_code ignored;
  std::filesystem::remove(data.kafka_topics(), ignored);
  return WritePrivateFile(data.kafka_topics(), prefix + "\n");
}

std::string AddressText(const log::KafkaAddress& kafka) {
  return fmt::format("kafka://{}/{}", kafka.brokers, kafka.prefix);
}

bool HoldsAnything(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) &&
         (!std::filesystem::is_directory(path, error) || !std::filesystem::is_empty(path, error));
}

}  // namespace twinledger::server
