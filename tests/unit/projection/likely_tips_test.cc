#include "platform/projection/likely_tips.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/test_chain.h"

namespace twinledger::projection {
namespace {

using testing::ChainWriter;
using testing::KeyNamed;

log::ReadRecord Read(const std::string& bytes) { return {0, bytes}; }

class LikelyTipsTest : public ::testing::Test {
 protected:
  LikelyTipsTest() { chain_.Next(); }

  LikelyTips AtTheTip() const { return LikelyTips({chain_.sequence(), chain_.hash()}); }

  ChainWriter chain_{{"registry", 0}, KeyNamed("writer")};
};

TEST_F(LikelyTipsTest, WhatFollowsIsChainedOnSequenceAndHash) {
  const LikelyTips tips = AtTheTip();
  const log::ReadRecord next = Read(chain_.Make({chain_.NextCommit()}));
  EXPECT_TRUE(tips.Follows(next));
  EXPECT_FALSE(LikelyTips({chain_.sequence() + 1, chain_.hash()}).Follows(next));
  EXPECT_FALSE(LikelyTips({chain_.sequence(), log::kNoHash}).Follows(next));
  EXPECT_FALSE(tips.Follows(Read(chain_.Make({})))) << "a record without commits is void";
}

TEST_F(LikelyTipsTest, ALogBeginsWithoutAHash) {
  ChainWriter chain({"registry", 0}, KeyNamed("writer"));
  const std::string first = chain.Next(3);
  LikelyTips tips({});
  ASSERT_TRUE(tips.Follows(Read(first)));
  tips.MoveBehind(Read(first));
  EXPECT_TRUE(tips.Follows(Read(chain.Next())));
}

TEST_F(LikelyTipsTest, TheOneThatLostDoesNotFollow) {
  LikelyTips tips = AtTheTip();
  const log::ReadRecord late = Read(chain_.Make({chain_.NextCommit()}));
  tips.MoveBehind(Read(chain_.Next(2)));
  EXPECT_FALSE(tips.Follows(late));
  EXPECT_TRUE(tips.Follows(Read(chain_.Next())));
}

TEST_F(LikelyTipsTest, AnUnknownKeyMayBeEnrolledOrNot) {
  LikelyTips tips = AtTheTip();
  const log::ReadRecord by_known = Read(chain_.Make({chain_.NextCommit()}));
  const std::string by_other = chain_.Next(2);
  tips.MayHaveMovedBehind(Read(by_other));
  EXPECT_TRUE(tips.Follows(by_known)) << "it is not";
  const std::string next = chain_.Next();
  EXPECT_TRUE(tips.Follows(Read(next))) << "it is";

  LikelyTips not_enrolled = tips;
  not_enrolled.MoveBehind(by_known);
  EXPECT_TRUE(not_enrolled.Follows(Read(next))) << "what followed first may have been void";

  tips.MoveBehind(Read(next));
  EXPECT_FALSE(tips.Follows(by_known));
  EXPECT_TRUE(tips.Follows(Read(chain_.Next())));
}

}  // namespace
}  // namespace twinledger::projection
