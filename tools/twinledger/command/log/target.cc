#include "platform/base/private_file.h"
#include "platform/log/archive/log_path.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/kafka/kafka_log.h"
#include "twinledger/command/log/commands.h"

namespace twinledger::client {

Result<std::unique_ptr<log::EventLog>> OpenTarget(const DataDirectory& data,
                                                  const std::optional<log::KafkaAddress>& kafka,
                                                  const log::v1::Founding& root) {
  std::unique_ptr<log::EventLog> target;
  if (!kafka) {
    TL_TRY_VOID(MakePrivateFolder(data.root()));
    if (!log::ResolveLogPath(data.log()).ok()) TL_TRY_VOID(log::EmbeddedLog::Create(data.log()));
    TL_TRY(target, log::EmbeddedLog::Open(data.log()));
    return target;
  }
  const log::KafkaTopics topics{{root.streams().begin(), root.streams().end()}, root.partitions()};
  const Result<void> created = log::KafkaLog::Create(*kafka, topics);
  // Whose records those are is for the copy to say.
  if (!created && created.error().reason != "LOG_EXISTS") return created.error();
  TL_TRY(target, log::KafkaLog::Open(*kafka, topics));
  return target;
}

}  // namespace twinledger::client
