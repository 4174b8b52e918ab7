// What a score is made of, in words: lines that anybody can add up, the records behind each, what
// lowers it, and what is not known.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "risk/domain/canonical_json.h"
#include "risk/domain/day.h"
#include "risk/rules/built_in.h"
#include "twinledger/command/connect.h"
#include "twinledger/command/registry/read.h"
#include "twinledger/command/risk/commands.h"
#include "twinledger/command/risk/subject.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/risk/assessment_json.h"
#include "twinledger/risk/assessment_text.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::client {
namespace {

using risk::v1::GetAssessmentResponse;

struct ExplainFlags {
  SubjectFlags subject;
  ReadFlags read;
  std::string day;
};

Result<std::optional<risk::Day>> DayOf(const std::string& text) {
  if (text.empty()) return std::optional<risk::Day>();
  if (const std::optional<risk::Day> day = risk::ParseDay(text)) return day;
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("--day \"{}\" is no date: want one such as 2026-06-30", text),
               .reason = "DAY_MALFORMED",
               .metadata = {{"value", text}}};
}

// The last word of a resource name, and its commits.
std::string RecordText(const risk::v1::RecordSource& record) {
  return fmt::format("{} ({})", Printable(record.record()),
                     Printable(fmt::format("{}", fmt::join(record.commits(), ", "))));
}

std::string SourcesText(const GetAssessmentResponse& answer) {
  if (answer.sources().empty()) return "";
  std::string text = "\nWhere it comes from:\n";
  for (const risk::v1::FactSource& source : answer.sources()) {
    text += fmt::format("  {}\n", Printable(source.fact()));
    for (const risk::v1::RecordSource& record : source.records()) {
      text += fmt::format("      {}\n", RecordText(record));
    }
  }
  return text;
}

std::string RelationshipsText(const GetAssessmentResponse& answer) {
  if (answer.relationships().empty()) return "";
  std::string text = fmt::format(
      "\nA council's R is that of its highest relationship, {}; its A is of the facts of all:\n",
      Printable(answer.highest_relationship()));
  for (const risk::v1::RelationshipScore& one : answer.relationships()) {
    text += fmt::format("  {:<9} R {:>7}  A {:>7}  {}\n", WordOf(one.band()), Thousandths(one.r()),
                        Thousandths(one.a()), Printable(one.name()));
  }
  return text;
}

std::string PendingText(const GetAssessmentResponse& answer) {
  if (answer.pending_retractions().empty()) return "";
  std::string text = "\nRetraction awaits a second person, until then these count:\n";
  for (const std::string& record : answer.pending_retractions()) {
    text += fmt::format("  {}\n", Printable(record));
  }
  const std::int64_t more = answer.pending_retraction_count() - answer.pending_retractions_size();
  return more > 0 ? fmt::format("{}  and {} more\n", text, more) : text;
}

std::string NotExtractedText(const GetAssessmentResponse& answer, const risk::Rules& rules) {
  if (answer.not_extracted().empty()) return "";
  std::string text =
      "\nNot extracted: nobody looks for these yet, so the score says nothing of them:\n";
  for (const std::string& id : answer.not_extracted()) {
    const risk::IndicatorRule* const rule = rules.Find(id);
    text += fmt::format("  {}  {}\n", id, rule == nullptr ? "" : rule->data->text());
  }
  return text;
}

std::string ReceiptText(const GetAssessmentResponse& answer) {
  if (!answer.has_receipt()) return "\nNo receipt is recorded.\n";
  const risk::v1::AssessmentReceipt& receipt = answer.receipt();
  std::string positions;
  for (const auto& at : receipt.positions().positions()) {
    positions += fmt::format(" {}/{}/{}", at.stream(), at.partition(), at.sequence());
  }
  return fmt::format(
      "\nLast receipt: {} of {}, {}, R {}, read up to{}\n  assessment {}\n  facts      {}{}\n",
      Printable(receipt.receipt()), risk::ToText(receipt.as_of()), WordOf(receipt.band()),
      Thousandths(receipt.r()), Printable(positions), receipt.assessment_sha256(),
      receipt.facts_sha256(),
      receipt.facts_sha256() == answer.facts_sha256() ? " (as now)"
                                                      : " (not as now: what is scored differs)");
}

std::string ExplainText(const GetAssessmentResponse& answer, const risk::Rules& rules) {
  return fmt::format("{}\n", Printable(answer.name())) +
         AssessmentText(answer.assessment(), rules) + SourcesText(answer) + PendingText(answer) +
         RelationshipsText(answer) + NotExtractedText(answer, rules) + ReceiptText(answer);
}

