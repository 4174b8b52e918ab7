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
#include "twinledger/witness/cursors.h"

namespace twinledger::client {
namespace {

using Verdict = log::VerifyReport::Verdict;

struct VerifyFlags {
  std::string path;
  std::string founding_hash;
  std::string log;
};

bool IsTopics(const VerifyFlags& flags) { return !flags.log.empty() && flags.log != "embedded"; }

// What the directory itself says of its founding, and remembers of its log.
Result<void> AskDirectory(const std::filesystem::path& path, log::VerifyOptions& options,
                          bool& own_pin) {
  const DataDirectory data(path);
  std::error_code absent;
  if (!std::filesystem::is_directory(data.log(), absent)) return {};
  if (!options.founding_hash) {
    TL_TRY(options.founding_hash, server::LoadPin(data));
    own_pin = options.founding_hash.has_value();
  }
  // Read before the log, which may grow meanwhile. A log that does not open is for VerifyLog to
  // tell of.
  const Result<OpenedForReading> opened = OpenLogForReading(path);
  if (opened.ok()) options.witnesses = ReadCursors(data.projections(), opened->founding);
  return {};
}

Result<log::VerifyReport> VerifyFiles(Session& session, const VerifyFlags& flags,
                                      log::VerifyOptions& options, bool& own_pin) {
  const std::filesystem::path path =
      flags.path.empty() ? session.data_dir() : std::filesystem::path(flags.path);
  TL_TRY_VOID(RefuseBackup(path));
  TL_TRY_VOID(AskDirectory(path, options, own_pin));
  RecordProgress progress(session, "verify");
  options.progress = progress.Callback();
  return log::VerifyLog(path, options);
}

// Of topics, the data directory only remembers: its pin and its projections.
Result<log::VerifyReport> VerifyTopics(Session& session, const VerifyFlags& flags,
                                       log::VerifyOptions& options, bool& own_pin) {
  const DataDirectory data(flags.path.empty() ? session.data_dir()
                                              : std::filesystem::path(flags.path));
  TL_TRY(const OpenedForReading opened, OpenLogOf(session, flags.log));
  if (!options.founding_hash) {
    TL_TRY(options.founding_hash, server::LoadPin(data));
    own_pin = options.founding_hash.has_value();
  }
  options.witnesses = ReadCursors(data.projections(), opened.founding);
  RecordProgress progress(session, "verify");
  options.progress = progress.Callback();
  return log::VerifyReadable(*opened.log, opened.founding, flags.log, options);
}

// HEAD lies beside what it vouches for, an export's manifest is signed.
bool IsUnwitnessed(const log::VerifyReport& report, const log::VerifyOptions& options) {
  return report.path.kind != log::LogPath::Kind::kExport && options.witnesses.empty();
}

ExitCode Verify(Session& session, const VerifyFlags& flags) {
  const Result<std::optional<crypto::Hash>> pin = ParsePin(flags.founding_hash);
  if (!pin) return session.Fail(pin.error());
  bool own_pin = false;
  log::VerifyOptions options;
  options.founding_hash = *pin;
  Result<log::VerifyReport> report = IsTopics(flags)
                                         ? VerifyTopics(session, flags, options, own_pin)
                                         : VerifyFiles(session, flags, options, own_pin);
  if (!report) return session.Fail(report.error());
  if (own_pin) {
    report->missing.push_back(
        "the founding against a hash from outside: give --founding-hash (this directory's own "
        "record of it agrees, which proves nothing against who can change both)");
    if (report->verdict == Verdict::kValid) report->verdict = Verdict::kIndeterminate;
  }
  const ExitCode exit = PrintVerification(session, *report, *pin);
  if (report->verdict == Verdict::kValid && IsUnwitnessed(*report, options)) {
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
