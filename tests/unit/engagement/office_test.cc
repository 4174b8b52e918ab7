#include "engagement/domain/office.h"

#include <gtest/gtest.h>

namespace twinledger::engagement {
namespace {

TEST(OfficeTest, KnowsTitlesWithAndWithoutANumber) {
  for (const char* office : {"mayor", "deputy-mayor", "member-2", "board-member-12", "other"}) {
    EXPECT_TRUE(IsOffice(office)) << office;
  }
}

TEST(OfficeTest, WhatMayBeANameIsNoOffice) {
  for (const char* text : {"", "Mayor", "john-smith", "mayor-smith", "mayor smith", "member-",
                           "member-1234", "-2", "mayor-2-3", "王"}) {
    EXPECT_FALSE(IsOffice(text)) << text;
  }
}

}  // namespace
}  // namespace twinledger::engagement
