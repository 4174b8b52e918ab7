#include "platform/rpc/council_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinledger::rpc {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kRecords = "/records/";
const std::string kId = "0b1c9b5e-0000-4000-8000-000000000001";

TEST(CouncilNamesTest, ANameIsReadAsItWasWritten) {
  EXPECT_EQ(CouncilIdIn(CouncilName("hutt-city")), "hutt-city");
  const std::string name = OwnedName("hutt-city", kRecords, kId);
  EXPECT_EQ(name, "councils/hutt-city/records/" + kId);
  const Owned owned = OwnedIn(name, kRecords);
  EXPECT_EQ(owned.council, "hutt-city");
  EXPECT_EQ(owned.id, kId);
}

TEST(CouncilNamesTest, AnotherFormIsNoName) {
  EXPECT_EQ(CouncilIdIn("partners/hutt-city"), "");
  EXPECT_EQ(OwnedIn("councils/hutt-city", kRecords).council, "");
  EXPECT_EQ(OwnedIn("councils/hutt-city/alerts/" + kId, kRecords).id, "");
}

TEST(CouncilNamesTest, WhatIsWrongNamesFieldValueAndRemedy) {
  Violations wrong;
  EXPECT_EQ(ReadCouncilId("parent", "hutt-city", wrong), "");
  EXPECT_EQ(ReadCouncilId("parent", "councils/Hutt", wrong), "Hutt");
  EXPECT_EQ(ReadOwned("name", "councils/hutt-city", kRecords, wrong).id, "");
  EXPECT_EQ(ReadOwned("name", "councils/hutt-city/records/7", kRecords, wrong).id, "7");
  ASSERT_EQ(wrong.all().size(), 4u);
  EXPECT_EQ(wrong.all()[0].field, "parent");
  EXPECT_THAT(wrong.all()[0].description, HasSubstr("\"hutt-city\": want councils/"));
  EXPECT_EQ(wrong.all()[2].field, "name");
  EXPECT_THAT(wrong.all()[2].description, HasSubstr("then /records/ and a UUID"));
}

}  // namespace
}  // namespace twinledger::rpc
