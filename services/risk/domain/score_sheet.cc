#include "risk/domain/score_sheet.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "platform/base/planted_bug.h"
#include "risk/domain/bounds.h"
#include "risk/domain/decay.h"
#include "risk/domain/repeats.h"

namespace twinledger::risk {
namespace {

WeighedFact Weigh(const v1::Fact& fact, const Rules& rules, Day as_of) {
  WeighedFact weighed{.fact = &fact, .rule = rules.Find(fact.indicator())};
  weighed.indicator = static_cast<std::size_t>(weighed.rule - rules.indicators().data());
  weighed.rule_case = weighed.rule->cases.find(fact.case_())->second;
  weighed.mitigation = MitigationFactor(fact, *weighed.rule, rules);
  weighed.aged = AgeOf(fact, *weighed.rule, rules, as_of);
  weighed.exposure = ExposureOf(fact, *weighed.rule_case, rules);
  weighed.contribution = Contribute(weighed.rule_case->points(), weighed.exposure,
                                    weighed.mitigation, weighed.aged.decay);
  return weighed;
}

v1::Line LineOf(const WeighedFact& fact) {
  v1::Line line;
  line.set_indicator(fact.rule->id());
  line.set_case_(fact.rule_case->code());
  line.add_facts(fact.fact->id());
  line.set_points(fact.rule_case->points());
  line.set_exposure_permille(static_cast<std::int32_t>(fact.exposure));
  line.set_mitigation_permille(static_cast<std::int32_t>(fact.mitigation));
  line.set_age_days(fact.aged.days);
  line.set_decay(fact.aged.decay);
  line.set_base(fact.contribution.base);
  line.set_value(fact.contribution.value);
  return line;
}

// Age and mitigation are inside the sum of cents.
v1::Line LineOf(const DonorGroup& group, const IndicatorRule& rule) {
  const v1::ValueCurve& curve = rule.data->value_curve();
  const std::int64_t cents = group.sum.Cents(curve);
  const std::int64_t points = PointsOn(curve, cents);
  v1::Line line;
  line.set_indicator(rule.id());
  line.set_case_(curve.case_());
  std::vector<std::string> ids;
  for (const WeighedFact* gift : group.gifts) {
    if (gift->counts()) ids.push_back(gift->fact->id());
  }
  std::ranges::sort(ids);
  line.mutable_facts()->Assign(ids.begin(), ids.end());
  line.set_points(points);
  line.set_exposure_permille(kOnePermille);
  line.set_mitigation_permille(kOnePermille);
  line.set_decay(kNoDecay);
  line.set_base(points);
  line.set_value(points);
  line.set_cents(cents);
  return line;
}

void Group(ScoreSheet& sheet) {
  std::map<std::pair<std::size_t, std::string_view>, std::size_t> places;
  for (WeighedFact& fact : sheet.facts) {
    if (!fact.rule->on_curve() || fact.suppressed()) continue;
    const auto [place, added] = places.emplace(
        std::pair(fact.indicator, std::string_view(fact.fact->group())), sheet.groups.size());
    if (added) sheet.groups.push_back({.indicator = fact.indicator});
    fact.owner = place->second;
    DonorGroup& group = sheet.groups[fact.owner];
    group.sum.Add(fact.fact->value_cents(), fact.Weight(fact.mitigation));
    group.gifts.push_back(&fact);
  }
}

void Keep(v1::Line line, std::size_t indicator, std::size_t owner, ScoreSheet& sheet) {
  const std::int64_t value = line.value();
  if (value == 0) return;
  sheet.ranked[indicator].push_back({.value = value, .owner = owner, .line = std::move(line)});
}

std::int64_t Rank(std::vector<RankedValue>& values, std::int64_t divisor) {
  std::ranges::sort(values, [](const RankedValue& a, const RankedValue& b) {
    if (a.value != b.value || Planted(PlantedBug::kFactsAsTheyStand)) return a.value > b.value;
    return a.line.facts(0) < b.line.facts(0);
  });
  Repeats repeats(divisor);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t net = repeats.Net(values[i].value);
    values[i].line.set_rank(static_cast<std::int32_t>(i + 1));
    values[i].line.set_net(net);
    sum += net;
  }
  return sum;
}

}  // namespace

std::int64_t WeighedFact::Weight(std::int64_t mitigation_permille) const {
  return aged.decay * mitigation_permille / kOnePermille;
}

bool WeighedFact::counts() const {
  if (suppressed()) return false;
  if (rule->on_curve()) return fact->value_cents() > 0 && Weight(mitigation) > 0;
  return contribution.value > 0;
}

ScoreSheet FillSheet(const v1::ScoringInput& input, const Rules& rules) {
  ScoreSheet sheet;
  sheet.ranked.resize(rules.indicators().size());
  sheet.category_sums.resize(static_cast<std::size_t>(rules.set().categories_size()));
  sheet.facts.reserve(static_cast<std::size_t>(input.facts_size()));  // Groups point into it.
  for (const v1::Fact& fact : input.facts()) {
    sheet.facts.push_back(Weigh(fact, rules, input.as_of()));
    WeighedFact& weighed = sheet.facts.back();
    if (weighed.rule->on_curve()) continue;
    weighed.owner = sheet.facts.size() - 1;
    if (!weighed.suppressed()) Keep(LineOf(weighed), weighed.indicator, weighed.owner, sheet);
  }
  Group(sheet);
  for (std::size_t i = 0; i < sheet.groups.size(); ++i) {
    const DonorGroup& group = sheet.groups[i];
    Keep(LineOf(group, rules.indicators()[group.indicator]), group.indicator, i, sheet);
  }
  for (std::size_t i = 0; i < sheet.ranked.size(); ++i) {
    sheet.category_sums[rules.indicators()[i].category] +=
        Rank(sheet.ranked[i], rules.set().repeat_divisor());
  }
  return sheet;
}

std::int64_t SumWithoutVolunteered(const ScoreSheet& sheet, const Rules& rules,
                                   std::size_t category) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < sheet.ranked.size(); ++i) {
    const IndicatorRule& rule = rules.indicators()[i];
    if (rule.category != category) continue;
    Repeats repeats(rules.set().repeat_divisor());
    for (const RankedValue& ranked : sheet.ranked[i]) {
      const bool volunteered = !rule.on_curve() && sheet.facts[ranked.owner].fact->volunteered();
      if (!volunteered) sum += repeats.Net(ranked.value);
    }
  }
  return sum;
}

}  // namespace twinledger::risk
