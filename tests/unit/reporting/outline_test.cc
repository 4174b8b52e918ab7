#include "reporting/domain/outline.h"

#include <gmock/gmock.h>

#include "tests/unit/reporting/text_message.h"

namespace twinledger::reporting {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(OutlineTest, NothingSealedIsLeftAtAnyDepth) {
  const auto fields = Parse<RecordFields>(R"pb(
    evidence { sha256: "aa" title_sealed: "canary 1" }
    travel {
      purpose_sealed: "canary 2"
      stops { city_sealed: "canary 3" country: "JP" }
      stops { city_sealed: "canary 4" country: "KR" }
    })pb");
  const std::string outline = OutlineOf(fields).DebugString();
  EXPECT_THAT(outline, Not(HasSubstr("canary")));
  EXPECT_THAT(outline, Not(HasSubstr("evidence")));
  EXPECT_THAT(outline, HasSubstr("JP"));
  EXPECT_THAT(outline, HasSubstr("KR"));
}

TEST(OutlineTest, APathIsOneOfTheRecordOrOfTheContentThatItHas) {
  const auto gift = Parse<RecordFields>("gift {}");
  for (const char* path : {"marking", "relationship_id", "gift.value", "gift.description_sealed"}) {
    EXPECT_TRUE(HasPath(gift, path)) << path;
  }
  for (const char* path : {"colour", "gift", "gift.colour", "travel.stops"}) {
    EXPECT_FALSE(HasPath(gift, path)) << path;
  }
}

TEST(OutlineTest, APathIsTakenOverOrCleared) {
  auto record = Parse<RecordFields>("marking: MARKING_SENSITIVE gift { asset_number: 'A-1' }");
  CopyPath(Parse<RecordFields>("gift { asset_number: 'A-2' }"), "gift.asset_number", record);
  CopyPath(RecordFields(), "marking", record);
  EXPECT_EQ(record.ShortDebugString(), "gift { asset_number: \"A-2\" }");
  CopyPath(RecordFields(), "gift.asset_number", record);
  EXPECT_EQ(record.gift().asset_number(), "");
}

TEST(OutlineTest, GiftsAndTravelHaveDaysOfTheirOwn) {
  const auto days = [](const char* text) {
    const Days found = DaysOf(Parse<RecordFields>(text));
    return fields::ToText(found.first) + ".." + fields::ToText(found.last);
  };
  EXPECT_EQ(days("gift { offered_on { year: 2026 month: 5 } }"), "2026-05..");
  EXPECT_EQ(days("travel { depart_on { year: 2026 month: 3 day: 2 } return_on { year: 2026 } }"),
            "2026-03-02..2026");
  EXPECT_EQ(days("occur_date { year: 2025 } occur_end { year: 2026 } hospitality {}"),
            "2025..2026");
}

}  // namespace
}  // namespace twinledger::reporting
