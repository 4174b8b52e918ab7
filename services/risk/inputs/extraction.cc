#include "risk/inputs/extraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "risk/inputs/benefit_inputs.h"
#include "risk/inputs/claims.h"
#include "risk/inputs/council_records.h"
#include "risk/inputs/derived_inputs.h"
#include "risk/inputs/frequency.h"
#include "risk/inputs/looks.h"
#include "risk/inputs/moves.h"
#include "risk/inputs/readings.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;
using v1::Indicator;

constexpr std::array<std::string_view, 13> kExtracted{"A1", "A2", "A3", "A4", "A6", "B1", "B2",
                                                      "B3", "C1", "C2", "C3", "C4", "H1"};

// Whether a gift or hospitality counts as a benefit by what the rules ask of one; nothing where
// that is not known.
std::optional<bool> IsBenefit(const google::protobuf::RepeatedPtrField<v1::FieldCondition>& all_of,
                              const RecordFields& fields) {
  const std::optional<bool> counts = Fulfils(all_of, ReadingsOf(fields).front());
  if (counts == false) return false;
  const std::optional<bool> to_council = IsToCouncil(fields);
  return to_council == true ? counts : to_council;
}

// Nobody asked for it before: it came from the council, and from no comparison or request.
bool IsVolunteered(const RecordFields& fields) {
  const auto source = fields.source();
  const auto role = fields.reported_by_role();
  return (source == registry::events::v1::SOURCE_UNSPECIFIED ||
          source == registry::events::v1::SOURCE_DIRECT ||
          source == registry::events::v1::SOURCE_IMPORT) &&
         role != ev::REPORTED_BY_ROLE_AGENCY && role != ev::REPORTED_BY_ROLE_AUDITOR;
}

// Of one subject: the council, or one of its relationships.
class Extraction {
 public:
  Extraction(const CouncilInputs& inputs, std::string_view relationship_id, const Rules& rules,
             Day as_of)
      : records_(inputs, as_of), relationship_id_(relationship_id), rules_(rules) {
    for (const RecordHistory& history : records_.all()) {
      if (history.retracted() || history.newest().days.first > as_of) continue;
      if (IsOwn(history.newest())) {
        subject_.push_back(&history);
      } else if (!inputs.moves_count_at_once && StaysOwn(history)) {
        moved_away_.push_back(&history);
      }
    }
  }

  v1::ScoringInput Run() {
    for (const Look& look : LooksAtOneRecord()) LookFor(look);
    LookForValues();
    LookForFrequency();
    LookForLateness();
    return Render();
  }

 private:
  bool IsOwn(const Told& told) const { return IsOf(relationship_id_, *told.revision); }

  bool StaysOwn(const RecordHistory& history) const {
    bool own = false;
    for (const Told& told : history.revisions) {
      own = StaysOf(relationship_id_, own, *told.revision);
    }
    return own;
  }

  // Null where the rule set has no such indicator, or finds it by another shape than is known here:
  // then it cannot be looked for.
  const IndicatorRule* RuleOf(std::string_view indicator, Indicator::ShapeCase shape) {
    const IndicatorRule* rule = rules_.Find(indicator);
    if (rule == nullptr || rule->data->shape_case() == shape) return rule;
    errors_.emplace(indicator);
    return nullptr;
  }

  bool IsHistory(Day last) const {
    const std::optional<Day>& since = records_.inputs().reporting_since;
    return since && last < *since;
  }

  void Unknown(std::string_view indicator, std::string_view event) {
    unknown_[indicator].emplace(event);
  }

  // What a look finds in one revision of the record.
  auto JudgeOf(const Look& look, const IndicatorRule& rule, const RecordHistory& history) const {
    return [this, &look, &rule, &history](const Told& told) {
      return look.applies(told.fields()) ? look.judge(rule, {records_, rules_, history, told})
                                         : Finding{.outcome = v1::OUTCOME_NO_HIT};
    };
  }

