#include "platform/log/ask_within.h"

#include <gtest/gtest.h>

#include <string>

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

// Fails `failures` times in one way, and counts how often it is asked.
class Asked {
 public:
  Asked(int failures, Code code) : failures_(failures), code_(code) {}

  Result<int> operator()() const {
    ++times;
    if (times <= failures_) return Error{code_, "failure " + std::to_string(times), "TEST"};
    return 7;
  }

  mutable int times = 0;

 private:
  const int failures_;
  const Code code_;
};

TEST(AskWithinTest, WhatIsUnavailableIsAskedForAgain) {
  const Asked ask(2, Code::kUnavailable);
  const Result<int> answer = AskWithin(60s, ask);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, 7);
  EXPECT_EQ(ask.times, 3);
}

TEST(AskWithinTest, AnyOtherErrorIsAnAnswer) {
  const Asked ask(2, Code::kDataLoss);
  const Result<int> answer = AskWithin(60s, ask);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::kDataLoss);
  EXPECT_EQ(ask.times, 1);
}

TEST(AskWithinTest, WhenTheTimeIsOverTheLastErrorIsTold) {
  const Asked ask(1000, Code::kUnavailable);
  const Result<int> answer = AskWithin(600ms, ask);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
  EXPECT_EQ(answer.error().message, "failure " + std::to_string(ask.times));
}

TEST(AskWithinTest, ItIsAskedOnceAtLeast) {
  const Asked ask(0, Code::kUnavailable);
  EXPECT_EQ(*AskWithin(0s, ask), 7);
}

}  // namespace
}  // namespace twinledger::log
