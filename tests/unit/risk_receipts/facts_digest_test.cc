// What is scored, whenever: between two receipts only days pass.
#include "risk/receipts/assessed.h"
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

std::string DigestOn(const Ledger& ledger, Day as_of) {
  return FactsOfRelationship(ledger.Read(), kRelationship, Tl1(), as_of).sha256;
}

TEST(FactsDigestTest, AWindowThatIsFullEndsWithTheDayAndIsTheSameUntilItIsLeft) {
  Ledger ledger;
  for (int i = 0; i < 6; ++i) {
    ledger.Submit("e" + std::to_string(i), kToday, GiftOn(kToday - i));
  }
  const std::string today = DigestOn(ledger, kToday);
  EXPECT_EQ(Standing(ledger.Extract(kToday + 1), "A2"), "HIT");
  EXPECT_EQ(DigestOn(ledger, kToday + 1), today);
  const Day last = kToday - 5 + 89;
  EXPECT_EQ(DigestOn(ledger, last), today);
  EXPECT_NE(DigestOn(ledger, last + 1), today) << "from now on it decays";
  EXPECT_EQ(DigestOn(ledger, last + 2), DigestOn(ledger, last + 1));
}

}  // namespace
}  // namespace twinledger::risk
