// Scores a file of facts: what anybody does to check an assessment.
#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "platform/base/whole_file.h"
#include "platform/crypto/hash.h"
#include "risk/domain/assess.h"
#include "risk/domain/canonical_json.h"
#include "twinledger/command/risk/commands.h"
#include "twinledger/risk/assessment_json.h"
#include "twinledger/risk/assessment_text.h"
#include "twinledger/risk/input_json.h"

namespace twinledger::client {
namespace {

struct EvaluateFlags {
  std::string input;
  std::string rules;
  bool receipt = false;
};

void PrintLines(Session& session, const risk::v1::Assessment& assessment) {
  using Kind = Column::Kind;
  Printer printer = session.Print({.kind = "lines",
                                   .columns = {{"indicator", "INDICATOR"},
                                               {"facts", "FACTS"},
                                               {"cents", "CENTS", Kind::kNumber},
                                               {"points", "POINTS", Kind::kNumber},
                                               {"exposure", "EXPOSURE", Kind::kNumber},
                                               {"mitigation", "MITIGATION", Kind::kNumber},
                                               {"age", "AGE", Kind::kNumber},
                                               {"decay", "DECAY", Kind::kNumber},
                                               {"value", "VALUE", Kind::kNumber},
                                               {"rank", "RANK", Kind::kNumber},
                                               {"net", "NET", Kind::kNumber}}});
  for (const risk::v1::Line& line : assessment.lines()) printer.Row(LineJson(line));
  printer.Finish();
}

// JSON is the assessment alone, so that it compares whole with one that somebody else computed.
void Print(Session& session, const risk::v1::Assessment& assessment, const risk::Rules& rules) {
  switch (session.format()) {
    case Format::kTable:
      session.terminal().out << AssessmentText(assessment, rules);
      return;
    case Format::kJson:
      session.terminal().out << AssessmentJson(assessment).dump(2) << '\n';
      return;
    case Format::kJsonLines:
    case Format::kCsv:
      PrintLines(session, assessment);
      return;
  }
}

ExitCode Evaluate(Session& session, const EvaluateFlags& flags) {
  if (flags.input.empty()) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "--input is missing: give the file to score",
                              .reason = "INPUT_MISSING"});
  }
  const Result<risk::Rules> rules = RulesOf(flags.rules);
  if (!rules) return session.Fail(rules.error());
  const Result<std::string> text = flags.input == "-"
                                       ? std::string(std::istreambuf_iterator<char>(std::cin), {})
                                       : ReadWholeFile(flags.input);
  if (!text) return session.Fail(text.error());
  const Result<risk::v1::ScoringInput> input = ReadScoringInput(*text, *rules);
  if (!input) return session.Fail(input.error());
  const Result<risk::v1::Assessment> assessment = risk::Assess(*input, *rules);
  if (!assessment) return session.Fail(assessment.error());
  if (flags.receipt) {
    const std::string receipt = risk::CanonicalJson(*assessment);
    session.terminal().out << receipt << '\n';
    session.Note("SHA-256 of it, without the line's end: " + crypto::Hex(crypto::Sha256(receipt)));
    return ExitCode::kDone;
  }
  Print(session, *assessment, *rules);
  return ExitCode::kDone;
}

}  // namespace

void AddRiskEvaluate(Command group) {
  auto flags = std::make_shared<EvaluateFlags>();
  Command evaluate = group.Add("evaluate", "scores a file of facts, and shows the working",
                               "twinledger risk evaluate --input facts.json\n"
                               "twinledger risk evaluate --input facts.json -o json\n"
                               "twinledger risk evaluate --input facts.json --rules draft.txtpb\n"
                               "twinledger risk evaluate --input facts.json --receipt");
  evaluate.Option("--input", flags->input,
                  "facts to score, in JSON (docs/guides/risk.md); - for standard input");
  evaluate.Option("--rules", flags->rules, kRulesFlagHelp);
  evaluate.Flag("--receipt", flags->receipt,
                "the whole assessment in canonical JSON, whose SHA-256 names it");
  evaluate.OnRunHere([flags](Session& session) { return Evaluate(session, *flags); });
}

}  // namespace twinledger::client
