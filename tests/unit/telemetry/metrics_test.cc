#include "platform/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace twinledger::telemetry {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(MetricsTest, CallsAreCountedByMethodAndCodeAndTimedByMethod) {
  Metrics metrics;
  for (int i = 0; i < 3; ++i) metrics.CountCall("s.S/Get", "OK", milliseconds(2));
  metrics.CountCall("s.S/Get", "NOT_FOUND", milliseconds(40));
  metrics.CountCall("s.S/List", "OK", milliseconds(2));
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("twinledger_rpc_calls_total{code=\"OK\",rpc=\"s.S/Get\"} 3"));
  EXPECT_THAT(text, HasSubstr("twinledger_rpc_calls_total{code=\"NOT_FOUND\",rpc=\"s.S/Get\"} 1"));
  EXPECT_THAT(text, HasSubstr("twinledger_rpc_calls_total{code=\"OK\",rpc=\"s.S/List\"} 1"));
  EXPECT_THAT(text, HasSubstr("twinledger_rpc_call_seconds_count{rpc=\"s.S/Get\"} 4"));
  EXPECT_THAT(text, HasSubstr("twinledger_rpc_call_seconds_bucket{rpc=\"s.S/Get\",le=\"0.01\"} 3"));
  EXPECT_THAT(text, HasSubstr("twinledger_rpc_call_seconds_count{rpc=\"s.S/List\"} 1"));
}

TEST(MetricsTest, FailuresOfAMethodAreCountedFromZeroOn) {
  Metrics metrics;
  metrics.ExpectCalls("s.S/Get");
  EXPECT_THAT(metrics.Render(),
              HasSubstr("twinledger_rpc_calls_total{code=\"INTERNAL\",rpc=\"s.S/Get\"} 0"));
  metrics.CountCall("s.S/Get", "INTERNAL", milliseconds(2));
  EXPECT_THAT(metrics.Render(),
              HasSubstr("twinledger_rpc_calls_total{code=\"INTERNAL\",rpc=\"s.S/Get\"} 1"));
}

}  // namespace
}  // namespace twinledger::telemetry
