// Inputs as tests write them, and what they score under TL-1.
#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "risk/domain/assess.h"
#include "risk/domain/day.h"
#include "risk/rules/built_in.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

inline constexpr Day kToday = 20'634;  // 2026-06-30.

// `text` is protobuf's text form of the rest of the input.
inline v1::ScoringInput Input(const std::string& text) {
  v1::ScoringInput input;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &input)) << text;
  if (!input.has_as_of()) input.set_as_of(kToday);
  return input;
}

inline v1::Assessment Score(const v1::ScoringInput& input, const Rules& rules = Tl1()) {
  Result<v1::Assessment> assessment = Assess(input, rules);
  EXPECT_TRUE(assessment.ok()) << input.DebugString();
  return assessment ? *assessment : v1::Assessment();
}

inline v1::Assessment Score(const std::string& text) { return Score(Input(text)); }

// A fact of an everyday indicator: B6, 5000 points, half-life 365 days.
inline v1::Fact Meeting(const std::string& id, Day end = kToday) {
  v1::Fact fact;
  fact.set_id(id);
  fact.set_indicator("B6");
  fact.set_case_("HIT");
  fact.set_end(end);
  return fact;
}

inline v1::Fact Gift(const std::string& id, std::int64_t cents, const std::string& group = "g",
                     Day end = kToday) {
  v1::Fact fact;
  fact.set_id(id);
  fact.set_indicator("A1");
  fact.set_case_("VALUE");
  fact.set_end(end);
  fact.set_group(group);
  fact.set_value_cents(cents);
  return fact;
}

}  // namespace twinledger::risk
