#include "platform/log/founding.h"
#include "platform/log/kafka/kafka_log.h"
#include "platform/server/open_log.h"
#include "twinledger/command/edition.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/witness/cursors.h"

namespace twinledger::client {
namespace {

void AddKeeping(Command root, Command log) {
  AddLogInit(log);
  AddLogImport(log);
  AddLogMove(log);
  AddBackup(root);
  AddReplica(root);
}

Result<OpenedForReading> OpenTopics(const log::KafkaAddress& address) {
  OpenedForReading opened;
  const std::vector<std::string>& streams = server::FoundingStreams();
  TL_TRY(opened.log, log::KafkaLog::Open(address, {streams, 0}));
  TL_TRY(opened.founding, log::ReadFounding(*opened.log, {streams.front(), 0}, std::nullopt));
  return opened;
}

Result<std::vector<log::Witness>> ReadAllCursors(const std::filesystem::path& projections,
                                                 const log::Founding& founding) {
  return ReadCursors(projections, founding);
}

}  // namespace

const Edition kWholeEdition = {AddKeeping, OpenTopics, ReadAllCursors};

}  // namespace twinledger::client
