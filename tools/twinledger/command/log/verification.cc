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
  json["position"] = nullptr;
  if (bad.record) {
    json["position"] = PositionText(bad.record->partition, bad.record->first_sequence);
  }
  return json;
}

Json VerifyReportJson(const log::VerifyReport& report) {
  Json json = {{"verdict", Name(report.verdict)}, {"log_id", report.log_id}};
  json["founding_hash"] = report.founding_hash ? Json(crypto::Hex(*report.founding_hash)) : Json();
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

void SayFindings(Session& session, const log::VerifyReport& report) {
  if (report.first_bad) {
    session.Note(Printable(AsError(*report.first_bad).message));
  }
  for (const std::string& missing : report.missing) {
    session.Note(Printable("not checked: " + missing));
  }
}

}  // namespace

Result<std::optional<crypto::Hash>> ParsePin(const std::string& text) {
  if (text.empty()) return std::optional<crypto::Hash>();
  crypto::Hash hash{};
  if (crypto::ParseHash(text, hash)) return std::optional(hash);
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format(
                   "--founding-hash \"{}\" is not 64 lower-case hexadecimal digits", text),
               .reason = "HASH_MALFORMED",
               .metadata = {{"value", text}}};
}

ExitCode PrintVerification(Session& session, const log::VerifyReport& report) {
  Printer printer = session.Print({.kind = "verification",
                                   .columns = {{"verdict", "verdict"},
                                               {"log_id", "log id"},
                                               {"founding_hash", "founding hash"},
                                               {"records", "records"},
                                               {"commits", "commits"},
                                               {"first_bad.position", "first bad position"},
                                               {"first_bad.why", "why"},
                                               {"missing", "not checked"}},
                                   .single = true});
  printer.Row(VerifyReportJson(report));
  printer.Finish();
  SayFindings(session, report);
  return ExitOf(report.verdict);
}

}  // namespace twinledger::client