  void LookFor(const Look& look) {
    const IndicatorRule* rule = RuleOf(look.indicator, look.shape);
    if (rule == nullptr) return;
    for (const RecordHistory* history : subject_) {
      const auto judge = JudgeOf(look, *rule, *history);
      const Finding finding = judge(history->newest());
      if (finding.outcome == v1::OUTCOME_UNKNOWN || !finding.certain) {
        Unknown(look.indicator, history->id);
      }
      AddHit(*rule, *history, HeavierOf(finding.hit, FloorOf(*rule, *history, judge)), judge);
    }
    for (const RecordHistory* history : moved_away_) {
      const auto judge = JudgeOf(look, *rule, *history);
      const auto is_own = [this](const Told& told) { return IsOwn(told); };
      if (StandingFloor(*rule, *history, judge, is_own) == nullptr) continue;
      // The same fact as where it was moved to: of a council, both are one.
      const v1::Case* newest = judge(history->newest()).hit;
      AddHit(*rule, *history, HeavierOf(newest, FloorOf(*rule, *history, judge)), judge);
    }
  }

  template <class Judge>
  void AddHit(const IndicatorRule& rule, const RecordHistory& history, const v1::Case* hit,
              const Judge& judge) {
    if (hit == nullptr) return;
    AddFact(rule, history, *hit, [&](const Told& told) {
      const Finding before = judge(told);
      return before.hit != nullptr && before.hit->points() >= hit->points();
    });
  }

  static const v1::Case* HeavierOf(const v1::Case* one, const v1::Case* other) {
    if (one == nullptr || other == nullptr) return one == nullptr ? other : one;
    return one->points() >= other->points() ? one : other;
  }

  // An amendment alone lifts no floor: its case stands until a second person has verified a
  // revision that has it not; and behind that, where the revision claims what clears the floor.
  // Of the revisions that count.
  template <class Judge, class Counts>
  const v1::Case* StandingFloor(const IndicatorRule& rule, const RecordHistory& history,
                                const Judge& judge, const Counts& counts) const {
    const auto has_floor = [](const v1::Case& one) { return one.floor() > 0; };
    if (std::ranges::none_of(rule.data->cases(), has_floor)) return nullptr;
    const v1::Case* standing = nullptr;
    for (const Told& told : history.revisions) {
      const v1::Case* hit = judge(told).hit;
      if (hit != nullptr && has_floor(*hit)) {
        if (counts(told)) standing = hit;
      } else if (standing != nullptr && told.verified() &&
                 std::ranges::count(ClaimsOf(told, rules_), standing->floor_cleared_by()) == 0) {
        standing = nullptr;
      }
    }
    return standing;
  }

  template <class Judge>
  const v1::Case* FloorOf(const IndicatorRule& rule, const RecordHistory& history,
                          const Judge& judge) const {
    return StandingFloor(rule, history, judge, [](const Told&) { return true; });
  }

  // One fact for each benefit; what a donor group's are worth together is for the engine.
  void LookForValues() {
    const IndicatorRule* rule = RuleOf("A1", Indicator::kValueCurve);
    if (rule == nullptr) return;
    const v1::ValueCurve& curve = rule->data->value_curve();
    for (const RecordHistory* history : subject_) {
      const RecordFields& fields = history->fields();
      if (!fields.has_gift() && !fields.has_hospitality()) continue;
      const std::optional<bool> counts = IsBenefit(curve.all_of(), fields);
      const std::optional<std::int64_t> cents = BenefitCents(fields);
      if (counts == false) continue;
      if (!counts || !cents) {
        Unknown("A1", history->id);
        continue;
      }
      v1::Fact& fact =
          AddFact(*rule, *history, *rule->cases.at(curve.case_()), [&](const Told& told) {
            return IsBenefit(curve.all_of(), told.fields()) == true &&
                   BenefitCents(told.fields()) >= cents;
          });
      fact.set_group(GroupOf(*history));
      fact.set_value_cents(*cents);
    }
  }

