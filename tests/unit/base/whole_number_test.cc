#include "platform/base/whole_number.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace twinledger {
namespace {

TEST(WholeNumberTest, IsAllOfItsText) {
  EXPECT_EQ(WholeNumber<std::uint32_t>("0"), 0u);
  EXPECT_EQ(WholeNumber<std::uint32_t>("00042"), 42u);
  EXPECT_EQ(WholeNumber<std::int64_t>("-7"), -7);
  for (const std::string text :
       {"", " ", "1 ", " 1", "+1", "-", "1.0", "1e3", "0x10", "1,000", "٣"}) {
    EXPECT_EQ(WholeNumber<std::int64_t>(text), std::nullopt) << text;
  }
  EXPECT_EQ(WholeNumber<std::int64_t>(std::string("1\0", 2)), std::nullopt);
}

TEST(WholeNumberTest, IsInTheRangeOfItsType) {
  EXPECT_EQ(WholeNumber<std::uint16_t>("65535"), 65'535u);
  EXPECT_EQ(WholeNumber<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(WholeNumber<std::uint64_t>("-1"), std::nullopt);
  EXPECT_EQ(WholeNumber<std::int64_t>("9223372036854775808"), std::nullopt);
}

}  // namespace
}  // namespace twinledger
