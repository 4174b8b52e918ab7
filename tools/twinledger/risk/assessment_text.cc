#include "twinledger/risk/assessment_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "risk/domain/day.h"
#include "risk/domain/decay.h"
#include "twinledger/output/terminal.h"
#include "twinledger/risk/assessment_json.h"

namespace twinledger::client {
namespace {

constexpr std::int64_t kOne = 1000;

std::string Ids(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  return Printable(fmt::format("{}", fmt::join(ids, ", ")));
}

std::string AgeText(const risk::v1::Line& line, const risk::v1::Indicator& indicator) {
  if (line.decay() == risk::kNoDecay) return "";
  const std::int64_t left = line.decay() * kOne >> risk::kDecayBits;
  return fmt::format(" x {} ({} days old, half-life {})", Thousandths(left), line.age_days(),
                     indicator.half_life_days());
}

std::string ValueText(const risk::v1::Line& line, const risk::v1::Indicator& indicator) {
  if (line.has_cents()) {
    return fmt::format("NZ${}.{:02} after decay and mitigation, on the curve: {}",
                       line.cents() / 100, line.cents() % 100, Thousandths(line.value()));
  }
  std::string text = Thousandths(line.points());
  if (line.exposure_permille() != kOne) {
    text += fmt::format(" x {} (exposure)", Thousandths(line.exposure_permille()));
  }
  if (line.mitigation_permille() != kOne) {
    text += fmt::format(" x {} (mitigation)", Thousandths(line.mitigation_permille()));
  }
  text += AgeText(line, indicator);
  return fmt::format("{} = {}", text, Thousandths(line.value()));
}

std::string LineText(const risk::v1::Line& line, const risk::Rules& rules) {
  const risk::IndicatorRule& rule = *rules.Find(line.indicator());
  std::string text = fmt::format("  {} {:>8}  {}: {}\n", line.indicator(), Thousandths(line.net()),
                                 rule.cases.find(line.case_())->second->text(), Ids(line.facts()));
  text += fmt::format("               {}", ValueText(line, *rule.data));
  if (line.rank() > 1) {
    text += fmt::format("; number {} of {}, counts {}", line.rank(), line.indicator(),
                        Thousandths(line.net()));
  }
  return text + "\n";
}

std::string ActionText(const risk::v1::Reduction& one, const risk::Rules& rules) {
  const auto mitigation = [&] {
    return fmt::format("{} ({})", one.mitigation(), rules.FindMitigation(one.mitigation())->text());
  };
  if (one.kind() == risk::v1::REDUCTION_KIND_VERIFY) {
    return fmt::format("have a second person check {} as claimed for {}", mitigation(),
                       Ids(one.facts()));
  }
  if (one.kind() == risk::v1::REDUCTION_KIND_MITIGATE) {
    return fmt::format("{} for {}, checked by a second person", mitigation(), Ids(one.facts()));
  }
  if (one.kind() == risk::v1::REDUCTION_KIND_END) {
    return fmt::format("do what {} waits for", Ids(one.facts()));
  }
  return "file the records that are missing";
}

std::string Fall(std::int64_t drop) { return (drop > 0 ? "-" : "") + Thousandths(drop); }

std::string LinesText(const risk::v1::Assessment& assessment, const risk::Rules& rules) {
  std::string text = "\nWhat it is made of:\n";
  for (const risk::v1::Line& line : assessment.lines()) text += LineText(line, rules);
  if (assessment.lines().empty()) text += "  nothing\n";
  if (!assessment.suppressed().empty()) {
    text += fmt::format("  cleared by mitigations: {}\n", Ids(assessment.suppressed()));
  }
  text += "\nBy category:\n";
  for (int i = 0; i < assessment.categories_size(); ++i) {
    const risk::v1::CategorySum& sum = assessment.categories(i);
    if (sum.sum() == 0) continue;
    const risk::v1::Category& category = rules.set().categories(i);
    text += fmt::format("  {}  {:>8}  of at most {}, {}", category.id(), Thousandths(sum.capped()),
                        Thousandths(category.cap()), category.text());
    if (sum.sum() != sum.capped()) text += fmt::format(" (cut from {})", Thousandths(sum.sum()));
    text += "\n";
  }
  return text;
}

std::string FloorsText(const risk::v1::Assessment& assessment) {
  if (assessment.floors().empty()) return "\nNo floor is in force.\n";
  std::string text = "\nFloors in force:\n";
  for (const risk::v1::FloorInForce& floor : assessment.floors()) {
    text += fmt::format("     {:>8}  {}{}{}\n", Thousandths(floor.floor()), floor.cause(),
                        floor.fact().empty() ? "" : ": ", Printable(floor.fact()));
  }
  return text;
}

std::string ActionsText(const risk::v1::Assessment& assessment, const risk::Rules& rules) {
  if (assessment.reductions().empty()) return "\nNothing that can be done today lowers it.\n";
  std::string text = "\nWhat lowers it most:\n";
  for (const risk::v1::Reduction& one : assessment.reductions()) {
    text += fmt::format("     {:>8}  {}\n", Fall(one.drop()), ActionText(one, rules));
    if (one.drop() != one.uncapped_drop()) {
      text += fmt::format("               {} before caps and floors\n", Fall(one.uncapped_drop()));
    }
  }
  return text;
}

std::string OutcomesText(const risk::v1::Assessment& assessment, const risk::Rules& rules) {
  std::string text;
  for (const risk::v1::IndicatorOutcome& outcome : assessment.outcomes()) {
    const bool open = outcome.outcome() == risk::v1::OUTCOME_UNKNOWN ||
                      outcome.outcome() == risk::v1::OUTCOME_ERROR || !outcome.events().empty();
    if (!open) continue;
    text += fmt::format("  {}  {}{}{}\n", outcome.indicator(),
                        rules.Find(outcome.indicator())->data->text(),
                        outcome.events().empty() ? "" : ": ", Ids(outcome.events()));
  }
  return text.empty() ? text : "\nNot known, to be found out:\n" + text;
}

// The whole sum, so that anybody can add it up.
std::string AssuranceText(const risk::v1::AssuranceSum& sum, const risk::v1::AssuranceRule& rule) {
  return fmt::format(
      "Assurance {}: A {}, that is {} less {} x {} for late or missing records, {} x {} for "
      "unverified claims and {} x {} for overdue actions, and {} x {} more for credits; from 0 to "
      "{}\n",
      sum.a() / kOne, Thousandths(sum.a()), Thousandths(rule.start()), rule.per_point(),
      Thousandths(sum.transparency()), sum.unverified(), Thousandths(rule.unverified()),
      sum.overdue_actions(), Thousandths(rule.overdue()), sum.credits(), Thousandths(rule.credit()),
      rule.start() / kOne);
}

}  // namespace

std::string Thousandths(std::int64_t number) {
  return fmt::format("{}.{:03}", number / kOne, number % kOne);
}

std::string AssessmentText(const risk::v1::Assessment& assessment, const risk::Rules& rules) {
  std::string text = fmt::format("{}, {}: R {}, {} before caps and floors\n",
                                 WordOf(assessment.band()), assessment.r() / kOne,
                                 Thousandths(assessment.r()), Thousandths(assessment.uncapped()));
  text += AssuranceText(assessment.assurance(), rules.set().assurance());
  text += fmt::format(
      "Records {}; as of {}, by {} ({})\n",
      assessment.records() == risk::v1::RECORDS_INSUFFICIENT ? "INSUFFICIENT" : "SUFFICIENT",
      risk::ToText(assessment.as_of()), assessment.rule_set_id(), assessment.rule_set_digest());
  if (assessment.partial()) text += "PARTIAL: something could not be looked for\n";
  return text + LinesText(assessment, rules) + FloorsText(assessment) +
         ActionsText(assessment, rules) + OutcomesText(assessment, rules);
}

}  // namespace twinledger::client
