#include "platform/log/kafka/batch_end_search.h"

#include <gtest/gtest.h>

namespace twinledger::log {
namespace {

// Where the search says that a batch from `base` to `last` ends, and how often it asked.
struct Found {
  Offset last = 0;
  int questions = 0;
};
Found Search(Offset base, Offset last, Offset seen, Offset end) {
  BatchEndSearch search(base, seen, end);
  Found found;
  while (!search.last() && found.questions < 1000) {
    ++found.questions;
    EXPECT_GE(search.asked(), seen);
    EXPECT_LT(search.asked(), end);
    if (search.asked() <= last) {
      search.Inside();
    } else {
      EXPECT_TRUE(search.Outside(search.asked()));
    }
  }
  EXPECT_TRUE(search.last().has_value());
  found.last = search.last().value_or(0);
  return found;
}

TEST(BatchEndSearchTest, TheEndIsFoundWhereverItIsAndWhereverTheBatchWasMet) {
  for (Offset base = 0; base < 3; ++base) {
    for (Offset last = base; last < base + 70; ++last) {
      for (Offset seen = base; seen <= last; ++seen) {
        for (const Offset behind : {1, 2, 3, 50, 5000}) {
          const Found found = Search(base, last, seen, last + behind);
          ASSERT_EQ(found.last, last) << base << ' ' << seen << ' ' << behind;
        }
      }
    }
  }
}

TEST(BatchEndSearchTest, ABatchOfOneTakesTwoQuestionsAndOneOfAMillionForty) {
  EXPECT_EQ(Search(7, 7, 7, 8).questions, 1);
  EXPECT_EQ(Search(7, 7, 7, 1'000'000).questions, 2);
  EXPECT_LE(Search(7, 1'000'006, 7, 500'000'000).questions, 42);
}

TEST(BatchEndSearchTest, TheNextBatchTellsWhereThisOneEnds) {
  BatchEndSearch search(7, 7, 1'000'000);
  while (search.asked() < 30) search.Inside();
  EXPECT_TRUE(search.Outside(25));
  while (search.asked() < 24) search.Inside();
  search.Inside();
  EXPECT_EQ(search.last(), 24u);
}

TEST(BatchEndSearchTest, ABatchThatIsMetOnlyOnceIsNotBelieved) {
  BatchEndSearch search(7, 7, 8);
  EXPECT_FALSE(search.last().has_value());
  EXPECT_EQ(search.asked(), 7u);
  EXPECT_FALSE(search.Outside(7));
  EXPECT_FALSE(search.last().has_value());
}

}  // namespace
}  // namespace twinledger::log
