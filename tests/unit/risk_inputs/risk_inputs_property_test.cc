// Whatever was recorded: properties that what is extracted must have to be fair and hard to game.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "risk/domain/allowed_inputs.h"
#include "risk/domain/canonical_json.h"
#include "risk/domain/council_score.h"
#include "risk/inputs/derived_inputs.h"
#include "risk/inputs/scored_fields.h"
#include "tests/unit/risk_inputs/any_history.h"

namespace twinledger::risk {
namespace {

const std::vector<std::string> kSubjects{"", "rel-1", "rel-2"};

Dice AnyDice() { return Dice(*rc::gen::noShrink(rc::gen::arbitrary<std::uint32_t>())); }

// Inputs and assessments of all subjects, in canonical JSON.
std::string Scored(const CouncilInputs& inputs) {
  std::string text;
  for (const std::string& subject : kSubjects) {
    const v1::ScoringInput input = ExtractRelationship(inputs, subject, Tl1(), kToday);
    const auto assessment = Assess(input, Tl1());
    RC_ASSERT(assessment.ok());
    text += CanonicalJson(input) + "\n" + CanonicalJson(*assessment) + "\n";
  }
  return text;
}

std::int64_t RiskOf(const Ledger& ledger, const std::string& subject) {
  const auto assessment = Assess(ExtractRelationship(ledger.Read(), subject, Tl1(), kToday), Tl1());
  RC_ASSERT(assessment.ok());
  return assessment->r();
}

// Else the properties would hold of nothing.
TEST(RiskInputsProperty, HistoriesHaveFactsOfAllThatIsLookedFor) {
  std::set<std::string> found;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    Dice dice(seed);
    Ledger ledger;
    Tell(AnyHistory(dice), ledger);
    const v1::ScoringInput input = ledger.Extract();
    for (const v1::Fact& fact : input.facts()) found.insert(fact.indicator());
  }
  EXPECT_THAT(found, ::testing::ElementsAreArray(ExtractedIndicators()));
}

RC_GTEST_PROP(RiskInputsProperty, OtherPeopleInOtherCountriesScoreTheSameToTheByte, ()) {
  Dice dice = AnyDice();
  const History history = AnyHistory(dice);
  Ledger told;
  Tell(history, told);
  Ledger disguised;
  Tell(Disguised(history, dice), disguised);
  RC_ASSERT(Scored(told.Read()) == Scored(disguised.Read()));
  RC_ASSERT(told.store().Rows() == disguised.store().Rows());
}

RC_GTEST_PROP(RiskInputsProperty, TheOrderOfRecordsDoesNotMatter, ()) {
  Dice dice = AnyDice();
  const History history = AnyHistory(dice);
  Ledger told;
  Tell(history, told);
  Ledger shuffled;
  Tell(Shuffled(history, dice), shuffled);
  RC_ASSERT(Scored(told.Read()) == Scored(shuffled.Read()));
}

RC_GTEST_PROP(RiskInputsProperty, OneMoreRecordNeverLowersRisk, ()) {
  Dice dice = AnyDice();
  const History history = AnyHistory(dice);
  Ledger ledger;
  Tell(history, ledger);
  for (int n = 1; n <= 5; ++n) {
    std::map<std::string, std::int64_t> before;
    for (const std::string& subject : kSubjects) before[subject] = RiskOf(ledger, subject);
    Tell({AnySubmission("more-" + std::to_string(n), JourneysIn(history), dice)}, ledger);
    for (const std::string& subject : kSubjects) {
      RC_ASSERT(RiskOf(ledger, subject) >= before[subject]);
    }
  }
}

RC_GTEST_PROP(RiskInputsProperty, ACheckNeverRaisesRisk, ()) {
  Dice dice = AnyDice();
  Ledger ledger;
  Tell(AnyHistory(dice), ledger);
  const CouncilInputs inputs = ledger.Read();
  for (const RecordInputs& record : inputs.records) {
    const state::v1::RecordState state = record.revisions.back().state;
    if (state == state::v1::RECORD_STATE_RETRACTED) continue;
    // To confirm that a journey was none gives its devices days of their own.
    if (state == state::v1::RECORD_STATE_RETRACTION_PENDING) continue;
    const std::int64_t before = RiskOf(ledger, "rel-1");
    ledger.Step("record_verified", record.record_id, kToday);
    RC_ASSERT(RiskOf(ledger, "rel-1") <= before);
  }
}

RC_GTEST_PROP(RiskInputsProperty, AtThePositionsThatWereReadTheSameIsRead, ()) {
  Dice dice = AnyDice();
  Ledger ledger;
  Tell(AnyHistory(dice), ledger);
  const CouncilInputs inputs = ledger.Read();
  const CouncilInputs again = ledger.Read(inputs.positions);
  RC_ASSERT(Scored(inputs) == Scored(again));
  RC_ASSERT(inputs.positions == again.positions);
}

// A fact that several relationships share is the same in each.
RC_GTEST_PROP(RiskInputsProperty, ACouncilIsScoredByTheFactsOfAllItsRelationships, ()) {
  Dice dice = AnyDice();
  Ledger ledger;
  Tell(AnyHistory(dice), ledger);
  const CouncilInputs inputs = ledger.Read();
  std::vector<v1::ScoringInput> relationships;
  for (const std::string& id : inputs.relationships) {
    relationships.push_back(ExtractRelationship(inputs, id, Tl1(), kToday));
  }
  RC_ASSERT(relationships.size() == 2u);
  const auto all = UnionOfFacts(ExtractCouncil(inputs, Tl1(), kToday), relationships);
  RC_ASSERT(all.ok());
  RC_ASSERT(Assess(*all, Tl1()).ok());
}

// Else a rule could not name it.
RC_GTEST_PROP(RiskInputsProperty, EveryAnswerIsOneThatRulesMayLookAt, ()) {
  Dice dice = AnyDice();
  const Happening one = AnySubmission("e1", {}, dice);
  const RecordFields fields = ScoredFields(one.engagement.record_submitted().fields());
  for (const Choices& choices : ReadingsOf(fields)) {
    for (const auto& [input, value] : choices) {
      const AllowedInput* allowed = FindInput(input);
      RC_ASSERT(allowed != nullptr);
      RC_ASSERT(std::ranges::count(allowed->values, value) == 1);
    }
  }
}

RC_GTEST_PROP(RiskInputsProperty, ALaterReportNeverLowersRisk, ()) {
  Dice dice = AnyDice();
  const Happening one = AnySubmission("e1", {}, dice);
  std::int64_t before = -1;
  for (const Day late : {0, 10, 28, 29, 60, 200}) {
    Happening reported = one;
    reported.recorded = kToday - 200 + late;
    Ledger ledger;
    Tell({reported}, ledger);
    const std::int64_t risk = RiskOf(ledger, "rel-1");
    RC_ASSERT(risk >= before);
    before = risk;
  }
}

}  // namespace
}  // namespace twinledger::risk
