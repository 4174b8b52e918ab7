#include "risk/domain/input_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "risk/domain/bounds.h"
#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kSound = "id: 'a' indicator: 'B6' case: 'HIT' end: 20634 ";

std::vector<std::string> Wrong(const v1::ScoringInput& input) {
  const Result<v1::Assessment> assessment = Assess(input, Tl1());
  std::vector<std::string> wrong;
  if (assessment) return wrong;
  EXPECT_EQ(assessment.error().code, Code::kInvalidArgument);
  EXPECT_EQ(assessment.error().reason, "INPUT_INVALID");
  for (const FieldViolation& one : assessment.error().violations) {
    wrong.push_back(one.field + ": " + one.description);
  }
  return wrong;
}

TEST(InputCheckTest, ASoundInputIsScored) {
  EXPECT_THAT(Wrong(Input("facts { " + kSound + "}")), testing::IsEmpty());
}

struct Refusal {
  std::string input;
  std::string expected;
};

TEST(InputCheckTest, NamesTheFieldTheValueAndTheRemedy) {
  const Refusal refusals[] = {
      {"as_of: 9999999", "as_of: day 9999999 is out of range"},
      {"facts { indicator: 'B6' case: 'HIT' end: 1 }", "facts[0].id: is missing"},
      {"facts { " + kSound + "} facts { " + kSound + "}",
       "facts[1].id: 'a' is the id of facts[0], too"},
      {"facts { id: 'a' indicator: 'Z9' case: 'HIT' end: 1 }",
       "facts[0].indicator: 'Z9' is no indicator of TL-1: give one of A1 A2"},
      {"facts { id: 'a' indicator: 'C3' case: 'HIT' end: 1 }",
       "facts[0].case: 'HIT' is no case of C3: give CONNECTED or KEPT"},
      {"facts { id: 'a' indicator: 'B6' case: 'HIT' }",
       "facts[0].end: is missing: B6 does not last"},
      {"facts { id: 'a' indicator: 'B6' case: 'HIT' end: -999999 }",
       "facts[0].end: day -999999 is out of range: give 0001-01-01 to 9999-12-31"},
      {"facts { " + kSound + "recorded: 20635 }",
       "facts[0].recorded: 2026-07-01 is behind the day that is scored, 2026-06-30"},
      {"facts { id: 'a' indicator: 'E1' case: 'HIT' recorded: 20635 }", "facts[0].recorded: 2026"},
      {"facts { " + kSound + "allowed: -1 }", "facts[0].allowed: -1 is out of range"},
      {"facts { " + kSound + "criticality: 9 }", "facts[0].criticality: 9 is no criticality"},
      {"facts { " + kSound + "value_cents: 8000000001 }",
       "facts[0].value_cents: 8000000001 is out of range: give 0 to 8000000000"},
      {"facts { " + kSound + "value_cents: -1 }", "facts[0].value_cents: -1 is out of range"},
      {"facts { " + kSound + "floor_closed: 9999999 }", "facts[0].floor_closed: day 9999999"},
      {"facts { " + kSound + "volunteered: true }",
       "facts[0].volunteered: true has no meaning for B6"},
      {"facts { id: 'a' indicator: 'A1' case: 'VALUE' end: 1 value_cents: 1 }",
       "facts[0].group: is missing"},
      {"facts { id: 'a' indicator: 'A1' case: 'VALUE' end: 1 group: 'g' }",
       "facts[0].value_cents: is missing"},
      {"facts { " + kSound + "mitigations { id: 'M99' state: MITIGATION_STATE_VERIFIED } }",
       "facts[0].mitigations[0].id: 'M99' is no mitigation of TL-1: give one of M1 M2"},
      {"facts { " + kSound + "mitigations { id: 'M9' } }",
       "facts[0].mitigations[0].state: is missing: give CLAIMED or VERIFIED"},
      {"facts { " + kSound + "mitigations { id: 'M9' state: 7 } }",
       "facts[0].mitigations[0].state: is missing"},
      {"coverage { expected: -1 }", "coverage.expected: -1 is out of range"},
      {"coverage { received: 1000001 }", "coverage.received: 1000001 is out of range"},
      {"overdue_actions: -1", "overdue_actions: -1 is out of range"},
      {"credits { day: 1 }", "credits[0].kind: is missing: give NIL_RETURN or M14"},
      {"credits { kind: CREDIT_KIND_NIL_RETURN }", "credits[0].day: is missing"},
      {"previous_band: 9", "previous_band: 9 is no band"},
      {"highest_r_29: 100001", "highest_r_29: 100001 is out of range: give 0 to 100000"},
      {"outcomes { indicator: 'B6' outcome: OUTCOME_HIT }", "outcomes[0].outcome: cannot be so"},
      {"outcomes { indicator: 'X' outcome: OUTCOME_NO_HIT }",
       "outcomes[0].indicator: 'X' is no indicator"},
  };
  for (const auto& [input, expected] : refusals) {
    EXPECT_THAT(Wrong(Input(input)), ElementsAre(StartsWith(expected))) << input;
  }
  EXPECT_THAT(Wrong(v1::ScoringInput()),
              ElementsAre("as_of: is missing: give the day to score as of"));
}

