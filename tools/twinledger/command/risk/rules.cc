#include <fmt/format.h>

#include <memory>
#include <string>

#include "twinledger/command/risk/commands.h"

namespace twinledger::client {
namespace {

Json CaseJson(const risk::IndicatorRule& rule, const risk::v1::Case& one) {
  Json mitigations = Json::array();
  for (const auto& [id, factor] : rule.factors) {
    mitigations.push_back(factor == 0 ? fmt::format("{} clears", id)
                                      : fmt::format("{} {}", id, factor));
  }
  return {{"indicator", rule.id()},
          {"case", one.code()},
          {"points", one.points()},
          {"half_life_days", rule.data->half_life_days()},
          {"active", rule.data->active()},
          {"exposed", one.exposed()},
          {"floor", one.floor()},
          {"mitigations", mitigations},
          {"text", one.text()}};
}

ExitCode ShowRules(Session& session, const std::string& file) {
  const Result<risk::Rules> rules = RulesOf(file);
  if (!rules) return session.Fail(rules.error());
  using Kind = Column::Kind;
  Printer printer = session.Print({.kind = "cases",
                                   .columns = {{"indicator", "INDICATOR"},
                                               {"case", "CASE"},
                                               {"points", "POINTS", Kind::kNumber},
                                               {"half_life_days", "HALF-LIFE", Kind::kNumber},
                                               {"active", "ACTIVE"},
                                               {"exposed", "EXPOSED"},
                                               {"floor", "FLOOR", Kind::kNumber},
                                               {"mitigations", "MITIGATIONS"},
                                               {"text", "TEXT"}}});
  for (const risk::IndicatorRule& rule : rules->indicators()) {
    for (const risk::v1::Case& one : rule.data->cases()) printer.Row(CaseJson(rule, one));
  }
  printer.Finish({{"rule_set", rules->set().id()}, {"digest", rules->digest()}});
  if (!session.FormatIsForPrograms()) {
    session.Note(fmt::format("rule set {}, digest {}", rules->set().id(), rules->digest()));
  }
  return ExitCode::kDone;
}

}  // namespace

void AddRiskRules(Command group) {
  auto file = std::make_shared<std::string>();
  Command rules = group.Add("rules", "points, half-lives, floors and mitigations of a rule set",
                            "twinledger risk rules\n"
                            "twinledger risk rules -o json\n"
                            "twinledger risk rules --rules draft.txtpb");
  rules.Option("--rules", *file, kRulesFlagHelp);
  rules.OnRunHere([file](Session& session) { return ShowRules(session, *file); });
}

}  // namespace twinledger::client
