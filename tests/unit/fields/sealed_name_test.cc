#include "platform/fields/sealed_name.h"

#include <gtest/gtest.h>

namespace twinledger::fields {
namespace {

TEST(SealedNameTest, AFieldIsToldByTheEndOfItsName) {
  EXPECT_TRUE(IsSealedName("display_name_sealed"));
  EXPECT_FALSE(IsSealedName("display_name"));
  EXPECT_FALSE(IsSealedName("sealed_by"));
}

TEST(SealedNameTest, ItsNameInClearIsWithoutThatEnd) {
  EXPECT_EQ(SealedName("display_name"), "display_name_sealed");
  EXPECT_EQ(ClearName("display_name_sealed"), "display_name");
  EXPECT_EQ(ClearName("display_name"), "display_name");
}

}  // namespace
}  // namespace twinledger::fields
