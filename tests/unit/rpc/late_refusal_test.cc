#include "platform/rpc/late_refusal.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

namespace twinledger::rpc {
namespace {

Error Refusal(const std::string& reason) {
  return {.code = Code::kResourceExhausted, .message = "no", .reason = reason};
}

TEST(LateRefusalTest, AnAnswerAndAnyOtherErrorAreGivenAtOnce) {
  for (const Result<void>& result :
       {Result<void>(), Result<void>(Refusal("QUEUE_FULL")), Result<void>(Refusal("NOT_FOUND"))}) {
    bool finished = false;
    FinishWhenDue(result, [&finished] { finished = true; });
    EXPECT_TRUE(finished);
  }
}

TEST(LateRefusalTest, WhoAsksTooFastHearsItLaterAndOnce) {
  for (const char* const reason : {"RATE_LIMITED", "TOO_MANY_CALLS"}) {
    absl::Notification finished;  // Twice would abort.
    const auto began = std::chrono::steady_clock::now();
    FinishWhenDue(Refusal(reason), [&finished] { finished.Notify(); });
    finished.WaitForNotification();
    EXPECT_GE(std::chrono::steady_clock::now() - began, kLateRefusal / 2) << reason;
  }
}

}  // namespace
}  // namespace twinledger::rpc
