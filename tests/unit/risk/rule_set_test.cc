#include "risk/domain/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "platform/base/whole_file.h"
#include "risk/domain/allowed_inputs.h"
#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> WrongOf(const Result<Rules>& rules) {
  std::vector<std::string> wrong;
  if (rules) return wrong;
  EXPECT_EQ(rules.error().reason, "RULE_SET_INVALID");
  for (const FieldViolation& one : rules.error().violations) {
    wrong.push_back(one.field + ": " + one.description);
  }
  return wrong;
}

TEST(RuleSetTest, TheBuiltInOneIsTheFileToTheByte) {
  const auto file = ReadWholeFile(TWINLEDGER_SOURCE_DIR "/services/risk/rules/tl-1.txtpb");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*file, kTl1Text);
  EXPECT_THAT(WrongOf(Rules::Parse(*file, "tl-1")), testing::IsEmpty());
  EXPECT_EQ(Tl1().indicators().size(), 40U);
}

TEST(RuleSetTest, ItsNameIsItsContentAndNotHowItIsWritten) {
  const Result<Rules> again = Rules::Parse("# Another comment.\n" + Tl1().set().DebugString(), "x");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->digest(), Tl1().digest());
  v1::RuleSet other = Tl1().set();
  other.mutable_indicators(0)->mutable_cases(0)->set_text("another text");
  const Result<Rules> changed = Rules::Of(other);
  ASSERT_TRUE(changed.ok());
  EXPECT_NE(changed->digest(), Tl1().digest());
}

TEST(RuleSetTest, WhatIsNoRuleSetIsRefusedByLineAndColumn) {
  EXPECT_THAT(WrongOf(Rules::Parse("id: \"X\"\ncountry: \"NZ\"\n", "draft")),
              ElementsAre(AllOf(StartsWith("draft:2:"), HasSubstr("country"))));
  EXPECT_THAT(WrongOf(Rules::Parse("id: \"X\" id: \"Y\"", "draft")),
              ElementsAre(StartsWith("draft:1:")));
  EXPECT_THAT(WrongOf(Rules::Parse("{\"id\": 1}", "draft")), Contains(StartsWith("draft:1:1")));
  EXPECT_THAT(WrongOf(Rules::Parse("", "draft")), Contains(StartsWith("id: is missing")));
}

v1::Indicator& Of(v1::RuleSet& set, const std::string& id) {
  for (v1::Indicator& indicator : *set.mutable_indicators()) {
    if (indicator.id() == id) return indicator;
  }
  ADD_FAILURE() << id;
  return *set.add_indicators();
}

using Change = std::function<void(v1::RuleSet&)>;

struct Breach {
  Change change;
  std::string expected;
};

