#include "risk/domain/rule_set_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "platform/base/planted_bug.h"
#include "risk/domain/bounds.h"
#include "risk/domain/day.h"
#include "risk/domain/shape_check.h"

namespace twinledger::risk {
namespace {

class RuleSetCheck {
 public:
  RuleSetCheck(const v1::RuleSet& set, Findings& findings) : set_(set), findings_(findings) {}

  void Run() {
    Text("id", set_.id());
    Text("text", set_.text());
    Categories();
    Bands();
    Numbers();
    Coverage();
    Assurance();
    Indicators();
    Mitigations();
    for (int i = 0; i < set_.holidays_size(); ++i) {
      if (ParseDay(set_.holidays(i))) continue;
      findings_.Add(
          fmt::format("holidays[{}]", i),
          fmt::format("'{}' is no day: give one such as 2026-12-25", Shown(set_.holidays(i))));
    }
  }

 private:
  void Text(const std::string& field, const std::string& text) {
    if (!text.empty() && text.size() <= kTextBytesMax) return;
    findings_.Add(field, text.empty() ? fmt::format("is missing: give 1 to {} bytes", kTextBytesMax)
                                      : fmt::format("has {} bytes: shorten it to {}", text.size(),
                                                    kTextBytesMax));
  }

  void Between(const std::string& field, std::int64_t value, std::int64_t least,
               std::int64_t most) {
    if (value >= least && value <= most) return;
    findings_.Add(field, fmt::format("{} is out of range: give {} to {}", value, least, most));
  }

  void Categories() {
    std::int64_t caps = 0;
    for (int i = 0; i < set_.categories_size(); ++i) {
      const v1::Category& category = set_.categories(i);
      const std::string at = fmt::format("categories[{}].", i);
      const std::string& id = category.id();
      if (id.size() != 1 || id[0] < 'A' || id[0] > 'Z' ||
          (i > 0 && id <= set_.categories(i - 1).id())) {
        findings_.Add(at + "id", fmt::format("'{}' is no id here: give one capital letter, behind "
                                             "that of the category before it",
                                             Shown(id)));
      }
      Text(at + "text", category.text());
      Between(at + "cap", category.cap(), 0, kScoreMax);
      caps += std::clamp<std::int64_t>(category.cap(), 0, kScoreMax);
    }
    if (caps != kScoreMax) {
      findings_.Add("categories",
                    fmt::format("their caps sum to {}: let them sum to {}", caps, kScoreMax));
    }
  }

  void Bands() {
    constexpr int kBands = v1::BAND_SEVERE;
    if (set_.bands_size() != kBands) {
      findings_.Add("bands", fmt::format("has {} entries: give {}, BASELINE to SEVERE",
                                         set_.bands_size(), kBands));
      return;
    }
    for (int i = 0; i < kBands; ++i) {
      const std::string at = fmt::format("bands[{}].", i);
      if (set_.bands(i).band() != i + 1) {
        findings_.Add(at + "band", "is out of order: give BASELINE to SEVERE, each once");
      }
      const std::int64_t least = i == 0 ? 0 : Above(set_.bands(i - 1).from(), kScoreMax);
      Between(at + "from", set_.bands(i).from(), least, i == 0 ? 0 : kScoreMax);
    }
  }

  void Numbers() {
    // Inputs say the highest R of the 29 days before.
    Between("falling.days", set_.falling().days(), 30, 30);
    Between("falling.below", set_.falling().below(), 0, kScoreMax);
    Between("repeat_divisor", set_.repeat_divisor(), 3, kScoreMax);
    Between("mitigation_floor_permille", set_.mitigation_floor_permille(), 1, kOnePermille);
    const v1::ExposureFactors& exposure = set_.exposure();
    Between("exposure.none_permille", exposure.none_permille(), kOnePermille, kOnePermille);
    Between("exposure.important_permille", exposure.important_permille(), kOnePermille,
            kExposureMax);
    Between("exposure.critical_permille", exposure.critical_permille(),
            exposure.important_permille(), kExposureMax);
    Between("report_days.usual", set_.report_days().usual(), 0, kDaysMax);
    Between("report_days.budget", set_.report_days().budget(), 0, kDaysMax);
    Between("floor_days_after_closure", set_.floor_days_after_closure(), 0, kDaysMax);
  }

  void Coverage() {
    for (int i = 0; i < set_.coverage_size(); ++i) {
      const std::string at = fmt::format("coverage[{}].", i);
      const std::int64_t least =
          i == 0 ? 1 : Above(set_.coverage(i - 1).below_permille(), kOnePermille);
      const std::int64_t most =
          i == 0 ? kScoreMax : std::max<std::int64_t>(set_.coverage(i - 1).floor(), 1) - 1;
      Between(at + "below_permille", set_.coverage(i).below_permille(), least, kOnePermille);
      Between(at + "floor", set_.coverage(i).floor(), 1, most);
    }
  }

  void Assurance() {
    const v1::AssuranceRule& rule = set_.assurance();
    Between("assurance.start", rule.start(), kScoreMax, kScoreMax);
    if (!IsCategory(rule.category())) {
      findings_.Add("assurance.category", fmt::format("'{}' is no category: give one of those of "
                                                      "this rule set",
                                                      Shown(rule.category())));
    }
    Between("assurance.per_point", rule.per_point(), 0, kOnePermille);
    Between("assurance.unverified", rule.unverified(), 0, kScoreMax);
    Between("assurance.overdue", rule.overdue(), 0, kScoreMax);
    Between("assurance.credit", rule.credit(), 0, kScoreMax);
    Between("assurance.credits_most", rule.credits_most(), 0, kOnePermille);
    Between("assurance.credit_days", rule.credit_days(), 0, kDaysMax);
  }

