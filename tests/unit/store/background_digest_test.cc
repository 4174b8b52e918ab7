#include "platform/store/background_digest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace twinledger::store {
namespace {

TEST(BackgroundDigestTest, ItIsTheDigestOfAllRowsHoweverTheyAreAdded) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) texts.push_back("row " + std::to_string(i));
  std::vector<KeyValue> rows;
  StateDigest one_by_one;
  for (const std::string& text : texts) {
    rows.push_back({text, "value"});
    one_by_one.Add(text, "value");
  }
  BackgroundDigest beside;
  for (const std::size_t each : {1u, 100u, 7'000u}) {
    std::span<const KeyValue> left(rows);
    for (; left.size() > each; left = left.subspan(each)) beside.Add(left.first(each));
    beside.Add(left);
    EXPECT_EQ(beside.Sum(), one_by_one);
    EXPECT_EQ(beside.Sum(), one_by_one);
    beside.Clear();
    EXPECT_EQ(beside.Sum(), StateDigest());
  }
}

}  // namespace
}  // namespace twinledger::store
