// Fields of messages from text, and messages as JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "twinledger/fields/from_text.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/import/compare.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::client {
namespace {

namespace v1 = registry::v1;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(FieldsTest, TextBecomesTheFieldThatItNames) {
  v1::Council council;
  for (const auto& [field, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"display_name", "Kāpiti"},
           {"kind", "local-board"},
           {"population", "1,571 718"},
           {"has_port", "true"},
           {"next_return_due", "1/5/2024"}}) {
    const Result<void> set = SetField(council, field, text);
    EXPECT_TRUE(set.ok()) << set.error().message;
  }
  EXPECT_EQ(council.kind(), v1::COUNCIL_KIND_LOCAL_BOARD);
  EXPECT_EQ(council.population(), 1571718);
  EXPECT_EQ(council.has_port(), v1::TRI_STATE_YES);
  const Json json = ToJson(council);
  EXPECT_EQ(json["kind"], "LOCAL_BOARD");
  EXPECT_EQ(json["next_return_due"], "2024-05-01");
  EXPECT_TRUE(json["seat"].is_null());
  EXPECT_TRUE(json["status"].is_null());
}

TEST(FieldsTest, EmptyTextClearsAField) {
  v1::Council council;
  council.set_population(5);
  ASSERT_TRUE(SetField(council, "population", "").ok());
  EXPECT_FALSE(council.has_population());
}

TEST(FieldsTest, ZeroIsPrintedAndUnsetIsNull) {
  v1::Council council;
  EXPECT_TRUE(ToJson(council)["population"].is_null());
  council.set_population(0);
  EXPECT_EQ(ToJson(council)["population"], 0);
}

TEST(FieldsTest, SeveralValuesAreGivenByCommas) {
  v1::Relationship relationship;
  ASSERT_TRUE(SetField(relationship, "aims", "culture, indigenous-to-indigenous").ok());
  EXPECT_EQ(ToJson(relationship)["aims"], (Json{"CULTURE", "INDIGENOUS_TO_INDIGENOUS"}));
}

TEST(FieldsTest, AWrongValueIsToldWithWhatWouldBeRight) {
  v1::Council council;
  struct Case {
    const char* field;
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"kind", "village", "regional, unitary, city, district"},
      {"population", "many", "whole number"},
      {"population", "-1", "whole number"},
      {"population", "99999999999999999999", "whole number"},
      {"has_port", "maybe", "yes, no, unknown"},
      {"next_return_due", "2024-02-30", "a date"},
      {"next_return_due", "24", "a date"},
      {"next_return_due", "2024-", "a date"},
  };
  for (const auto& [field, text, expected] : cases) {
    SCOPED_TRACE(text);
    const Result<void> set = SetField(council, field, text);
    ASSERT_FALSE(set.ok());
    EXPECT_THAT(set.error().message, HasSubstr(expected));
    EXPECT_EQ(set.error().metadata.at("value"), text);
  }
}

TEST(FieldsTest, OnlyFieldsThatDifferAreChanged) {
  v1::Council recorded;
  recorded.set_display_name("A");
  recorded.set_population(5);
  recorded.set_etag("x");
  v1::Council wanted = recorded;
  wanted.clear_etag();
  wanted.set_seat("S");
  wanted.clear_population();
  EXPECT_THAT(
      ChangedPaths(recorded, wanted, {"display_name", "seat", "population", "next_return_due"}),
      ElementsAre("seat", "population"));
}

TEST(ShortNamesTest, AHistoryHasTheWordsOfAList) {
  const auto& council = *registry::v1::Council::descriptor();
  EXPECT_EQ(ShortNames(council, "kind", "COUNCIL_KIND_CITY"), "CITY");
  EXPECT_EQ(ShortNames(council, "kind", "COUNCIL_KIND_OF_A_NEWER_PROGRAM"),
            "COUNCIL_KIND_OF_A_NEWER_PROGRAM");
  EXPECT_EQ(ShortNames(council, "display_name", "COUNCIL_KIND_CITY"), "COUNCIL_KIND_CITY");
  EXPECT_EQ(ShortNames(council, "unknown", "COUNCIL_KIND_CITY"), "COUNCIL_KIND_CITY");
}

}  // namespace
}  // namespace twinledger::client
