// Where keys go, and which of them move when a node comes or leaves.
#include "twinledger/connection/rendezvous.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace twinledger::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

const std::vector<std::string> kNodes{"a:7443", "b:7443", "c:7443", "d:7443"};
constexpr int kKeys = 4000;

std::string Key(int i) { return fmt::format("partition {}", i); }
std::string FirstOf(int i, const std::vector<std::string>& nodes) {
  return RankedFor(Key(i), nodes).front();
}

TEST(RendezvousTest, EveryoneRanksAlikeWhateverTheOrderOfTheList) {
  for (int i = 0; i < 100; ++i) {
    const std::vector<std::string> ranked = RankedFor(Key(i), kNodes);
    EXPECT_THAT(ranked, UnorderedElementsAreArray(kNodes));
    EXPECT_EQ(ranked, RankedFor(Key(i), {kNodes.rbegin(), kNodes.rend()}));
  }
}

// Clients of two versions must not write to one partition by two replicas.
TEST(RendezvousTest, TheRanksAreThoseOfEveryVersion) {
  EXPECT_THAT(RankedFor("partition 0", kNodes),
              ElementsAre("c:7443", "d:7443", "a:7443", "b:7443"));
  EXPECT_THAT(RankedFor("partition 7", kNodes),
              ElementsAre("c:7443", "d:7443", "b:7443", "a:7443"));
}

TEST(RendezvousTest, KeysAreSpread) {
  std::map<std::string, int> firsts;
  std::map<std::string, int> seconds;
  for (int i = 0; i < kKeys; ++i) {
    const std::vector<std::string> ranked = RankedFor(Key(i), kNodes);
    ++firsts[ranked[0]];
    ++seconds[ranked[1]];
  }
  // 1000 each, six standard deviations off at most.
  for (const std::string& node : kNodes) {
    EXPECT_NEAR(firsts[node], kKeys / 4, 165) << node;
    EXPECT_NEAR(seconds[node], kKeys / 4, 165) << node;
  }
}

TEST(RendezvousTest, WhereANodeLeavesOnlyItsKeysMoveAndToAllOthers) {
  const std::vector<std::string> left{"a:7443", "c:7443", "d:7443"};
  std::map<std::string, int> moved_to;
  for (int i = 0; i < kKeys; ++i) {
    const std::string before = FirstOf(i, kNodes);
    const std::string after = FirstOf(i, left);
    if (before != "b:7443") {
      EXPECT_EQ(before, after);
      continue;
    }
    EXPECT_EQ(after, RankedFor(Key(i), kNodes)[1]);
    ++moved_to[after];
  }
  EXPECT_EQ(moved_to.size(), left.size());
  for (const auto& [node, keys] : moved_to) EXPECT_NEAR(keys, kKeys / 12, 100) << node;
}

TEST(RendezvousTest, NoneAndOneAreRankedToo) {
  EXPECT_THAT(RankedFor("x", {}), IsEmpty());
  EXPECT_THAT(RankedFor("", {"a"}), ElementsAre("a"));
}

}  // namespace
}  // namespace twinledger::client
