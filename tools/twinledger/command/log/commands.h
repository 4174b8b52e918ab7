// The commands on the log itself: on a data directory or an export on this machine, without a
// server; replay, export and digest also against one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/log/archive/accepted_records.h"
#include "platform/log/chain.h"
#include "platform/log/embedded/embedded_log.h"
#include "twinledger/command/program.h"
#include "twinledger/command/session.h"

namespace twinledger::client {

void AddLog(Command root);

void AddLogInit(Command group);
void AddLogVerify(Command group);
void AddLogDigest(Command group);
void AddLogReplay(Command group);
void AddLogExport(Command group);
void AddLogImport(Command group);

// Whether a command that works on both should ask the server: as whom was said; or a server was
// named and no data directory; or there is no log in the data directory.
bool AsksServer(const Session& session);

// INVALID_ARGUMENT, reason IS_BACKUP, with the command for it: a backup holds a log, and more.
Result<void> RefuseBackup(const std::filesystem::path& path);

struct OpenedForReading {
  std::unique_ptr<log::EmbeddedLog> log;
  log::Founding founding;
};

// Opens what is stored at `path` at this moment, beside a server that writes to it. Refuses a
// backup.
Result<OpenedForReading> OpenLogForReading(const std::filesystem::path& path);

// "registry/3/120".
std::string PositionText(const log::PartitionId& partition, log::Sequence sequence);

}  // namespace twinledger::client
