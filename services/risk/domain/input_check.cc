#include "risk/domain/input_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "risk/domain/bounds.h"
#include "risk/domain/day.h"

namespace twinledger::risk {
namespace {

class InputCheck {
 public:
  InputCheck(const v1::ScoringInput& input, const Rules& rules, Findings& findings)
      : input_(input), rules_(rules), findings_(findings) {}

  void Run() {
    if (!input_.has_as_of()) {
      findings_.Add("as_of", "is missing: give the day to score as of");
    } else {
      IsDay("as_of", input_.as_of());
    }
    if (static_cast<std::size_t>(input_.facts_size()) > kFactsMax) {
      findings_.Add("facts",
                    fmt::format("has {} entries: give at most {}", input_.facts_size(), kFactsMax));
      return;
    }
    for (int i = 0; i < input_.facts_size(); ++i) {
      Fact(fmt::format("facts[{}].", i), input_.facts(i), i);
    }
    Between("coverage.expected", input_.coverage().expected(), 0, kCountMax);
    Between("coverage.received", input_.coverage().received(), 0, kCountMax);
    Between("overdue_actions", input_.overdue_actions(), 0, kCountMax);
    Credits();
    if (!v1::Band_IsValid(input_.previous_band())) {
      findings_.Add("previous_band", fmt::format("{} is no band: give BASELINE, GUARDED, ELEVATED, "
                                                 "HIGH or SEVERE",
                                                 static_cast<int>(input_.previous_band())));
    }
    Between("highest_r_29", input_.highest_r_29(), 0, kScoreMax);
    Outcomes();
  }

 private:
  void Between(const std::string& field, std::int64_t value, std::int64_t least,
               std::int64_t most) {
    if (value >= least && value <= most) return;
    findings_.Add(field, fmt::format("{} is out of range: give {} to {}", value, least, most));
  }

  bool IsDay(const std::string& field, Day day) {
    if (day >= kDayMin && day <= kDayMax) return true;
    findings_.Add(field, fmt::format("day {} is out of range: give {} to {}", day, ToText(kDayMin),
                                     ToText(kDayMax)));
    return false;
  }

  void Id(const std::string& field, const std::string& id) {
    if (!id.empty() && id.size() <= kIdBytesMax) return;
    findings_.Add(
        field, id.empty() ? fmt::format("is missing: give 1 to {} bytes", kIdBytesMax)
                          : fmt::format("has {} bytes: shorten it to {}", id.size(), kIdBytesMax));
  }

  void Fact(const std::string& at, const v1::Fact& fact, int i) {
    Id(at + "id", fact.id());
    if (const auto [first, added] = ids_.emplace(fact.id(), i); !added && !fact.id().empty()) {
      findings_.Add(at + "id",
                    fmt::format("'{}' is the id of facts[{}], too: give each fact one of "
                                "its own",
                                Shown(fact.id()), first->second));
    }
    const IndicatorRule* rule = rules_.Find(fact.indicator());
    if (rule == nullptr) {
      findings_.Add(at + "indicator",
                    fmt::format("'{}' is no indicator of {}: give one of {}",
                                Shown(fact.indicator()), rules_.set().id(), Indicators()));
    } else {
      OfIndicator(at, fact, *rule);
    }
    if (fact.has_end()) IsDay(at + "end", fact.end());
    if (fact.has_recorded() && IsDay(at + "recorded", fact.recorded()) && input_.has_as_of() &&
        fact.recorded() > input_.as_of()) {
      findings_.Add(
          at + "recorded",
          fmt::format("{} is behind the day that is scored, {}: leave the fact out, it is "
                      "not in the log yet",
                      ToText(fact.recorded()), ToText(input_.as_of())));
    }
    if (fact.has_allowed()) Between(at + "allowed", fact.allowed(), 0, kDaysMax);
    if (!v1::Criticality_IsValid(fact.criticality())) {
      findings_.Add(at + "criticality", fmt::format("{} is no criticality: give NONE, IMPORTANT or "
                                                    "CRITICAL",
                                                    static_cast<int>(fact.criticality())));
    }
    Mitigations(at, fact);
    if (fact.group().size() > kIdBytesMax) Id(at + "group", fact.group());
    Between(at + "value_cents", fact.value_cents(), 0, kValueCentsMax);
    if (fact.has_floor_closed()) IsDay(at + "floor_closed", fact.floor_closed());
  }