Json ExplainJson(const GetAssessmentResponse& answer) {
  Json json = ToJson(answer);
  json["assessment"] = AssessmentJson(answer.assessment());
  json["assessment"]["rule_set_id"] = answer.assessment().rule_set_id();
  json["assessment"]["rule_set_digest"] = answer.assessment().rule_set_digest();
  json["assessment"]["engine_version"] = answer.assessment().engine_version();
  json["assessment"]["as_of"] = risk::ToText(answer.assessment().as_of());
  json["assessment"]["outcomes"] = ToJson(answer.assessment())["outcomes"];
  json["assessment"]["reductions"] = ToJson(answer.assessment())["reductions"];
  json["receipt"] = answer.has_receipt() ? ReceiptJson(answer.receipt()) : Json();
  json.erase("read_position");
  return json;
}

// What the server computed is what the hash that it tells says.
Result<void> CheckHash(const GetAssessmentResponse& answer) {
  const std::string digest = risk::CanonicalDigest(answer.assessment());
  if (digest == answer.assessment_sha256()) return {};
  return Error{.code = Code::kDataLoss,
               .message = fmt::format("the assessment has SHA-256 {}, and the server says {}: ask "
                                      "again, and tell the operator if it stays so",
                                      digest, answer.assessment_sha256()),
               .reason = "HASH_DIFFERS",
               .metadata = {{"computed", digest}, {"told", answer.assessment_sha256()}}};
}

Result<void> CheckRules(const GetAssessmentResponse& answer, const risk::Rules& rules) {
  if (answer.assessment().rule_set_digest() == rules.digest()) return {};
  return Error{.code = Code::kFailedPrecondition,
               .message = fmt::format("the server scores by rule set {}, digest {}, which this "
                                      "client has not got: use -o json, or a client of its version",
                                      answer.assessment().rule_set_id(),
                                      answer.assessment().rule_set_digest()),
               .reason = "OTHER_RULES",
               .metadata = {{"rule_set_digest", answer.assessment().rule_set_digest()}}};
}

ExitCode Print(Session& session, const GetAssessmentResponse& answer, const Json& facts) {
  if (const Result<void> sound = CheckHash(answer); !sound) return session.Fail(sound.error());
  if (!session.FormatIsForPrograms()) {
    if (const Result<void> known = CheckRules(answer, risk::Tl1()); !known) {
      return session.Fail(known.error());
    }
    session.terminal().out << ExplainText(answer, risk::Tl1());
    if (facts["incomplete"].get<bool>()) {
      session.Note("incomplete: the server needs a newer program to read some of these records");
    }
    return ExitCode::kDone;
  }
  Printer printer = session.Print({.kind = "assessments",
                                   .columns = {{"name", "NAME"},
                                               {"assessment.as_of", "DAY"},
                                               {"assessment.band", "BAND"},
                                               {"assessment.r", "R", Column::Kind::kNumber},
                                               {"assessment.a", "A", Column::Kind::kNumber},
                                               {"assessment_sha256", "SHA-256"}},
                                   .single = true});
  Json row = ExplainJson(answer);
  row.update(facts);
  printer.Row(row);
  printer.Finish();
  return ExitCode::kDone;
}

ExitCode Explain(Session& session, const ExplainFlags& flags) {
  const Result<std::string> name = SubjectName(flags.subject);
  if (!name) return session.Fail(name.error());
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags.read);
  if (!options) return session.Fail(options.error());
  const Result<std::optional<risk::Day>> day = DayOf(flags.day);
  if (!day) return session.Fail(day.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  risk::v1::GetAssessmentRequest request;
  request.set_name(*name);
  *request.mutable_read_options() = *options;
  if (*day) request.set_day(**day);
  GetAssessmentResponse answer;
  const Result<void> asked =
      (*connection)->Call(std::string(kRiskService) + "GetAssessment", request, answer);
  if (!asked) return session.Fail(asked.error());
  return Print(session, answer, ReadFacts(session, flags.read, answer.read_position()));
}

}  // namespace

void AddRiskExplain(Command group) {
  auto flags = std::make_shared<ExplainFlags>();
  Command explain = group.Add(
      "explain", "what a relationship's or a council's score is made of, and the records behind it",
      "twinledger risk explain wellington-city\n"
      "twinledger risk explain councils/wellington-city/relationships/UUID\n"
      "twinledger risk explain UUID --council wellington-city --as-of 2026-06-30\n"
      "twinledger risk explain wellington-city --day 2030-01-01");
  AddSubject(explain, flags->subject);
  AddAsOf(explain, flags->read);
  explain.Option("--day", flags->day,
                 "score as of this day, with what is recorded [that of --as-of, else today]");
  explain.OnRun([flags](Session& session) { return Explain(session, *flags); });
}

}  // namespace twinledger::client