  bool IsCategory(std::string_view id) const {
    for (const v1::Category& category : set_.categories()) {
      if (category.id() == id) return true;
    }
    return false;
  }

  void Indicators() {
    for (int i = 0; i < set_.indicators_size(); ++i) {
      const v1::Indicator& indicator = set_.indicators(i);
      const std::string at = fmt::format("indicators[{}].", i);
      const std::string& id = indicator.id();
      const bool well_formed =
          id.size() == 2 && IsCategory(id.substr(0, 1)) && id[1] >= '1' && id[1] <= '9';
      if (!well_formed || (i > 0 && id <= set_.indicators(i - 1).id())) {
        findings_.Add(at + "id",
                      fmt::format("'{}' is no id here: give a category's letter and 1 to "
                                  "9, behind the indicator before it",
                                  Shown(id)));
      }
      Text(at + "text", indicator.text());
      Between(at + "half_life_days", indicator.half_life_days(), indicator.active() ? 0 : 1,
              kHalfLifeDaysMax);
      Cases(at, indicator);
      CheckShape(indicator, at, findings_);
    }
    if (set_.indicators_size() == 0) findings_.Add("indicators", "is empty: give one at least");
  }

  void Cases(const std::string& at, const v1::Indicator& indicator) {
    std::set<std::string_view> codes;
    for (int i = 0; i < indicator.cases_size(); ++i) {
      const v1::Case& one = indicator.cases(i);
      const std::string in = fmt::format("{}cases[{}].", at, i);
      Text(in + "code", one.code());
      if (!codes.insert(one.code()).second) {
        findings_.Add(in + "code",
                      fmt::format("'{}' is there twice: give each code once", Shown(one.code())));
      }
      Text(in + "text", one.text());
      if (!Planted(PlantedBug::kPointsUnbounded)) {
        Between(in + "points", one.points(), 0, indicator.has_value_curve() ? 0 : kPointsMax);
      }
      Between(in + "floor", one.floor(), 0, indicator.has_value_curve() ? 0 : kScoreMax);
      if (one.floor_cleared_by().empty()) continue;
      if (one.floor() == 0 || !ActsOn(one.floor_cleared_by(), indicator.id())) {
        findings_.Add(in + "floor_cleared_by",
                      fmt::format("'{}' clears no floor here: give a mitigation that acts on {}, "
                                  "and a floor",
                                  Shown(one.floor_cleared_by()), Shown(indicator.id())));
      }
    }
    if (indicator.cases_size() == 0) {
      findings_.Add(at + "cases", "is empty: give one at least");
    }
  }

  bool ActsOn(std::string_view mitigation, std::string_view indicator) const {
    for (const v1::Mitigation& one : set_.mitigations()) {
      if (one.id() != mitigation) continue;
      for (const v1::Factor& factor : one.factors()) {
        if (factor.indicator() == indicator) return true;
      }
    }
    return false;
  }

  void Mitigations() {
    std::set<std::string_view> ids;
    std::map<std::string_view, std::size_t> of_indicator;
    for (const v1::Indicator& indicator : set_.indicators())
      of_indicator.emplace(indicator.id(), 0);
    for (int i = 0; i < set_.mitigations_size(); ++i) {
      const v1::Mitigation& mitigation = set_.mitigations(i);
      const std::string at = fmt::format("mitigations[{}].", i);
      Text(at + "id", mitigation.id());
      if (!ids.insert(mitigation.id()).second) {
        findings_.Add(at + "id", fmt::format("'{}' is there twice: give each mitigation once",
                                             Shown(mitigation.id())));
      }
      Text(at + "text", mitigation.text());
      if (mitigation.remedy() < v1::REMEDY_BEFORE_ONLY ||
          mitigation.remedy() > v1::REMEDY_AFTERWARDS_AS_LATE) {
        findings_.Add(at + "remedy",
                      "is missing: give BEFORE_ONLY, AFTERWARDS or AFTERWARDS_AS_LATE");
      }
      Between(at + "within_days", mitigation.within_days(), 0, kDaysMax);
      Between(at + "within_working_days", mitigation.within_working_days(), 0,
              mitigation.within_days() > 0 ? 0 : kDaysMax);
      std::set<std::string_view> acted_on;
      for (int k = 0; k < mitigation.factors_size(); ++k) {
        const v1::Factor& factor = mitigation.factors(k);
        const std::string in = fmt::format("{}factors[{}].", at, k);
        Between(in + "permille", factor.permille(), 0, kOnePermille);
        if (!acted_on.insert(factor.indicator()).second) {
          findings_.Add(in + "indicator",
                        fmt::format("'{}' is there twice: give each indicator once",
                                    Shown(factor.indicator())));
        }
        const auto counted = of_indicator.find(factor.indicator());
        if (counted == of_indicator.end()) {
          findings_.Add(in + "indicator", fmt::format("'{}' is no indicator: give one of those of "
                                                      "this rule set",
                                                      Shown(factor.indicator())));
        } else if (factor.indicator().substr(0, 1) == set_.assurance().category()) {
          findings_.Add(in + "indicator", fmt::format("'{}' is one of those that assurance counts: "
                                                      "no mitigation acts on them",
                                                      Shown(factor.indicator())));
        } else if (++counted->second == kMitigationsOfIndicatorMax + 1) {
          findings_.Add(in + "indicator",
                        fmt::format("'{}' has more than {} mitigations: give it "
                                    "fewer",
                                    Shown(factor.indicator()), kMitigationsOfIndicatorMax));
        }
      }
    }
  }

  const v1::RuleSet& set_;
  Findings& findings_;
};

}  // namespace

void CheckRuleSet(const v1::RuleSet& set, Findings& findings) { RuleSetCheck(set, findings).Run(); }

}  // namespace twinledger::risk
