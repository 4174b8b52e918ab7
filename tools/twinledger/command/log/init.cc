#include <fmt/format.h>

#include <memory>

#include "platform/base/data_directory.h"
#include "platform/crypto/system_random.h"
#include "platform/server/open_log.h"
#include "twinledger/command/log/commands.h"

namespace twinledger::client {
namespace {

Result<server::OpenedLog> Found(Session& session, const DataDirectory& data,
                                const std::string& log) {
  server::OpenLogOptions options;
  TL_TRY(options.kafka, ParseLogFlag(log));
  crypto::SystemRandom random;
  return server::FoundDataDirectory(data, options, session.clock(), random);
}

ExitCode Init(Session& session, const std::string& log) {
  const DataDirectory data(session.data_dir());
  const Result<server::OpenedLog> opened = Found(session, data, log);
  if (!opened) return session.Fail(opened.error());
  const log::Founding& founding = opened->founding;
  Json streams = Json::array();
  for (const std::string& stream : founding.root.streams()) streams.push_back(stream);
  Printer printer = session.Print({.kind = "founding",
                                   .columns = {{"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"streams", "streams"},
                                               {"partitions", "partitions"},
                                               {"recovery_key", "recovery key"}},
                                   .single = true});
  printer.Row({{"log_id", founding.root.log_id()},
               {"founding_hash", crypto::Hex(founding.root_hash)},
               {"streams", streams},
               {"partitions", founding.root.partitions()},
               {"recovery_key", (data.keys() / "recovery.pem").string()}});
  printer.Finish();
  session.Note(
      "keep the founding hash where the operator cannot change it: it names this log for "
      "everyone who verifies it");
  session.Note("move the recovery key offline: it alone can enrol or retire writer keys");
  return ExitCode::kDone;
}

}  // namespace

void AddLogInit(Command group) {
  auto log = std::make_shared<std::string>();
  Command init =
      group.Add("init", "founds a new log: in a data directory, or on Kafka with its keys in one",
                "twinledger log init\n"
                "twinledger log init --data-dir /var/lib/twinledger/data\n"
                "twinledger log init --data-dir /var/lib/twinledger/data --log "
                "kafka://k1:9092,k2:9092/twinledger");
  init.Option("--log", *log, kLogFlagHelp);
  init.OnRunHere([log](Session& session) { return Init(session, *log); });
}

}  // namespace twinledger::client
