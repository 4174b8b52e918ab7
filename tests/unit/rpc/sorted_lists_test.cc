#include "platform/rpc/sorted_lists.h"

#include <gtest/gtest.h>

namespace twinledger::rpc {
namespace {

std::shared_ptr<const SortedNames> Names(const std::vector<std::string>& names) {
  auto made = std::make_shared<SortedNames>();
  for (const std::string& name : names) made->Add(name);
  return made;
}

TEST(SortedListsTest, NamesKeepTheirOrder) {
  const auto names = Names({"c", "", "ab", "b"});
  ASSERT_EQ(names->size(), 4U);
  EXPECT_EQ(names->At(0), "c");
  EXPECT_EQ(names->At(1), "");
  EXPECT_EQ(names->At(2), "ab");
  EXPECT_EQ(names->At(3), "b");
}

TEST(SortedListsTest, AListIsFoundUnderItsOwnKeyOnly) {
  SortedLists lists(1000);
  lists.Keep("one", Names({"a"}));
  ASSERT_NE(lists.Find("one"), nullptr);
  EXPECT_EQ(lists.Find("one")->At(0), "a");
  EXPECT_EQ(lists.Find("two"), nullptr);
  lists.Keep("one", Names({"b"}));  // The same list sorted twice.
  EXPECT_EQ(lists.Find("one")->At(0), "a");
}

TEST(SortedListsTest, WhatWasAskedForLongestAgoGoesFirst) {
  const auto names = Names({std::string(100, 'x')});
  SortedLists lists(2 * names->bytes());
  lists.Keep("one", names);
  lists.Keep("two", names);
  EXPECT_NE(lists.Find("one"), nullptr);
  lists.Keep("three", names);
  EXPECT_NE(lists.Find("one"), nullptr);
  EXPECT_EQ(lists.Find("two"), nullptr);
  EXPECT_NE(lists.Find("three"), nullptr);
}

TEST(SortedListsTest, WhatIsOverTheBoundIsNotKeptAndPushesNothingOut) {
  const auto small = Names({"a"});
  SortedLists lists(small->bytes());
  lists.Keep("small", small);
  lists.Keep("large", Names({std::string(10'000, 'x')}));
  EXPECT_EQ(lists.Find("large"), nullptr);
  EXPECT_NE(lists.Find("small"), nullptr);
}

TEST(SortedListsTest, SmallListsAreNotKeptByTheThousand) {
  SortedLists lists(std::size_t{1} << 20);
  for (int i = 0; i < 1000; ++i) lists.Keep(std::to_string(i), Names({"a"}));
  EXPECT_EQ(lists.Find("0"), nullptr);
  EXPECT_NE(lists.Find("999"), nullptr);
}

}  // namespace
}  // namespace twinledger::rpc
