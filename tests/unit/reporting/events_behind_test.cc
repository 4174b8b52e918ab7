#include "reporting/scores/events_behind.h"

#include <gmock/gmock.h>

namespace twinledger::reporting {
namespace {

TEST(EventsBehindTest, EachEventCountsOnceAndAtMostTwentyAreShown) {
  EventsBehind events;
  for (int i = 0; i < 30; ++i) events.Add("engagement/3/" + std::to_string(i));
  events.Add("engagement/3/7");
  events.Add("");
  const v1::Source source = events.Render("r");
  EXPECT_EQ(source.field(), "r");
  EXPECT_EQ(source.event_count(), 30);
  EXPECT_EQ(source.events_size(), 20);
}

TEST(EventsBehindTest, EventsComeInTheOrderOfTheLog) {
  EventsBehind events;
  for (const char* event :
       {"risk/0/1", "engagement/10/1", "engagement/2/100", "engagement/2/9", "engagement/2/10"}) {
    events.Add(event);
  }
  EXPECT_THAT(events.Render("r").events(),
              ::testing::ElementsAre("engagement/2/9", "engagement/2/10", "engagement/2/100",
                                     "engagement/10/1", "risk/0/1"));
}

TEST(EventsBehindTest, AFactIsOfTheRecordThatItsIdBeginsWith) {
  risk::CouncilInputs inputs;
  inputs.records = {{.record_id = "e1", .revisions = {{}}}, {.record_id = "e2", .revisions = {{}}}};
  EXPECT_EQ(RecordOfFact(inputs, "e2/A1"), "e2");
  EXPECT_EQ(RecordOfFact(inputs, "group/A2"), "");
}

}  // namespace
}  // namespace twinledger::reporting
