// Sending what waits: order, what an answer does, what no answer does.
#include "twinledger/outbox/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "twinledger/connection/retry.h"
#include "twinledger/outbox/submission.h"

namespace twinledger::client {
namespace {

using namespace std::chrono_literals;
using engagement::v1::SubmitRecordRequest;
using engagement::v1::SubmitRecordResponse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TempDirectory;
using testing::WriteFile;

Error Says(Code code, const char* reason) {
  return {.code = code, .message = std::string("said ") + reason, .reason = reason};
}

class OutboxDeliveryTest : public ::testing::Test {
 protected:
  EntryName Queue(const std::string& text) {
    SubmitRecordRequest request;
    request.set_parent("councils/hutt-city");
    request.set_record_id(RandomUuid(random_));
    request.set_request_id(RandomUuid(random_));
    request.mutable_record()->mutable_gift()->set_description(text);
    return *outbox_.Add(EntryOf(request, clock_.Now()), {.longest = 60s});
  }

  // Answers by the text of the record, and accepts what it has no answer for.
  Delivery Sender() {
    const auto send = [this](const SubmitRecordRequest& request) -> Result<SubmitRecordResponse> {
      const std::string& text = request.record().gift().description();
      sent_.emplace_back(text, request.request_id());
      if (meanwhile_) std::exchange(meanwhile_, nullptr)();
      const auto answer = answers_.find(text);
      if (answer != answers_.end()) return answer->second;
      return SubmitRecordResponse();
    };
    return {outbox_, clock_, send, [](const Sent&) {}};
  }
  std::vector<std::string> Sends() const {
    std::vector<std::string> texts;
    for (const auto& [text, request_id] : sent_) texts.push_back(text);
    return texts;
  }
  std::vector<std::string> Waiting() const {
    std::vector<std::string> texts;
    const std::vector<EntryName> names = *outbox_.Names();
    for (const EntryName& name : names) {
      const auto entry = outbox_.Load(name);
      if (entry) texts.push_back(SubmissionIn(*entry)->record().gift().description());
    }
    return texts;
  }

