// Inputs with every number that they score, worked out by another program than ours, and the rule
// set that they were scored by.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "platform/base/whole_file.h"
#include "risk/domain/canonical_json.h"
#include "tests/unit/risk/scoring.h"
#include "twinledger/risk/assessment_json.h"
#include "twinledger/risk/input_json.h"

namespace twinledger::risk {
namespace {

using nlohmann::json;

const json& Vectors() {
  static const json vectors = [] {
    const auto text = ReadWholeFile(TWINLEDGER_SOURCE_DIR "/tests/unit/risk/vectors.json");
    EXPECT_TRUE(text.ok());
    return json::parse(*text);
  }();
  return vectors;
}

v1::ScoringInput InputOf(const json& vector) {
  const auto input = client::ReadScoringInput(vector["input"].dump(), Tl1());
  EXPECT_TRUE(input.ok()) << input.error().message;
  return *input;
}

TEST(VectorsTest, EveryNumberIsRightToTheLastUnit) {
  ASSERT_EQ(Vectors()["vectors"].size(), 12U);
  for (const json& vector : Vectors()["vectors"]) {
    SCOPED_TRACE(vector["input"]["name"]);
    const v1::Assessment assessment = Score(InputOf(vector));
    EXPECT_EQ(json(client::AssessmentJson(assessment)).dump(1), vector["expected"].dump(1));
  }
}

TEST(VectorsTest, TheRuleSetSaysTheSameNumbers) {
  const json& expected = Vectors()["rule_set"];
  const v1::RuleSet& set = Tl1().set();
  json caps;
  for (const v1::Category& category : set.categories()) caps[category.id()] = category.cap();
  EXPECT_EQ(caps, expected["caps"]);
  json bands;
  for (const v1::BandLine& line : set.bands()) bands[client::WordOf(line.band())] = line.from();
  EXPECT_EQ(bands, expected["bands"]);
  json indicators;
  json mitigations;
  for (const IndicatorRule& rule : Tl1().indicators()) {
    json cases = json::object();
    json floors = json::object();
    std::set<std::string> exposed;
    for (const v1::Case& one : rule.data->cases()) {
      cases[one.code()] = one.points();
      if (one.floor() > 0) floors[one.code()] = one.floor();
      if (one.exposed()) exposed.insert(one.code());
      EXPECT_EQ(one.floor_cleared_by(), one.code() == "CONNECTED" ? "M8" : "");
    }
    indicators[rule.id()] = {{"half_life", rule.data->half_life_days()},
                             {"active", rule.data->active()},
                             {"exposure_cases", exposed},
                             {"floors", floors},
                             {"cases", cases}};
    for (const auto& [id, factor] : rule.factors) mitigations[std::string(id)][rule.id()] = factor;
  }
  EXPECT_EQ(indicators, expected["indicators"]);
  EXPECT_EQ(mitigations, expected["mitigations"]);
  json curve;
  for (const v1::CurvePoint& point : Tl1().Find("A1")->data->value_curve().points()) {
    curve.push_back({point.cents(), point.points()});
  }
  EXPECT_EQ(curve, expected["value_curve"]);
}

// Every step of the sum that a councillor can add up by hand.
TEST(VectorsTest, TheWorkedExampleIsWorkedOutLikeThat) {
  const v1::Assessment worked = Score(InputOf(Vectors()["vectors"][0]));
  std::string steps;
  for (const v1::Line& line : worked.lines()) {
    steps += line.indicator() + " base " + std::to_string(line.base()) + " age " +
             std::to_string(line.age_days()) + " decay " + std::to_string(line.decay()) +
             " value " + std::to_string(line.value()) + "\n";
  }
  EXPECT_EQ(steps,
            "A1 base 4441 age 0 decay 1073741824 value 4441\n"
            "A3 base 4000 age 200 decay 836984114 value 3118\n"
            "C1 base 4000 age 200 decay 340658272 value 1269\n"
            "E1 base 7800 age 0 decay 1073741824 value 7800\n"
            "E4 base 6000 age 300 decay 734977579 value 4107\n"
            "F1 base 5000 age 400 decay 734977579 value 3422\n");
  EXPECT_EQ(worked.r(), 24'157);
  EXPECT_EQ(Score(InputOf(Vectors()["vectors"][1])).r(), 19'477);
}

// Digests are names that receipts keep: another one means another rule set, or another engine.
TEST(VectorsTest, RuleSetAndReceiptKeepTheirNames) {
  EXPECT_EQ(Tl1().digest(), "960611e6c8b8e3d4ffcee496229398faaf026f19a12c1b8c69ddbd17ea43077b");
  EXPECT_EQ(CanonicalDigest(Score(InputOf(Vectors()["vectors"][0]))),
            "9e273b5d2bde0dcb861fdb5be03119b3b509bda4b743917e2e4e828ef0674d03");
}

}  // namespace
}  // namespace twinledger::risk