  void OfIndicator(const std::string& at, const v1::Fact& fact, const IndicatorRule& rule) {
    if (!rule.cases.contains(fact.case_())) {
      std::vector<std::string_view> codes;
      for (const auto& [code, unused] : rule.cases) codes.push_back(code);
      findings_.Add(at + "case", fmt::format("'{}' is no case of {}: give {}", Shown(fact.case_()),
                                             rule.id(), fmt::join(codes, " or ")));
    }
    if (!fact.has_end() && !rule.data->active()) {
      findings_.Add(at + "end",
                    fmt::format("is missing: {} does not last, give the last day of the "
                                "event",
                                rule.id()));
    }
    if (rule.on_curve() && fact.group().empty()) {
      findings_.Add(at + "group",
                    fmt::format("is missing: facts of {} are summed by donor group", rule.id()));
    }
    if (rule.on_curve() && !fact.has_value_cents()) {
      findings_.Add(at + "value_cents",
                    "is missing: give the cents; what has no value yet is no fact, but an outcome "
                    "UNKNOWN");
    }
    if (fact.volunteered() && !rule.data->volunteered()) {
      findings_.Add(at + "volunteered",
                    fmt::format("true has no meaning for {}: leave it out", rule.id()));
    }
  }

  void Mitigations(const std::string& at, const v1::Fact& fact) {
    if (static_cast<std::size_t>(fact.mitigations_size()) > kMitigationsOfFactMax) {
      findings_.Add(at + "mitigations",
                    fmt::format("has {} entries: give at most {}", fact.mitigations_size(),
                                kMitigationsOfFactMax));
      return;
    }
    for (int k = 0; k < fact.mitigations_size(); ++k) {
      const v1::MitigationClaim& claim = fact.mitigations(k);
      const std::string in = fmt::format("{}mitigations[{}].", at, k);
      if (rules_.FindMitigation(claim.id()) == nullptr) {
        findings_.Add(in + "id",
                      fmt::format("'{}' is no mitigation of {}: give one of {}", Shown(claim.id()),
                                  rules_.set().id(), MitigationIds()));
      }
      if (claim.state() != v1::MITIGATION_STATE_CLAIMED &&
          claim.state() != v1::MITIGATION_STATE_VERIFIED) {
        findings_.Add(in + "state", "is missing: give CLAIMED or VERIFIED");
      }
      if (claim.ref().size() > kIdBytesMax) Id(in + "ref", claim.ref());
    }
  }

  void Credits() {
    if (input_.credits_size() > kCountMax) {
      findings_.Add("credits", fmt::format("has {} entries: give at most {}", input_.credits_size(),
                                           kCountMax));
      return;
    }
    for (int i = 0; i < input_.credits_size(); ++i) {
      const v1::Credit& credit = input_.credits(i);
      const std::string at = fmt::format("credits[{}].", i);
      if (credit.kind() != v1::CREDIT_KIND_NIL_RETURN &&
          credit.kind() != v1::CREDIT_KIND_INCIDENT_TOLD) {
        findings_.Add(at + "kind", "is missing: give NIL_RETURN or M14");
      }
      if (!credit.has_day()) {
        findings_.Add(at + "day", "is missing: give the day on which it was recorded");
      } else {
        IsDay(at + "day", credit.day());
      }
    }
  }

  void Outcomes() {
    for (int i = 0; i < input_.outcomes_size(); ++i) {
      const v1::JudgedOutcome& outcome = input_.outcomes(i);
      const std::string at = fmt::format("outcomes[{}].", i);
      if (rules_.Find(outcome.indicator()) == nullptr) {
        findings_.Add(at + "indicator",
                      fmt::format("'{}' is no indicator of {}: give one of {}",
                                  Shown(outcome.indicator()), rules_.set().id(), Indicators()));
      }
      if (outcome.outcome() != v1::OUTCOME_NO_HIT && outcome.outcome() != v1::OUTCOME_UNKNOWN &&
          outcome.outcome() != v1::OUTCOME_ERROR) {
        findings_.Add(at + "outcome",
                      "cannot be so: give NO_HIT, UNKNOWN or ERROR; a hit is a fact");
      }
      if (outcome.event().size() > kIdBytesMax) Id(at + "event", outcome.event());
    }
  }

  std::string Indicators() const {
    std::vector<std::string_view> ids;
    for (const IndicatorRule& rule : rules_.indicators()) ids.push_back(rule.id());
    return fmt::format("{}", fmt::join(ids, " "));
  }

  std::string MitigationIds() const {
    std::vector<std::string_view> ids;
    for (const v1::Mitigation& one : rules_.set().mitigations()) ids.push_back(one.id());
    return fmt::format("{}", fmt::join(ids, " "));
  }

  const v1::ScoringInput& input_;
  const Rules& rules_;
  Findings& findings_;
  std::unordered_map<std::string_view, int> ids_;
};

}  // namespace

void CheckInput(const v1::ScoringInput& input, const Rules& rules, Findings& findings) {
  InputCheck(input, rules, findings).Run();
}

}  // namespace twinledger::risk
