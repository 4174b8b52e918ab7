#include "platform/rpc/caller.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "platform/rpc/rate_limiter.h"
#include "tests/support/manual_clock.h"

namespace twinledger::rpc {
namespace {

const std::string kAuditor = "spiffe://twinledger.internal/auditor/a1";

struct Names {
  const char* why;
  std::vector<std::string> spiffe_ids;
  std::vector<std::string> uris;
};

const Names kNobody[] = {
    {"no URI", {}, {}},
    {"two URIs, so that gRPC names none", {}, {kAuditor, kAuditor}},
    {"a URI that is no SPIFFE id", {}, {"https://twinledger.internal/auditor/a1"}},
    {"two SPIFFE ids", {kAuditor, kAuditor}, {kAuditor}},
    {"a SPIFFE id beside another URI", {kAuditor}, {kAuditor, "https://example.org"}},
    {"a SPIFFE id that is not the URI", {kAuditor}, {"spiffe://twinledger.internal/auditor/a2"}},
    {"a SPIFFE id without a URI", {kAuditor}, {}},
    {"another trust domain",
     {"spiffe://twinledger.example/auditor/a1"},
     {"spiffe://twinledger.example/auditor/a1"}},
    {"upper case",
     {"spiffe://Twinledger.internal/auditor/a1"},
     {"spiffe://Twinledger.internal/auditor/a1"}},
    {"no role", {"spiffe://twinledger.internal/x/a1"}, {"spiffe://twinledger.internal/x/a1"}},
};

TEST(CallerTest, OnlyOneStrictNameIsSomebody) {
  for (const auto& [why, spiffe_ids, uris] : kNobody) {
    SCOPED_TRACE(why);
    const auto caller = ReadCaller({spiffe_ids, uris, ""}, "twinledger.internal");
    ASSERT_FALSE(caller.ok());
    EXPECT_EQ(caller.error().code, Code::kUnauthenticated);
    EXPECT_EQ(caller.error().reason, "BAD_IDENTITY");
  }
}

TEST(CallerTest, TheNameSaysRoleAccountAndCouncil) {
  const std::string uri = "spiffe://twinledger.internal/council/hutt-city/approver/k7";
  const auto caller = ReadCaller({{uri}, {uri}, ""}, "twinledger.internal");
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->role, identity::Role::kCouncilApprover);
  EXPECT_EQ(caller->council, "hutt-city");
  EXPECT_EQ(caller->account, "council/hutt-city/approver/k7");
}

class RateLimiterTest : public ::testing::Test {
 protected:
  support::ManualClock clock_{WallTime{}};
  RateLimiter limiter_{{.units_per_second = 10, .burst_units = 3}, clock_};
};

TEST_F(RateLimiterTest, ABurstPassesAndTheNextCallIsToldHowLongToWait) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter_.Take("a").ok());
  const Result<void> taken = limiter_.Take("a");
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, Code::kResourceExhausted);
  EXPECT_EQ(taken.error().retry_after, std::chrono::milliseconds(100));
  clock_.Advance(std::chrono::milliseconds(100));
  EXPECT_TRUE(limiter_.Take("a").ok());
  EXPECT_FALSE(limiter_.Take("a").ok());
}

TEST_F(RateLimiterTest, OneAccountDoesNotSpendAnothers) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter_.Take("a").ok(), i < 3);
  EXPECT_TRUE(limiter_.Take("b").ok());
}

TEST_F(RateLimiterTest, ADearCallTakesMoreAndWaitsLonger) {
  EXPECT_TRUE(limiter_.Take("a", 2).ok());
  const Result<void> taken = limiter_.Take("a", 2);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().retry_after, std::chrono::milliseconds(100));
  EXPECT_TRUE(limiter_.Take("a", 1).ok());
}

TEST_F(RateLimiterTest, WhatCostsMoreThanABurstPassesWhenTheAccountWasSilent) {
  EXPECT_TRUE(limiter_.Take("a", 100).ok());
  EXPECT_FALSE(limiter_.Take("a", 100).ok());
  clock_.Advance(std::chrono::milliseconds(300));
  EXPECT_TRUE(limiter_.Take("a", 100).ok());
}

TEST_F(RateLimiterTest, AnIdleAccountSavesUpNoMoreThanABurst) {
  EXPECT_TRUE(limiter_.Take("a").ok());
  clock_.Advance(std::chrono::hours(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter_.Take("a").ok(), i < 3);
}

}  // namespace
}  // namespace twinledger::rpc