TEST(RuleSetTest, EveryBreachIsNamedByItsPlace) {
  const Breach breaches[] = {
      {[](auto& set) { set.clear_id(); }, "id: is missing"},
      {[](auto& set) { set.clear_text(); }, "text: is missing"},
      {[](auto& set) { set.mutable_categories(0)->set_cap(16'001); },
       "categories: their caps sum to 100001: let them sum to 100000"},
      {[](auto& set) { set.mutable_categories(1)->set_id("A"); }, "categories[1].id: 'A'"},
      {[](auto& set) { set.mutable_categories(0)->clear_text(); },
       "categories[0].text: is missing"},
      {[](auto& set) { set.mutable_bands()->RemoveLast(); }, "bands: has 4 entries"},
      {[](auto& set) { set.mutable_bands(0)->set_from(1); }, "bands[0].from: 1 is out of range"},
      {[](auto& set) { set.mutable_bands(2)->set_from(15'000); },
       "bands[2].from: 15000 is out of range: give 15001"},
      {[](auto& set) { set.mutable_bands(2)->set_band(v1::BAND_HIGH); }, "bands[2].band: "},
      {[](auto& set) { set.mutable_falling()->set_days(20); }, "falling.days: 20"},
      {[](auto& set) { set.set_repeat_divisor(2); }, "repeat_divisor: 2 is out of range: give 3"},
      {[](auto& set) { set.set_mitigation_floor_permille(0); }, "mitigation_floor_permille: 0"},
      {[](auto& set) { set.mutable_exposure()->set_critical_permille(1301); },
       "exposure.critical_permille: 1301"},
      {[](auto& set) { set.mutable_exposure()->set_important_permille(999); },
       "exposure.important_permille: 999"},
      {[](auto& set) { set.mutable_coverage(1)->set_floor(50'000); }, "coverage[1].floor: 50000"},
      {[](auto& set) { set.mutable_coverage(1)->set_below_permille(500); },
       "coverage[1].below_permille: 500"},
      {[](auto& set) { set.mutable_assurance()->set_category("X"); },
       "assurance.category: 'X' is no category"},
      {[](auto& set) {
         set.clear_report_days();
         set.mutable_report_days()->set_usual(-1);
       },
       "report_days.usual: -1"},
      {[](auto& set) { set.mutable_indicators(1)->set_id("A1"); }, "indicators[1].id: 'A1'"},
      {[](auto& set) { set.mutable_indicators(0)->set_id("X1"); }, "indicators[0].id: 'X1'"},
      {[](auto& set) { set.mutable_indicators(0)->set_half_life_days(0); },
       "indicators[0].half_life_days: 0 is out of range: give 1"},
      {[](auto& set) { set.mutable_indicators(0)->clear_text(); },
       "indicators[0].text: is missing"},
      {[](auto& set) { set.mutable_indicators(3)->mutable_cases(0)->clear_text(); },
       "indicators[3].cases[0].text: is missing"},
      {[](auto& set) { set.mutable_indicators(3)->mutable_cases(0)->set_points(12'001); },
       "indicators[3].cases[0].points: 12001 is out of range: give 0 to 12000"},
      {[](auto& set) { set.mutable_indicators(0)->mutable_cases(0)->set_points(1); },
       "indicators[0].cases[0].points: 1 is out of range: give 0 to 0"},
      {[](auto& set) { *set.mutable_indicators(3)->add_cases() = set.indicators(3).cases(0); },
       "indicators[3].cases[1].code: 'HIT' is there twice"},
      {[](auto& set) { set.mutable_indicators(3)->clear_cases(); },
       "indicators[3].cases: is empty"},
      {[](auto& set) { set.mutable_indicators(3)->mutable_cases(0)->set_floor_cleared_by("M1"); },
       "indicators[3].cases[0].floor_cleared_by: 'M1'"},
      {[](auto& set) { set.mutable_mitigations(0)->set_id("M2"); },
       "mitigations[1].id: 'M2' is there twice"},
      {[](auto& set) { set.mutable_mitigations(0)->clear_text(); },
       "mitigations[0].text: is missing"},
      {[](auto& set) { set.mutable_mitigations(0)->clear_remedy(); },
       "mitigations[0].remedy: is missing"},
      {[](auto& set) { set.mutable_mitigations(0)->mutable_factors(0)->set_permille(1001); },
       "mitigations[0].factors[0].permille: 1001"},
      {[](auto& set) { set.mutable_mitigations(0)->mutable_factors(0)->set_indicator("Q1"); },
       "mitigations[0].factors[0].indicator: 'Q1' is no indicator"},
      {[](auto& set) { set.mutable_mitigations(0)->mutable_factors(0)->set_indicator("H1"); },
       "mitigations[0].factors[0].indicator: 'H1' is one of those that assurance counts"},
      {[](auto& set) {
         for (const int i : {3, 4, 5, 6}) {
           set.mutable_mitigations(i)->add_factors()->set_indicator("B2");
         }
       },
       "mitigations[5].factors[1].indicator: 'B2' has more than 4 mitigations"},
      {[](auto& set) { set.mutable_mitigations(2)->set_within_days(3); },
       "mitigations[2].within_working_days: 10 is out of range: give 0 to 0"},
      {[](auto& set) { set.add_holidays("25 December"); }, "holidays[0]: '25 December' is no day"},
      // Shapes.
      {[](auto& set) { set.mutable_indicators(0)->clear_shape(); },
       "indicators[0].shape: is missing"},
      {[](auto& set) { set.mutable_indicators(0)->clear_otherwise(); },
       "indicators[0].otherwise: is missing"},
      {[](auto& set) { set.mutable_indicators(0)->clear_when_unknown(); },
       "indicators[0].when_unknown: is missing"},
      {[](auto& set) { Of(set, "A1").mutable_value_curve()->mutable_points(2)->set_cents(5000); },
       "indicators[0].value_curve.points[2].cents: 5000 is out of range: give 5001"},
      {[](auto& set) { Of(set, "A1").mutable_value_curve()->mutable_points(2)->set_points(999); },
       "indicators[0].value_curve.points[2].points: 999"},
      {[](auto& set) { Of(set, "A1").mutable_value_curve()->mutable_points(0)->set_points(1); },
       "indicators[0].value_curve.points[0].points: 1"},
      {[](auto& set) { Of(set, "A1").mutable_value_curve()->set_input("partner.country"); },
       "indicators[0].value_curve.input: 'partner.country' is not on the allow-list"},
      {[](auto& set) { Of(set, "A1").mutable_value_curve()->set_input("benefit.day"); },
       "indicators[0].value_curve.input: 'benefit.day' is a day: give a number"},
      {[](auto& set) { Of(set, "A2").mutable_windowed_count()->set_window_days(0); },
       "indicators[1].windowed_count.window_days: 0"},
      {[](auto& set) { Of(set, "A2").mutable_windowed_count()->set_case_("NONE"); },
       "indicators[1].windowed_count.case: 'NONE' is no case"},
      {[](auto& set) { Of(set, "A5").mutable_distance_join()->set_days_before(-1); },
       "indicators[4].distance_join.days_before: -1"},
      {[](auto& set) { Of(set, "B1").mutable_threshold()->mutable_steps(1)->set_bound(1); },
       "indicators[6].threshold.steps[1].bound: 1 is out of range: give 2"},
      {[](auto& set) { Of(set, "B1").mutable_threshold()->mutable_steps()->RemoveLast(); },
       "indicators[6].cases: 'THREE_OR_MORE' is never reached"},
      {[](auto& set) { Of(set, "F3").mutable_overdue()->set_until("nationality"); },
       "indicators[27].overdue.until: 'nationality' is not on the allow-list"},
      {[](auto& set) {
         Of(set, "A4").mutable_field_cases()->mutable_rows(1)->mutable_all_of(0)->set_values(0,
                                                                                             "YES");
       },
       "indicators[3].field_cases.rows[1].all_of: can hold together with rows[0]"},
      {[](auto& set) {
         Of(set, "A4").mutable_field_cases()->mutable_rows(0)->mutable_all_of(0)->set_values(
             0, "MAYBE");
       },
       "indicators[3].field_cases.rows[0].all_of[0].values: 'MAYBE' is no value of travel.leisure"},
      {[](auto& set) { Of(set, "A4").mutable_field_cases()->mutable_rows(0)->clear_all_of(); },
       "indicators[3].field_cases.rows[0].all_of: is empty"},
  };
  for (const auto& [change, expected] : breaches) {
    v1::RuleSet set = Tl1().set();
    change(set);
    EXPECT_THAT(WrongOf(Rules::Of(set)), Contains(StartsWith(expected)));
  }
}

TEST(RuleSetTest, TheGreatestNumbersThereAreAreRefusedAsAnyOthers) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  v1::RuleSet set = Tl1().set();
  for (auto& category : *set.mutable_categories()) category.set_cap(kLeast);
  for (auto& line : *set.mutable_bands()) line.set_from(kMost);
  for (auto& coverage : *set.mutable_coverage()) {
    coverage.set_below_permille(std::numeric_limits<std::int32_t>::max());
    coverage.set_floor(kLeast);
  }
  for (auto& indicator : *set.mutable_indicators()) {
    if (indicator.has_overdue()) {
      for (auto& step : *indicator.mutable_overdue()->mutable_steps()) step.set_bound(kMost);
    }
    if (indicator.has_value_curve()) {
      for (auto& one : *indicator.mutable_value_curve()->mutable_points()) one.set_cents(kMost);
    }
  }
  EXPECT_THAT(WrongOf(Rules::Of(set)),
              testing::IsSupersetOf(
                  {StartsWith("categories[0].cap: "), StartsWith("bands[1].from: "),
                   StartsWith("coverage[1].below_permille: "), StartsWith("coverage[1].floor: ")}));
}

TEST(RuleSetTest, SaysAllThatIsWrongAtOnce) {
  v1::RuleSet set = Tl1().set();
  set.set_repeat_divisor(1);
  set.mutable_indicators(2)->clear_text();
  set.mutable_mitigations(3)->clear_remedy();
  EXPECT_EQ(WrongOf(Rules::Of(set)).size(), 3U);
}

TEST(RuleSetTest, AnotherRuleSetScoresOtherwise) {
  v1::RuleSet set = Tl1().set();
  set.set_repeat_divisor(5);
  for (v1::Case& one : *Of(set, "B6").mutable_cases()) one.set_points(10'000);
  const Result<Rules> rules = Rules::Of(set);
  ASSERT_TRUE(rules.ok());
  v1::ScoringInput input = Input("");
  *input.add_facts() = Meeting("a");
  *input.add_facts() = Meeting("b");
  EXPECT_EQ(Score(input, *rules).r(), 12'000);
  EXPECT_EQ(Score(input, *rules).rule_set_digest(), rules->digest());
}

TEST(AllowedInputsTest, NothingOfWhoSomebodyIs) {
  for (const char* path : {"partner.country", "country", "person.nationality", "principal.name",
                           "meeting.language", "official.birthplace", "relationship.partners"}) {
    EXPECT_EQ(FindInput(path), nullptr) << path;
  }
}

}  // namespace
}  // namespace twinledger::risk
