// The commands on the log itself: on a data directory or an export on this machine, or on Kafka,
// without a server; replay, export and digest also against one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/log/archive/accepted_records.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/log/kafka/kafka_address.h"
#include "twinledger/command/edition.h"
#include "twinledger/command/program.h"
#include "twinledger/command/session.h"

namespace twinledger::client {

// The group, for what only a client beside a server adds to it.
Command AddLog(Command root);

void AddLogVerify(Command group);
void AddLogDigest(Command group);
void AddLogReplay(Command group);
void AddLogExport(Command group);

// In the whole edition alone.
void AddLogInit(Command group);
void AddLogImport(Command group);
void AddLogMove(Command group);

// Whether a command that works on both should ask the server: as whom was said; or a server was
// named and no data directory; or there is no log in the data directory, and none was named.
bool AsksServer(const Session& session, const std::string& log = "");

// --log, as the server's setting: nothing for the log of a data directory. INVALID_ARGUMENT, reason
// BAD_KAFKA_ADDRESS.
inline constexpr const char* kLogFlagHelp =
    "where the log is: embedded, or kafka://HOST:PORT,.../PREFIX [embedded]";
Result<std::optional<log::KafkaAddress>> ParseLogFlag(const std::string& text);

// INVALID_ARGUMENT, reason IS_BACKUP, with the command for it: a backup holds a log, and more.
Result<void> RefuseBackup(const std::filesystem::path& path);

// Opens what is stored at `path` at this moment, beside a server that writes to it. Refuses a
// backup.
Result<OpenedForReading> OpenLogForReading(const std::filesystem::path& path);

// The log on Kafka that --log named, else that of the data directory. INVALID_ARGUMENT, reason
// NOT_IN_THIS_PROGRAM, of topics where the edition reads none.
Result<OpenedForReading> OpenLogOf(const Session& session, const std::string& log);

// Opens what a log is copied to: made where nothing is, and gone on with where a copy was cut
// short.
Result<std::unique_ptr<log::EventLog>> OpenTarget(const DataDirectory& data,
                                                  const std::optional<log::KafkaAddress>& kafka,
                                                  const log::v1::Founding& root);

// "registry/3/120".
std::string PositionText(const log::PartitionId& partition, log::Sequence sequence);

}  // namespace twinledger::client
