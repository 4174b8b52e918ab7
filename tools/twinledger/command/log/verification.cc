#include "twinledger/command/log/verification.h"

#include <fmt/format.h>

#include "twinledger/command/log/commands.h"

namespace twinledger::client {
namespace {

using Verdict = log::VerifyReport::Verdict;

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return "valid";
    case Verdict::kInvalid:
      return "invalid";
    case Verdict::kIndeterminate:
      return "indeterminate";
  }
  return "indeterminate";
}

std::string_view Name(log::LogPath::Kind kind) {
  switch (kind) {
    case log::LogPath::Kind::kEmbedded:
      return "a log in a folder";
    case log::LogPath::Kind::kExport:
      return "an export";
    case log::LogPath::Kind::kTopics:
      return "topics";
  }
  return "";
}

ExitCode ExitOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kValid:
      return ExitCode::kDone;
    case Verdict::kInvalid:
      return ExitCode::kIntegrity;
    case Verdict::kIndeterminate:
      return ExitCode::kIndeterminate;
  }
  return ExitCode::kIndeterminate;
}

Json BadPlaceJson(const log::BadPlace& bad) {
  Json json = {{"file", bad.file.string()}, {"byte", bad.byte}, {"why", bad.why}};
  // Headers, HEAD and files that are gone are of no partition: a file and a byte are a place too.
  json["position"] = bad.record ? PositionText(bad.record->partition, bad.record->first_sequence)
                                : fmt::format("{}, byte {}", bad.file.string(), bad.byte);
  return json;
}

Json VerifyReportJson(const log::VerifyReport& report, const std::optional<crypto::Hash>& pin) {
  Json json = {{"verdict", Name(report.verdict)}, {"log_id", report.log_id}};
  json["verified"] = Name(report.path.kind);
  json["founding_hash"] = report.founding_hash ? Json(crypto::Hex(*report.founding_hash)) : Json();
  json["pinned_founding_hash"] = pin ? Json(crypto::Hex(*pin)) : Json();
  std::uint64_t records = 0;
  std::uint64_t commits = 0;
  json["partitions"] = Json::array();
  for (const auto& [partition, counts] : report.partitions) {
    records += counts.records;
    commits += counts.commits;
    json["partitions"].push_back({{"stream", partition.stream},
                                  {"partition", partition.partition},
                                  {"records", counts.records},
                                  {"commits", counts.commits},
                                  {"voids", counts.voids},
                                  {"sequence", counts.sequence},
                                  {"hash", crypto::Hex(counts.hash)}});
  }
  json["records"] = records;
  json["commits"] = commits;
  json["bytes"] = report.bytes;
  json["first_bad"] = report.first_bad ? BadPlaceJson(*report.first_bad) : Json();
  json["missing"] = report.missing;
  return json;
}

// Nothing of it need be damaged: it is not the log that was meant.
bool IsOfAnotherFounding(const log::VerifyReport& report, const std::optional<crypto::Hash>& pin) {
  return pin && report.founding_hash && *pin != *report.founding_hash;
}

void SayFindings(Session& session, const log::VerifyReport& report,
                 const std::optional<crypto::Hash>& pin) {
  const bool is_another = IsOfAnotherFounding(report, pin);
  if (is_another) {
    session.Note(OtherFounding(*report.founding_hash, *pin));
    session.Note("compare the hash you typed with the one you kept, before you accuse anybody");
  }
  // What is wrong with the log as a whole stands at its directory, damage in one of its files.
  if (report.first_bad && !(is_another && report.first_bad->file == report.path.directory)) {
    session.Note(Printable(AsError(*report.first_bad).message));
  }
  SayNotChecked(session, report.missing);
}

}  // namespace

void SayNotChecked(Session& session, const std::vector<std::string>& missing) {
  for (const std::string& what : missing) session.Note(Printable("not checked: " + what));
}

std::string OtherFounding(const crypto::Hash& actual, const crypto::Hash& pin) {
  return fmt::format(
      "this log's founding hash is {}, you pinned {}: it is another log, or the hash is mistyped",
      crypto::Hex(actual), crypto::Hex(pin));
}

Result<std::optional<crypto::Hash>> ParsePin(const std::string& text) {
  if (text.empty()) return std::optional<crypto::Hash>();
  crypto::Hash hash{};
  if (crypto::ParseTypedHash(text, hash)) return std::optional(hash);
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("--founding-hash \"{}\" is not 64 hexadecimal digits, it "
                                      "has {} characters: copy it whole from where you "
                                      "keep it",
                                      text, text.size()),
               .reason = "HASH_MALFORMED",
               .metadata = {{"value", text}}};
}

ExitCode PrintVerification(Session& session, const log::VerifyReport& report,
                           const std::optional<crypto::Hash>& pin) {
  Printer printer = session.Print({.kind = "verification",
                                   .columns = {{"verdict", "verdict"},
                                               {"verified", "verified"},
                                               {"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"records", "records"},
                                               {"commits", "commits"},
                                               {"first_bad.position", "first bad position"},
                                               {"first_bad.why", "why"},
                                               {"missing", "not checked"}},
                                   .single = true});
  printer.Row(VerifyReportJson(report, pin));
  printer.Finish();
  SayFindings(session, report, pin);
  return ExitOf(report.verdict);
}

}  // namespace twinledger::client
