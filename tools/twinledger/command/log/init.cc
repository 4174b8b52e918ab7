#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/base/whole_number.h"
#include "platform/crypto/system_random.h"
#include "platform/log/founding.h"
#include "platform/server/open_log.h"
#include "twinledger/command/log/commands.h"

namespace twinledger::client {
namespace {

struct InitFlags {
  std::string log;
  std::string partitions;
};

// 0 where none are asked for.
Result<std::uint32_t> ParsePartitions(const std::string& text) {
  if (text.empty()) return 0;
  const auto partitions = WholeNumber<std::uint32_t>(text);
  if (partitions && *partitions >= 1 && *partitions <= log::kPartitionsMax) return *partitions;
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("--partitions \"{}\" is not a number from 1 to {}", text,
                                      log::kPartitionsMax),
               .reason = "PARTITIONS_MALFORMED"};
}

Result<server::OpenedLog> Found(Session& session, const DataDirectory& data,
                                const InitFlags& flags) {
  server::OpenLogOptions options;
  TL_TRY(options.kafka, ParseLogFlag(flags.log));
  TL_TRY(options.partitions, ParsePartitions(flags.partitions));
  crypto::SystemRandom random;
  return server::FoundDataDirectory(data, options, session.clock(), random);
}

ExitCode Init(Session& session, const InitFlags& flags) {
  const DataDirectory data(session.data_dir());
  const Result<server::OpenedLog> opened = Found(session, data, flags);
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
  auto flags = std::make_shared<InitFlags>();
  Command init =
      group.Add("init", "founds a new log: in a data directory, or on Kafka with its keys in one",
                "twinledger log init\n"
                "twinledger log init --data-dir /var/lib/twinledger/data\n"
                "twinledger log init --data-dir /var/lib/twinledger/data --partitions 8\n"
                "twinledger log init --data-dir /var/lib/twinledger/data --log "
                "kafka://k1:9092,k2:9092/twinledger");
  init.Option("--log", flags->log, kLogFlagHelp);
  init.Option("--partitions", flags->partitions,
              "of each stream, for ever, 1 to 256 [1 in a data directory, 8 on Kafka]");
  init.OnRunHere([flags](Session& session) { return Init(session, *flags); });
}

}  // namespace twinledger::client
