// Moves a log that grew in a data directory to Kafka: copied, compared, and then ended at its
// source, so that it cannot go on in two places.
//
//   log/ --copy--> topics; closing commits --> log/; log/ is renamed to log.moved/
//
// Every step can be done again after a crash. The source is held open all the while: no server can
// write to it.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "platform/base/data_directory.h"
#include "platform/crypto/system_random.h"
#include "platform/log/archive/close_log.h"
#include "platform/log/archive/copy_log.h"
#include "platform/log/archive/log_path.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/server/key_files.h"
#include "platform/server/log_place.h"
#include "platform/server/open_log.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;

struct Moved {
  log::Founding founding;
  log::CopyReport copy;
  fs::path kept;  // The source, closed.
};

Error BadTarget(const std::string& to) {
  return {Code::kInvalidArgument,
          fmt::format("--to \"{}\": a log moves to Kafka: write kafka://HOST:PORT,.../PREFIX; "
                      "elsewhere it goes by `twinledger log export` and `import`",
                      to),
          "BAD_TARGET",
          {{"to", to}}};
}

Error NothingToMove(const DataDirectory& data) {
  return {Code::kNotFound,
          data.log().string() + ": there is no embedded log; name the data directory that has one",
          "LOG_MISSING",
          {{"data_dir", data.root().string()}}};
}

// What this directory has of the log from now on is its keys.
Result<void> LeaveSource(const DataDirectory& data, const fs::path& kept,
                         const std::string& prefix) {
  std::error_code error;
  // They know where records stood, and are built again from the topics.
  fs::remove_all(data.projections(), error);
  if (!error) fs::rename(data.log(), kept, error);
  if (!error) return server::StoreTopicPrefix(data, prefix);
  return Error{Code::kInternal,
               fmt::format("the log is moved and closed, but {} cannot be renamed to {}: {}; do it "
                           "by hand",
                           data.log().string(), kept.string(), error.message()),
               "FILE_ERROR",
               {{"folder", data.log().string()}}};
}

Result<Moved> MoveLog(Session& session, const std::string& to) {
  TL_TRY(const std::optional<log::KafkaAddress> kafka, ParseLogFlag(to));
  if (!kafka) return BadTarget(to);
  const DataDirectory data(session.data_dir());
  TL_TRY_VOID(server::CheckLogPlace(data, std::nullopt));
  if (!server::HoldsAnything(data.log())) return NothingToMove(data);
  Moved moved;
  moved.kept = data.root() / "log.moved";
  TL_TRY(const std::optional<crypto::Hash> pin, server::LoadPin(data));
  TL_TRY(std::unique_ptr<log::EmbeddedLog> source, log::EmbeddedLog::Open(data.log()));
  TL_TRY(moved.founding, log::FindFounding(*source, pin));
  const auto& streams = moved.founding.root.streams();
  // Without them the source could not be ended.
  TL_TRY(const server::Keys keys, server::LoadKeys(data, {streams.begin(), streams.end()}));
  {
    TL_TRY(const auto target, OpenTarget(data, kafka, moved.founding.root));
    RecordProgress progress(session, "move");
    TL_TRY(moved.copy, log::CopyLog(*source, moved.founding, *target, log::Closing::kLeftOut,
                                    progress.Callback()));
  }
  crypto::SystemRandom random;
  TL_TRY_VOID(log::CloseLog(*source, moved.founding, keys.writers,
                            fmt::format("kafka://{}/{}", kafka->brokers, kafka->prefix),
                            session.clock(), random));
  source.reset();
  TL_TRY_VOID(LeaveSource(data, moved.kept, kafka->prefix));
  return moved;
}

ExitCode Move(Session& session, const std::string& to) {
  const Result<Moved> moved = MoveLog(session, to);
  if (!moved) return session.Fail(moved.error());
  Printer printer = session.Print({.kind = "move",
                                   .columns = {{"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"records", "records"},
                                               {"existing", "there before"},
                                               {"source", "closed source"}},
                                   .single = true});
  printer.Row({{"log_id", moved->founding.root.log_id()},
               {"founding_hash", crypto::Hex(moved->founding.root_hash)},
               {"records", moved->copy.records},
               {"existing", moved->copy.existing},
               {"source", moved->kept.string()}});
  printer.Finish();
  session.Note(fmt::format("serve it with twinledgerd --data-dir {} --log {}",
                           session.data_dir().string(), to));
  return ExitCode::kDone;
}

}  // namespace

void AddLogMove(Command group) {
  auto to = std::make_shared<std::string>();
  Command command =
      group.Add("move", "moves the log of a data directory to Kafka, and ends it where it was",
                "twinledger log move --data-dir data --to kafka://k1:9092,k2:9092/twinledger");
  command.Option("--to", *to, "kafka://HOST:PORT,.../PREFIX");
  command.OnRunHere([to](Session& session) { return Move(session, *to); });
}

}  // namespace twinledger::client
