// Inputs of `risk evaluate`: refused with every violation, or scored alike in whatever order their
// facts stand.
#include <algorithm>
#include <string>

#include "platform/base/check.h"
#include "risk/domain/assess.h"
#include "risk/domain/bounds.h"
#include "risk/rules/built_in.h"
#include "tests/fuzz/fuzz_target.h"
#include "twinledger/risk/input_json.h"

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kFactsAsTheyStand;

void twinledger::testing::FuzzOne(std::string_view input) {
  const risk::Rules& rules = risk::Tl1();
  const auto read = client::ReadScoringInput(std::string(input), rules);
  if (!read.ok()) {
    TL_CHECK(!read.error().violations.empty());
    return;
  }
  risk::v1::ScoringInput turned = *read;
  std::reverse(turned.mutable_facts()->begin(), turned.mutable_facts()->end());
  for (risk::v1::Fact& fact : *turned.mutable_facts()) {
    std::reverse(fact.mutable_mitigations()->begin(), fact.mutable_mitigations()->end());
  }
  const auto one = risk::Assess(*read, rules);
  const auto other = risk::Assess(turned, rules);
  // What was read was checked: it scores.
  TL_CHECK(one.ok() && other.ok());
  TL_CHECK(one->SerializeAsString() == other->SerializeAsString());
  TL_CHECK(one->r() >= 0 && one->r() <= risk::kScoreMax);
}