  void LookForFrequency() {
    const IndicatorRule* rule = RuleOf("A2", Indicator::kWindowedCount);
    if (rule == nullptr) return;
    const v1::WindowedCount& shape = rule->data->windowed_count();
    std::map<std::string, std::vector<CountedBenefit>> certain;
    std::map<std::string, std::vector<CountedBenefit>> possible;
    for (const RecordHistory* history : subject_) {
      const RecordFields& fields = history->fields();
      if (!fields.has_gift() && !fields.has_hospitality()) continue;
      const std::optional<bool> counts = IsBenefit(shape.all_of(), fields);
      if (counts == false) continue;
      const Day day = history->newest().days.last;
      const Day recorded = FirstRecorded(*history, [&](const Told& told) {
        return IsBenefit(shape.all_of(), told.fields()) == true;
      });
      const CountedBenefit benefit{day, IsHistory(day) ? day : recorded};
      if (counts == true) certain[GroupOf(*history)].push_back(benefit);
      possible[GroupOf(*history)].push_back(benefit);
    }
    const Day as_of = records_.as_of();
    const Day allowed = rules_.set().report_days().usual();
    for (const auto& [group, benefits] : possible) {
      const auto window = HeaviestWindow(shape, certain[group], as_of, allowed);
      if (window) {
        AddFrequency(*rule, group, *window);
      } else if (HeaviestWindow(shape, benefits, as_of, allowed)) {
        Unknown("A2", group);
      }
    }
  }

  void AddFrequency(const IndicatorRule& rule, const std::string& group, const FullWindow& window) {
    v1::Fact fact;
    // What a group gave is counted anew for each relationship.
    fact.set_id(relationship_id_.empty()
                    ? fmt::format("{}/{}", group, rule.id())
                    : fmt::format("{}/{}/{}", relationship_id_, group, rule.id()));
    fact.set_indicator(rule.id());
    fact.set_case_(rule.data->windowed_count().case_());
    fact.set_end(window.end);
    if (!IsHistory(window.end)) fact.set_recorded(window.recorded);
    fact.set_group(group);
    facts_.push_back(std::move(fact));
  }

  void LookForLateness() {
    const IndicatorRule* rule = RuleOf("H1", Indicator::kThreshold);
    if (rule == nullptr) return;
    for (const RecordHistory* history : subject_) {
      const Day last = history->newest().days.last;
      if (IsHistory(last)) continue;
      const Told& first = history->revisions.front();
      const Day recorded = first.revision->recorded;
      const Judged judged =
          JudgeThreshold(*rule->data, recorded - last - rules_.set().report_days().usual());
      if (judged.outcome != v1::OUTCOME_HIT) continue;
      v1::Fact& fact = AddFact(*rule, *history, *rule->cases.at(judged.case_code),
                               [](const Told&) { return true; });
      fact.set_end(recorded);
      fact.set_volunteered(rule->data->volunteered() && IsVolunteered(first.fields()));
    }
  }

  // The day on which the log first had a revision that `says` so.
  template <class Says>
  Day FirstRecorded(const RecordHistory& history, const Says& says) const {
    const auto first = std::ranges::find_if(history.revisions, says);
    return (first == history.revisions.end() ? history.newest() : *first).revision->recorded;
  }

  template <class Says>
  v1::Fact& AddFact(const IndicatorRule& rule, const RecordHistory& history, const v1::Case& hit,
                    const Says& says) {
    v1::Fact& fact = facts_.emplace_back();
    fact.set_id(fmt::format("{}/{}", history.id, rule.id()));
    fact.set_indicator(rule.id());
    fact.set_case_(hit.code());
    fact.set_end(history.newest().days.last);
    if (!IsHistory(fact.end())) fact.set_recorded(FirstRecorded(history, says));
    if (hit.exposed()) fact.set_criticality(HighestCriticality(history.fields()));
    for (const std::string_view id : ClaimsOf(history.newest(), rules_)) {
      if (!rule.factors.contains(id)) continue;
      v1::MitigationClaim& claim = *fact.add_mitigations();
      claim.set_id(std::string(id));
      claim.set_state(history.newest().verified() ? v1::MITIGATION_STATE_VERIFIED
                                                  : v1::MITIGATION_STATE_CLAIMED);
      // What one record claims is one claim, on however many of its facts it acts.
      claim.set_ref(fmt::format("{}/{}", history.id, id));
    }
    return fact;
  }

