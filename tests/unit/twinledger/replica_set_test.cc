// What becomes of replicas that fail, are checked, come back; on a clock of the test's.
#include "twinledger/connection/replica_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "twinledger/connection/rendezvous.h"

namespace twinledger::client {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::SizeIs;
using Standing = ReplicaSet::Standing;

const std::vector<std::string> kAll{"a:1", "b:1", "c:1"};

class ReplicaSetTest : public testing::Test {
 protected:
  ReplicaSetTest() { set_.SetMembers(kAll); }

  void Check(const std::string& address, bool serves) {
    ASSERT_TRUE(set_.BeginCheck(address, now_)) << address;
    set_.EndCheck(address, serves, now_);
  }
  // How long it is left alone from now on, in steps of 100 ms.
  std::chrono::milliseconds AwayFor(const std::string& address) {
    MonotonicTime then = now_;
    for (;; then += 100ms) {
      ReplicaSet copy = set_;
      if (copy.BeginCheck(address, then)) break;
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(then - now_);
  }

  ReplicaSet set_;
  MonotonicTime now_{1h};
};

TEST_F(ReplicaSetTest, AllAreAskedInTheOrderOfTheKeyUntilOneIsAway) {
  EXPECT_EQ(set_.OrderFor("k"), RankedFor("k", kAll));
  set_.Fail("b:1", now_);
  EXPECT_EQ(set_.OrderFor("k"), RankedFor("k", {"a:1", "c:1"}));
  EXPECT_TRUE(set_.IsPassedOver("b:1"));
  EXPECT_FALSE(set_.IsPassedOver("a:1"));
}

TEST_F(ReplicaSetTest, WhereAllAreAwayAllAreAsked) {
  for (const std::string& address : kAll) set_.Fail(address, now_);
  EXPECT_EQ(set_.OrderFor("k"), RankedFor("k", kAll));
  EXPECT_FALSE(set_.IsPassedOver("a:1"));
}

TEST_F(ReplicaSetTest, OneThatNobodyHasAskedIsCheckedOnce) {
  EXPECT_EQ(set_.StandingOf("a:1"), Standing::kUnknown);
  ASSERT_TRUE(set_.BeginCheck("a:1", now_));
  EXPECT_TRUE(set_.IsBeingChecked("a:1"));
  EXPECT_FALSE(set_.BeginCheck("a:1", now_));
  set_.EndCheck("a:1", true, now_);
  EXPECT_FALSE(set_.IsBeingChecked("a:1"));
  EXPECT_EQ(set_.StandingOf("a:1"), Standing::kServing);
}

TEST_F(ReplicaSetTest, WhatServesIsBelievedForAWhileAndThenCheckedWhileItIsAsked) {
  Check("a:1", true);
  now_ += ReplicaSet::kBelieved - 1s;
  EXPECT_FALSE(set_.BeginCheck("a:1", now_));
  now_ += 1s;
  ASSERT_TRUE(set_.BeginCheck("a:1", now_));
  EXPECT_THAT(set_.OrderFor("k"), Contains("a:1"));
  set_.EndCheck("a:1", false, now_);
  EXPECT_THAT(set_.OrderFor("k"), Not(Contains("a:1")));
}

TEST_F(ReplicaSetTest, OneThatIsAwayComesBackByACheckAlone) {
  set_.Fail("a:1", now_);
  EXPECT_FALSE(set_.BeginCheck("a:1", now_ + ReplicaSet::kAwayFirst - 1ms));
  now_ += ReplicaSet::kAwayFirst;
  ASSERT_TRUE(set_.BeginCheck("a:1", now_));
  EXPECT_THAT(set_.OrderFor("k"), Not(Contains("a:1")));
  set_.EndCheck("a:1", true, now_);
  EXPECT_THAT(set_.OrderFor("k"), Contains("a:1"));
}

TEST_F(ReplicaSetTest, TheTimeAwayDoublesToABound) {
  std::vector<std::chrono::seconds> times;
  set_.Fail("a:1", now_);
  for (int i = 0; i < 6; ++i) {
    times.push_back(std::chrono::duration_cast<std::chrono::seconds>(AwayFor("a:1")));
    now_ += times.back();
    Check("a:1", false);
  }
  EXPECT_THAT(times, ElementsAre(1s, 2s, 4s, 8s, 15s, 15s));
}

TEST_F(ReplicaSetTest, CallsThatFailTogetherCountOnce) {
  for (int i = 0; i < 64; ++i) set_.Fail("a:1", now_ + i * 1ms);
  EXPECT_EQ(AwayFor("a:1"), ReplicaSet::kAwayFirst);
}

// As one with a hung disk is: its checks are well.
TEST_F(ReplicaSetTest, ChecksThatAreWellDoNotMakeUpForCallsThatFail) {
  set_.Fail("a:1", now_);
  now_ += 1s;
  Check("a:1", true);
  set_.Fail("a:1", now_);
  EXPECT_EQ(AwayFor("a:1"), 2s);
  now_ += 2s;
  Check("a:1", true);
  now_ += ReplicaSet::kBelieved;
  Check("a:1", true);  // It has served for a while.
  set_.Fail("a:1", now_);
  EXPECT_EQ(AwayFor("a:1"), ReplicaSet::kAwayFirst);
}

TEST_F(ReplicaSetTest, WhatIsKnownOfThoseThatStayIsKept) {
  Check("a:1", true);
  set_.Fail("b:1", now_);
  set_.SetMembers({"a:1", "b:1", "d:1"});
  EXPECT_EQ(set_.StandingOf("a:1"), Standing::kServing);
  EXPECT_EQ(set_.StandingOf("b:1"), Standing::kAway);
  EXPECT_EQ(set_.StandingOf("d:1"), Standing::kUnknown);
  EXPECT_EQ(set_.StandingOf("c:1"), Standing::kAway);
  EXPECT_THAT(set_.OrderFor("k"), SizeIs(2));
  // A check that was under way when it left is of no consequence.
  set_.EndCheck("c:1", true, now_);
  set_.Fail("c:1", now_);
  EXPECT_FALSE(set_.BeginCheck("c:1", now_ + 1h));
  EXPECT_THAT(set_.OrderFor("k"), SizeIs(2));
}

}  // namespace
}  // namespace twinledger::client