  TempDirectory folder_;
  crypto::SystemRandom random_;
  support::ManualClock clock_{WallTime(100s)};
  Outbox outbox_ =
      *Outbox::Open(folder_.path(),
                    {.account = "spiffe://twinledger.internal/council/hutt-city/officer/officer-1",
                     .authority = std::string(32, 'a')});
  std::map<std::string, Error> answers_;
  std::vector<std::pair<std::string, std::string>> sent_;  // Text and request id.
  std::function<void()> meanwhile_;                        // While the first is sent.
};

TEST_F(OutboxDeliveryTest, EverythingIsSentInOrderAndGone) {
  for (const char* text : {"one", "two", "three"}) Queue(text);
  const DeliveryReport report = Sender().Flush();
  EXPECT_THAT(Sends(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(report.delivered, 3U);
  EXPECT_EQ(report.waiting, 0U);
  EXPECT_FALSE(report.stopped.has_value());
  EXPECT_THAT(*outbox_.Names(), IsEmpty());
}

TEST_F(OutboxDeliveryTest, WhatIsQueuedMeanwhileIsSentToo) {
  Queue("one");
  meanwhile_ = [this] { Queue("two"); };
  EXPECT_EQ(Sender().Flush().delivered, 2U);
  EXPECT_THAT(Sends(), ElementsAre("one", "two"));
}

TEST_F(OutboxDeliveryTest, UpToTheLastThatIsAskedForNothingBehindItIsSent) {
  Queue("one");
  const EntryName last = Queue("two");
  Queue("three");
  EXPECT_EQ(Sender().Flush(last).delivered, 2U);
  EXPECT_THAT(Waiting(), ElementsAre("three"));
}

TEST_F(OutboxDeliveryTest, WithoutAnAnswerItStaysAndIsSentAgainUnderTheSameRequestId) {
  Queue("one");
  Queue("two");
  answers_["one"] = Says(Code::kUnavailable, "NOT_REACHED");
  const DeliveryReport first = Sender().Flush();
  EXPECT_EQ(first.stopped->reason, "NOT_REACHED");
  EXPECT_EQ(first.waiting, 2U);
  answers_["one"] = Says(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED");
  EXPECT_EQ(Sender().Flush().stopped->code, Code::kDeadlineExceeded);
  const outbox::v1::Entry kept = *outbox_.Load(outbox_.Names()->front());
  EXPECT_EQ(kept.tries(), 2U);
  EXPECT_EQ(kept.last_answer().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(kept.state(), outbox::v1::STATE_WAITING);
  answers_.clear();
  EXPECT_EQ(Sender().Flush().delivered, 2U);
  EXPECT_THAT(Sends(), ElementsAre("one", "one", "one", "two"));
  EXPECT_EQ(sent_[0].second, sent_[1].second);
  EXPECT_EQ(sent_[0].second, sent_[2].second);
}

TEST_F(OutboxDeliveryTest, ARefusalHoldsWhatIsBehindItUntilItIsRetriedOrDropped) {
  Queue("one");
  const EntryName refused = Queue("two");
  Queue("three");
  answers_["two"] = Says(Code::kFailedPrecondition, "COUNCIL_NOT_ACTIVE");
  const DeliveryReport first = Sender().Flush();
  EXPECT_EQ(first.delivered, 1U);
  EXPECT_EQ(first.stopped->reason, "COUNCIL_NOT_ACTIVE");
  EXPECT_EQ(outbox_.Load(refused)->state(), outbox::v1::STATE_REFUSED);
  EXPECT_EQ(outbox_.Load(refused)->last_answer().message(), "said COUNCIL_NOT_ACTIVE");

  const DeliveryReport second = Sender().Flush();
  EXPECT_EQ(second.held_by->id(), refused.id);
  EXPECT_EQ(second.waiting, 2U);
  EXPECT_THAT(Sends(), ElementsAre("one", "two")) << "it is not sent again by itself";

  answers_.clear();
  ASSERT_TRUE(Sender().Retry(refused, RandomUuid(random_)));
  EXPECT_THAT(Waiting(), ElementsAre("three"));
  EXPECT_EQ(Sender().Flush().delivered, 1U);
}

// The server would answer the old id with the old refusal.
TEST_F(OutboxDeliveryTest, OnlyWhatWasRefusedIsRetriedUnderANewRequestId) {
  const EntryName open = Queue("open");
  answers_["open"] = Says(Code::kUnavailable, "NOT_REACHED");
  EXPECT_FALSE(Sender().Retry(open, RandomUuid(random_)));
  EXPECT_FALSE(Sender().Retry(open, RandomUuid(random_)));
  EXPECT_EQ(sent_[0].second, sent_[1].second);

  answers_["open"] = Says(Code::kNotFound, "TRAVEL_NOT_FOUND");
  EXPECT_FALSE(Sender().Retry(open, RandomUuid(random_)));
  EXPECT_EQ(sent_[1].second, sent_[2].second);
  const std::string anew = RandomUuid(random_);
  answers_["open"] = Says(Code::kUnavailable, "NOT_REACHED");
  EXPECT_FALSE(Sender().Retry(open, anew));
  EXPECT_EQ(sent_[3].second, anew);
  EXPECT_EQ(outbox_.Load(open)->state(), outbox::v1::STATE_WAITING);
  answers_.clear();
  EXPECT_EQ(Sender().Flush().delivered, 1U);
  EXPECT_EQ(sent_[4].second, anew) << "which is then its own";
}

TEST_F(OutboxDeliveryTest, WhatCannotBeReadIsToldAndBlocksNothing) {
  const EntryName damaged = Queue("damaged");
  Queue("whole");
  WriteFile(outbox_.PathOf(damaged), "twinledger outbox 1\n");
  const DeliveryReport report = Sender().Flush();
  EXPECT_THAT(Sends(), ElementsAre("whole"));
  ASSERT_THAT(report.unreadable, SizeIs(1));
  EXPECT_EQ(report.unreadable.front().name, damaged);
  EXPECT_EQ(report.unreadable.front().why.reason, "ENTRY_DAMAGED");
  EXPECT_EQ(report.waiting, 0U);
  EXPECT_THAT(*outbox_.Names(), ElementsAre(damaged)) << "it is its user's to remove";
}

TEST_F(OutboxDeliveryTest, AnswersAreToldFromThoseThatAreNone) {
  Error open_before = Says(Code::kPermissionDenied, "NOT_PERMITTED");
  open_before.metadata[kEarlierAttempt] = "open";
  const std::pair<Error, Verdict> cases[] = {
      {Says(Code::kInvalidArgument, "VALUE"), Verdict::kRefused},
      {Says(Code::kNotFound, "COUNCIL_NOT_FOUND"), Verdict::kRefused},
      {Says(Code::kAlreadyExists, "RECORD_EXISTS"), Verdict::kRefused},
      {Says(Code::kFailedPrecondition, "CONTRADICTION"), Verdict::kRefused},
      {Says(Code::kFailedPrecondition, "LOG_CLOSED"), Verdict::kOpen},
      {Says(Code::kFailedPrecondition, "ENTITY_PARKED"), Verdict::kOpen},
      {Says(Code::kPermissionDenied, "NOT_PERMITTED"), Verdict::kNotTaken},
      {open_before, Verdict::kOpen},
      {Says(Code::kUnauthenticated, "REVOKED"), Verdict::kNotTaken},
      {Says(Code::kUnauthenticated, "SERVER_NOT_TRUSTED"), Verdict::kOpen},
      {Says(Code::kUnauthenticated, "CREDENTIALS_EXPIRED"), Verdict::kOpen},
      {Says(Code::kUnimplemented, "UNKNOWN_METHOD"), Verdict::kOpen},
      {Says(Code::kUnavailable, "NOT_REACHED"), Verdict::kOpen},
      {Says(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"), Verdict::kOpen},
      {Says(Code::kResourceExhausted, "QUEUE_FULL"), Verdict::kOpen},
      {Says(Code::kCancelled, "CANCELLED"), Verdict::kOpen},
      {Says(Code::kInternal, "UNAPPLICABLE"), Verdict::kOpen},
      {Says(Code::kDataLoss, "LOG_DAMAGED"), Verdict::kOpen},
  };
  for (const auto& [error, verdict] : cases) EXPECT_EQ(VerdictOf(error), verdict) << error.reason;
}

TEST_F(OutboxDeliveryTest, WhoMayNotWriteLeavesItWaiting) {
  Queue("one");
  answers_["one"] = Says(Code::kPermissionDenied, "NOT_PERMITTED");
  EXPECT_EQ(Sender().Flush().stopped->reason, "NOT_PERMITTED");
  EXPECT_EQ(outbox_.Load(outbox_.Names()->front())->state(), outbox::v1::STATE_WAITING);
}

TEST_F(OutboxDeliveryTest, AnAnswerIsKeptWithItsReasons) {
  Error refused = Says(Code::kInvalidArgument, "VALUE");
  refused.violations = {{"record.gift.value", "must be positive"}};
  const Error kept = ErrorIn(AnswerOf(refused, clock_.Now()));
  EXPECT_EQ(kept.code, refused.code);
  EXPECT_EQ(kept.reason, refused.reason);
  EXPECT_EQ(kept.message, refused.message);
  ASSERT_THAT(kept.violations, SizeIs(1));
  EXPECT_EQ(kept.violations[0].field, "record.gift.value");
  EXPECT_EQ(kept.violations[0].description, "must be positive");
}

}  // namespace
}  // namespace twinledger::client
