#include "platform/store/row_filter.h"

#include <gtest/gtest.h>

#include <string>

namespace twinledger::store {
namespace {

TEST(RowFilterTest, NothingIsHeldAtFirst) { EXPECT_FALSE(RowFilter().MayHold("a")); }

// Over several parts.
TEST(RowFilterTest, EveryRowThatWasAddedIsHeldAndFewOthersAre) {
  constexpr int kRows = 100'000;
  RowFilter filter;
  for (int i = 0; i < kRows; ++i) filter.Add("row " + std::to_string(i));
  int wrong = 0;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(filter.MayHold("row " + std::to_string(i))) << i;
    wrong += filter.MayHold("other " + std::to_string(i)) ? 1 : 0;
  }
  EXPECT_LT(wrong, kRows / 100);
  EXPECT_GT(wrong, 0) << "a filter that is never wrong is none";
}

}  // namespace
}  // namespace twinledger::store
