// What is copied of the events, and what is not.
#include "risk/inputs/input_tables.h"

#include "tests/unit/risk_inputs/ledger.h"

namespace twinledger::risk {
namespace {

TEST(FollowInputsTest, AStreamThatIsNotScoredChangesNothing) {
  Ledger ledger;
  const auto before = ledger.store().Rows();
  EXPECT_EQ(ledger.Apply("risk", "council/hutt-city", kToday, "no event at all"), "");
  EXPECT_EQ(ledger.store().Rows(), before);
}

TEST(FollowInputsTest, WhatANewerProgramWroteIsNotScoredByGuess) {
  Ledger ledger;
  EXPECT_THAT(
      ledger.Apply("engagement", "council/hutt-city", kToday, std::string("\xa2\x06\x00", 3)),
      ::testing::HasSubstr("something new"));
  EXPECT_THAT(ledger.Apply("registry", "council/hutt-city", kToday, std::string("\xa2\x06\x00", 3)),
              ::testing::HasSubstr("does not know"));
}

}  // namespace
}  // namespace twinledger::risk