TEST(InputCheckTest, SaysAllAtOnce) {
  const std::vector<std::string> wrong =
      Wrong(Input("facts { id: 'a' indicator: 'B6' case: 'X' recorded: 20700 }"
                  "facts { id: 'a' indicator: 'B7' case: 'HIT' end: 1 value_cents: -5 }"
                  "overdue_actions: -1"));
  EXPECT_EQ(wrong.size(), 6U) << testing::PrintToString(wrong);
}

TEST(InputCheckTest, OfVeryManySaysHowManyMoreThereAre) {
  v1::ScoringInput input = Input("");
  for (int i = 0; i < 150; ++i) input.add_facts()->set_id(std::to_string(i));
  const std::vector<std::string> wrong = Wrong(input);
  ASSERT_EQ(wrong.size(), 101U);
  EXPECT_EQ(wrong.back(), ": and 50 more");
}

TEST(InputCheckTest, WhatIsLongIsCutInTheMessage) {
  v1::ScoringInput input = Input("facts { " + kSound + "}");
  input.mutable_facts(0)->set_indicator(std::string(1000, 'x') + "\n");
  const std::vector<std::string> wrong = Wrong(input);
  EXPECT_THAT(wrong, ElementsAre(HasSubstr(std::string(60, 'x') + "...'")));
}

void CollectFields(const google::protobuf::Descriptor& type, std::set<std::string>& fields) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    fields.insert(type.name() + "." + field.name());
    if (field.message_type() != nullptr) CollectFields(*field.message_type(), fields);
  }
}

// What is scored is a decision: a field more is one more.
TEST(InputCheckTest, NothingElseCanBeScored) {
  std::set<std::string> fields;
  CollectFields(*v1::ScoringInput::descriptor(), fields);
  EXPECT_THAT(
      fields,
      testing::UnorderedElementsAre(
          "ScoringInput.as_of", "ScoringInput.facts", "ScoringInput.coverage",
          "ScoringInput.overdue_actions", "ScoringInput.credits", "ScoringInput.previous_band",
          "ScoringInput.highest_r_29", "ScoringInput.outcomes", "Fact.id", "Fact.indicator",
          "Fact.case", "Fact.end", "Fact.recorded", "Fact.allowed", "Fact.criticality",
          "Fact.mitigations", "Fact.group", "Fact.value_cents", "Fact.floor_closed",
          "Fact.volunteered", "MitigationClaim.id", "MitigationClaim.state", "MitigationClaim.late",
          "MitigationClaim.ref", "Coverage.expected", "Coverage.received", "Credit.kind",
          "Credit.day", "JudgedOutcome.indicator", "JudgedOutcome.outcome", "JudgedOutcome.event"));
}

TEST(InputCheckTest, TheGreatestValuesAreScoredWithoutOverflow) {
  v1::ScoringInput input =
      Input("overdue_actions: 1000000 highest_r_29: 100000 coverage { expected: 1000000 }");
  for (int i = 0; i < 2000; ++i) {
    *input.add_facts() = Gift("g" + std::to_string(i), kValueCentsMax, "one");
    *input.add_facts() = Gift("h" + std::to_string(i), kValueCentsMax, std::to_string(i));
  }
  v1::Fact oldest = Meeting("oldest", kDayMin);
  oldest.set_recorded(kDayMin);
  oldest.set_allowed(static_cast<std::int32_t>(kDaysMax));
  *input.add_facts() = oldest;
  const v1::Assessment assessment = Score(input);
  EXPECT_EQ(assessment.lines_size(), 2001);
  EXPECT_EQ(assessment.lines(0).cents(), 500'000);
  EXPECT_EQ(assessment.r(), 50'000);
  EXPECT_EQ(assessment.assurance().a(), 0);
  input.set_as_of(kDayMax);
  EXPECT_EQ(Score(input).uncapped(), 0);
}

}  // namespace
}  // namespace twinledger::risk
