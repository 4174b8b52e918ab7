#include "platform/rpc/council_scope.h"

#include <gtest/gtest.h>

namespace twinledger::rpc {
namespace {

TEST(CouncilScopeTest, AParentIsOneCouncilOrAll) {
  Violations wrong;
  EXPECT_EQ(ScopeOfParent("councils/-", wrong).council(), std::nullopt);
  EXPECT_EQ(ScopeOfParent("councils/hutt-city", wrong).council(), "hutt-city");
  EXPECT_TRUE(wrong.all().empty());
  ScopeOfParent("hutt-city", wrong);
  ASSERT_EQ(wrong.all().size(), 1U);
  EXPECT_EQ(wrong.all()[0].field, "parent");
}

TEST(CouncilScopeTest, OfAllACouncilSeesItsOwn) {
  const Admission anybody;
  const Admission own{.caller = {}, .only_council = "hutt-city"};
  EXPECT_EQ(OnlyCouncil<std::string>("councils/-", anybody), std::nullopt);
  EXPECT_EQ(OnlyCouncil<std::string>("councils/-", own), "hutt-city");
  EXPECT_EQ(OnlyCouncil<std::string>("councils/nelson-city", anybody), "nelson-city");
}

}  // namespace
}  // namespace twinledger::rpc
