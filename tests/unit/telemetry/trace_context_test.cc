#include "platform/telemetry/trace_context.h"

#include <gtest/gtest.h>

#include <string>

namespace twinledger::telemetry {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kWhole = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// The same byte all the time.
class Constant final : public RandomSource {
 public:
  explicit Constant(char byte) : byte_(byte) {}
  std::string Bytes(std::size_t count) override { return std::string(count, byte_); }

 private:
  const char byte_;
};

TEST(TraceContextTest, TheTraceIdOfATraceparentIsRead) {
  EXPECT_EQ(TraceIdIn(kWhole), kTrace);
  EXPECT_EQ(TraceIdIn("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"), kTrace);
}

TEST(TraceContextTest, ALaterVersionMayHaveMoreBehindWhatThisOneKnows) {
  EXPECT_EQ(TraceIdIn("01" + kWhole.substr(2)), kTrace);
  EXPECT_EQ(TraceIdIn("01" + kWhole.substr(2) + "-what-comes"), kTrace);
  EXPECT_FALSE(TraceIdIn("01" + kWhole.substr(2) + "x"));
}

TEST(TraceContextTest, WhatIsMalformedIsNoTrace) {
  const std::string kWrong[] = {
      "",
      "4bf92f3577b34da6a3ce929d0e0e4736",
      kWhole.substr(1),
      kWhole + "-more",
      "ff" + kWhole.substr(2),
      "0x" + kWhole.substr(2),
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
      "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7--01",
      std::string(55, '\0'),
  };
  for (const std::string& wrong : kWrong) EXPECT_FALSE(TraceIdIn(wrong)) << wrong;
}

TEST(TraceContextTest, WhatIsMadeIsReadAgain) {
  for (const char byte : {'\0', '\x7f', '\xff'}) {
    Constant random(byte);
    const std::string made = NewTraceId(random);
    EXPECT_EQ(TraceIdIn(Traceparent(made, random)), made);
  }
}

}  // namespace
}  // namespace twinledger::telemetry