  v1::Criticality HighestCriticality(const RecordFields& fields) const {
    v1::Criticality highest = v1::CRITICALITY_NONE;
    for (const auto& site : fields.delegation().sites()) {
      const auto asset = records_.inputs().assets.find(site.asset_id());
      if (asset != records_.inputs().assets.end()) highest = std::max(highest, asset->second);
    }
    return highest;
  }

  // A donor known by an office alone is the partner itself, where there is one; else nobody can
  // tell whose office it is, and no two records are taken for one donor's.
  std::string GroupOf(const RecordHistory& history) const {
    const RecordFields& fields = history.fields();
    const ev::Party& giver =
        fields.has_hospitality() ? fields.hospitality().host() : fields.gift().donor();
    if (giver.has_principal_id()) {
      const auto group = records_.inputs().donor_groups.find(giver.principal_id());
      return group == records_.inputs().donor_groups.end() ? giver.principal_id() : group->second;
    }
    if (!fields.relationship_id().empty()) return "relationship/" + fields.relationship_id();
    return fmt::format("record/{}", history.id);
  }

  v1::ScoringInput Render() {
    std::ranges::sort(facts_, {},
                      [](const v1::Fact& fact) -> const std::string& { return fact.id(); });
    v1::ScoringInput input;
    input.set_as_of(records_.as_of());
    std::set<std::string_view> found;
    for (v1::Fact& fact : facts_) {
      found.insert(*std::ranges::find(kExtracted, fact.indicator()));
      *input.add_facts() = std::move(fact);
    }
    for (const std::string_view indicator : kExtracted) {
      if (rules_.Find(indicator) == nullptr) continue;
      const auto& unknown = unknown_[indicator];
      for (const std::string& event : unknown) Add(indicator, v1::OUTCOME_UNKNOWN, event, input);
      if (errors_.contains(indicator)) {
        Add(indicator, v1::OUTCOME_ERROR, "", input);
      } else if (unknown.empty() && !found.contains(indicator)) {
        Add(indicator, v1::OUTCOME_NO_HIT, "", input);
      }
    }
    return input;
  }

  static void Add(std::string_view indicator, v1::Outcome outcome, const std::string& event,
                  v1::ScoringInput& input) {
    v1::JudgedOutcome& judged = *input.add_outcomes();
    judged.set_indicator(std::string(indicator));
    judged.set_outcome(outcome);
    judged.set_event(event);
  }

  const CouncilRecords records_;
  const std::string relationship_id_;
  const Rules& rules_;
  std::vector<const RecordHistory*> subject_;
  std::vector<const RecordHistory*> moved_away_;  // By one person: their floors stand.
  std::vector<v1::Fact> facts_;
  std::map<std::string_view, std::set<std::string>> unknown_;  // Events, by indicator.
  std::set<std::string_view> errors_;
};

}  // namespace

std::span<const std::string_view> ExtractedIndicators() { return kExtracted; }

v1::ScoringInput ExtractRelationship(const CouncilInputs& inputs, std::string_view relationship_id,
                                     const Rules& rules, Day as_of) {
  return Extraction(inputs, relationship_id, rules, as_of).Run();
}

v1::ScoringInput ExtractCouncil(const CouncilInputs& inputs, const Rules& rules, Day as_of) {
  return Extraction(inputs, "", rules, as_of).Run();
}

}  // namespace twinledger::risk
