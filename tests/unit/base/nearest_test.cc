#include "platform/base/nearest.h"

#include <gtest/gtest.h>

namespace twinledger {
namespace {

TEST(NearestTest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> words{"council", "partner", "register", "relationship"};
  EXPECT_EQ(Nearest("registre", words), "register");
  EXPECT_EQ(Nearest("counsil", words), "council");
  EXPECT_EQ(Nearest("gte", {"list", "get"}), "get");
  EXPECT_EQ(Nearest("x", {}), "");
  EXPECT_EQ(Nearest("frobnicate", words), "") << "nothing like it";
  EXPECT_EQ(DidYouMean("counsil", words), "; did you mean \"council\"?");
  EXPECT_EQ(DidYouMean("frobnicate", words), "");
}

}  // namespace
}  // namespace twinledger
