// What is made of a commit once, and its events among it.
#include "platform/projection/events_of.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/made_once.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::projection {
namespace {

TEST(MadeOnceTest, OneThingOfEachTypeIsMadeByWhoeverAsksFirst) {
  const MadeOnce made;
  EXPECT_EQ(made.Get<int>([] { return 1; }), 1);
  EXPECT_EQ(made.Get<int>([] { return 2; }), 1);
  EXPECT_EQ(made.Get<std::string>([] { return std::string("one"); }), "one");
  EXPECT_EQ(made.Get<int>([] { return 3; }), 1);
}

TEST(MadeOnceTest, OfACopyNothingIsMadeYet) {
  const MadeOnce made;
  made.Get<int>([] { return 1; });
  MadeOnce copy(made);
  EXPECT_EQ(copy.Get<int>([] { return 2; }), 2);
  copy = made;
  EXPECT_EQ(copy.Get<int>([] { return 3; }), 3);
}

TEST(MadeOnceTest, ManyWhoAskAtOnceGetTheSame) {
  const MadeOnce made;
  std::atomic<int> makers = 0;
  std::vector<const int*> got(8);
  {
    std::vector<std::jthread> threads;
    for (const int*& its : got) {
      threads.emplace_back([&] { its = &made.Get<int>([&] { return ++makers; }); });
    }
  }
  EXPECT_EQ(makers, 1);
  for (const int* its : got) EXPECT_EQ(its, got.front());
}

// Any message may be an event.
using Event = log::v1::EntityKey;

TEST(EventsOfTest, EventsAreParsedOnceAndWhatIsNewInThemIsNamed) {
  log::AcceptedCommit accepted;
  accepted.commit.add_events(
      "\n\x07"
      "council");
  accepted.commit.add_events("\n");             // Cut off.
  accepted.commit.add_events("\xfa\x01\0", 3);  // A field of a newer program.
  const auto& events = EventsOf<Event>(accepted);
  ASSERT_EQ(events.size(), 3);
  EXPECT_TRUE(events[0].parses);
  EXPECT_EQ(events[0].event.type(), "council");
  EXPECT_EQ(events[0].unknown, "");
  EXPECT_FALSE(events[1].parses);
  EXPECT_TRUE(events[2].parses);
  EXPECT_EQ(events[2].unknown, "EntityKey");
  EXPECT_EQ(&EventsOf<Event>(accepted), &events);
  EXPECT_TRUE(EventsOf<Event>(log::AcceptedCommit()).empty());
}

}  // namespace
}  // namespace twinledger::projection
