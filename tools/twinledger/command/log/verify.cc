// Verifies a log without a server and without trust in one.
//
// A pin that lies in the data directory itself proves that the founding was not replaced alone, and
// no more: who can replace both can replace all. So a log is only called valid against a hash that
// the user brings.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "platform/base/data_directory.h"
#include "platform/log/archive/verify.h"
#include "platform/log/archive/verify_readable.h"
#include "platform/server/key_files.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"
#include "twinledger/command/log/verification.h"

namespace twinledger::client {
namespace {

using Verdict = log::VerifyReport::Verdict;

struct VerifyFlags {
  std::string path;
  std::string founding_hash;
  std::string log;
};

bool IsTopics(const VerifyFlags& flags) { return !flags.log.empty() && flags.log != "embedded"; }

// Whom the verdict rests on, beside the log itself.
struct Grounds {
  log::VerifyOptions options;
  bool own_pin = false;  // The founding is held against the directory's own record alone.
  std::string unread;    // What remembers the log's reach and could not be read; else empty.
};

void AskProjections(const Session& session, const DataDirectory& data,
                    const log::Founding& founding, Grounds& grounds) {
  auto witnesses = session.edition().read_cursors(data.projections(), founding);
  if (!witnesses) {
    grounds.unread = witnesses.error().message;
  } else {
    grounds.options.witnesses = *std::move(witnesses);
  }
}

Result<void> AskPin(const DataDirectory& data, Grounds& grounds) {
  if (grounds.options.founding_hash) return {};
  TL_TRY(grounds.options.founding_hash, server::LoadPin(data));
  grounds.own_pin = grounds.options.founding_hash.has_value();
  return {};
}

// What the directory itself says of its founding, and remembers of its log.
Result<void> AskDirectory(const Session& session, const std::filesystem::path& path,
                          Grounds& grounds) {
  const DataDirectory data(path);
  std::error_code absent;
  if (!std::filesystem::is_directory(data.log(), absent)) return {};
  TL_TRY_VOID(AskPin(data, grounds));
  // Read before the log, which may grow meanwhile. A log that does not open is for VerifyLog to
  // tell of.
  const Result<OpenedForReading> opened = OpenLogForReading(path);
  if (opened.ok()) AskProjections(session, data, opened->founding, grounds);
  return {};
}

Result<log::VerifyReport> VerifyFiles(Session& session, const VerifyFlags& flags,
                                      Grounds& grounds) {
  const std::filesystem::path path =
      flags.path.empty() ? session.data_dir() : std::filesystem::path(flags.path);
  TL_TRY_VOID(RefuseBackup(path));
  TL_TRY_VOID(AskDirectory(session, path, grounds));
  RecordProgress progress(session, "verify");
  grounds.options.progress = progress.Callback();
  return log::VerifyLog(path, grounds.options);
}

// Of topics, the data directory only remembers: its pin and its projections.
Result<log::VerifyReport> VerifyTopics(Session& session, const VerifyFlags& flags,
                                       Grounds& grounds) {
  const DataDirectory data(flags.path.empty() ? session.data_dir()
                                              : std::filesystem::path(flags.path));
  TL_TRY(const OpenedForReading opened, OpenLogOf(session, flags.log));
  TL_TRY_VOID(AskPin(data, grounds));
  AskProjections(session, data, opened.founding, grounds);
  RecordProgress progress(session, "verify");
  grounds.options.progress = progress.Callback();
  return log::VerifyReadable(*opened.log, opened.founding, flags.log, grounds.options);
}

// HEAD lies beside what it vouches for, an export's manifest is signed.
bool IsUnwitnessed(const log::VerifyReport& report, const log::VerifyOptions& options) {
  return report.path.kind != log::LogPath::Kind::kExport && options.witnesses.empty();
}

// A log with no data directory around it. What once was an export may stand so, cut short and with
// a HEAD in place of its manifest.
bool IsBareLog(const log::VerifyReport& report) {
  std::error_code ignored;
  const std::filesystem::path log = std::filesystem::canonical(report.path.directory, ignored);
  return report.path.kind == log::LogPath::Kind::kEmbedded &&
         !std::filesystem::exists(DataDirectory(log.parent_path()).keys(), ignored);
}

// What was not checked is no ground for "valid".
void Miss(log::VerifyReport& report, std::string what) {
  report.missing.push_back(std::move(what));
  if (report.verdict == Verdict::kValid) report.verdict = Verdict::kIndeterminate;
}

ExitCode Verify(Session& session, const VerifyFlags& flags) {
  const Result<std::optional<crypto::Hash>> pin = ParsePin(flags.founding_hash);
  if (!pin) return session.Fail(pin.error());
  Grounds grounds;
  grounds.options.founding_hash = *pin;
  Result<log::VerifyReport> report = IsTopics(flags) ? VerifyTopics(session, flags, grounds)
                                                     : VerifyFiles(session, flags, grounds);
  if (!report) return session.Fail(report.error());
  if (grounds.own_pin) {
    Miss(*report,
         "the founding against a hash from outside: give --founding-hash (this directory's own "
         "record of it agrees, which proves nothing against who can change both)");
  }
  if (!grounds.unread.empty()) Miss(*report, grounds.unread);
  const bool unwitnessed = IsUnwitnessed(*report, grounds.options);
  if (unwitnessed && IsBareLog(*report)) {
    Miss(*report,
         "how far the log reached: nothing here attests it but HEAD, which nobody signs, and an "
         "export that was cut short and given a HEAD would look like this; verify the data "
         "directory, or an export with its manifest, or compare its positions with a receipt");
  }
  const ExitCode exit = PrintVerification(session, *report, *pin);
  if (report->verdict == Verdict::kValid && unwitnessed) {
    session.Note(
        "no projection here remembers how far the log reached, and a directory rolled back whole "
        "would look like this one: compare its positions with a receipt or an export");
  }
  return exit;
}

}  // namespace

void AddLogVerify(Command group) {
  auto flags = std::make_shared<VerifyFlags>();
  Command verify =
      group.Add("verify", "checks every byte: valid (exit 0), invalid (4) or indeterminate (6)",
                "twinledger log verify data --founding-hash HASH\n"
                "twinledger log verify out-2026-11-26 --founding-hash HASH -o json\n"
                "twinledger log verify data --log kafka://k1:9092/twinledger --founding-hash HASH");
  verify.Optional("path", flags->path,
                  "data directory, log directory or export [the data directory]");
  verify.Option("--founding-hash", flags->founding_hash,
                "name of the log, as you have it from its founding; without it nothing is valid");
  verify.Option("--log", flags->log, kLogFlagHelp);
  verify.OnRunHere([flags](Session& session) { return Verify(session, *flags); });
}

}  // namespace twinledger::client
