#include "platform/rpc/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace twinledger::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Code kCodes[] = {
    Code::kCancelled,        Code::kUnknown,           Code::kInvalidArgument,
    Code::kDeadlineExceeded, Code::kNotFound,          Code::kAlreadyExists,
    Code::kPermissionDenied, Code::kResourceExhausted, Code::kFailedPrecondition,
    Code::kAborted,          Code::kOutOfRange,        Code::kUnimplemented,
    Code::kInternal,         Code::kUnavailable,       Code::kDataLoss,
    Code::kUnauthenticated,
};

template <class Detail>
std::optional<Detail> DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(ErrorsTest, EveryCodeTravelsWithItsReasonDomainAndMetadata) {
  for (const Code code : kCodes) {
    SCOPED_TRACE(Name(code));
    const Error sent{.code = code,
                     .message = "partner p1 is unknown: create it first",
                     .reason = "SOME_REASON",
                     .metadata = {{"partner", "p1"}},
                     .retry_after = std::chrono::milliseconds(1500)};
    const grpc::Status status = ToStatus(sent);
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(code));
    const auto details = DetailOf<google::rpc::ErrorInfo>(status);
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(details->domain(), "twinledger");

    const Error received = FromStatus(status);
    EXPECT_EQ(received.code, code);
    EXPECT_EQ(received.reason, "SOME_REASON");
    EXPECT_EQ(received.retry_after, sent.retry_after);
    const bool of_the_server =
        code == Code::kInternal || code == Code::kUnknown || code == Code::kDataLoss;
    EXPECT_EQ(received.message == sent.message, !of_the_server);
    EXPECT_EQ(received.metadata.empty(), of_the_server);
  }
}

TEST(ErrorsTest, WhatFailedInsideTheServerTellsNoFilesAndNoKeys) {
  const grpc::Status status = ToStatus(Error{.code = Code::kInternal,
                                             .message = "/var/lib/twinledger/log/7.seg: EIO",
                                             .reason = "FILE_ERROR",
                                             .metadata = {{"file", "/var/lib/twinledger"}}});
  EXPECT_THAT(status.error_message(), Not(HasSubstr("/var")));
  EXPECT_THAT(status.error_details(), Not(HasSubstr("/var")));
  EXPECT_EQ(FromStatus(status).reason, "FILE_ERROR");
}

TEST(ErrorsTest, EveryViolationTravels) {
  const Error sent{.code = Code::kInvalidArgument,
                   .message = "two fields are wrong",
                   .reason = "INVALID_REQUEST",
                   .violations = {{"council.name", "is missing"}, {"request_id", "is no UUID"}}};
  const Error received = FromStatus(ToStatus(sent));
  ASSERT_EQ(received.violations.size(), 2U);
  EXPECT_EQ(received.violations[1].field, "request_id");
  EXPECT_EQ(received.violations[1].description, "is no UUID");
}

TEST(ErrorsTest, WhereFewAreToldEachIsToldWhole) {
  const std::string words(900, 'w');
  const Error sent{.code = Code::kInvalidArgument,
                   .message = "three fields are wrong",
                   .reason = "INVALID_REQUEST",
                   .violations = {{"gift.kind", words}, {"gift.direction", words}, {"a", words}}};
  const Error received = FromStatus(ToStatus(sent));
  ASSERT_EQ(received.violations.size(), 3U);
  for (const FieldViolation& violation : received.violations) {
    EXPECT_EQ(violation.description, words) << violation.field;
  }
}

TEST(ErrorsTest, AFloodOfViolationsStaysWithinTheTrailersOfAClient) {
  Error sent{.code = Code::kInvalidArgument,
             .message = std::string(5000, 'm'),
             .reason = "INVALID_REQUEST"};
  for (int i = 0; i < 1000; ++i) {
    sent.violations.push_back({std::string(500, 'f'), std::string(500, 'd')});
    sent.metadata["key" + std::to_string(i)] = std::string(20, 'v');
  }
  const grpc::Status status = ToStatus(sent);
  constexpr std::size_t kTrailersMax = 8 * 1024;
  EXPECT_LT(status.error_details().size() * 4 / 3 + status.error_message().size() * 3,
            kTrailersMax);
  const Error received = FromStatus(status);
  EXPECT_EQ(received.reason, "INVALID_REQUEST");
  ASSERT_FALSE(received.violations.empty());
  EXPECT_THAT(received.violations.back().description, HasSubstr("more violations"));
}

TEST(ErrorsTest, APreconditionNamesWhatItIsAbout) {
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(
      ToStatus(Error{.code = Code::kFailedPrecondition,
                     .message = "the relationship is not active",
                     .reason = "NOT_ACTIVE",
                     .metadata = {{"name", "councils/a/relationships/r"}}}));
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->violations(0).type(), "NOT_ACTIVE");
  EXPECT_EQ(failure->violations(0).subject(), "councils/a/relationships/r");
}

TEST(ErrorsTest, UnavailableAlwaysSaysWhenToRepeat) {
  EXPECT_TRUE(
      DetailOf<google::rpc::RetryInfo>(ToStatus(Error{Code::kUnavailable, "starting", "NOT_READY"}))
          .has_value());
}

TEST(ErrorsTest, AStatusOfGrpcItselfBecomesAnErrorWithAReason) {
  const Error error = FromStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "refused"));
  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_EQ(error.reason, "UNAVAILABLE");
}

TEST(ErrorsTest, ARefusalIsTheErrorThatItsCallerWasGiven) {
  log::v1::Refusal refusal;
  refusal.set_code(static_cast<int>(Code::kAborted));
  refusal.set_reason("ETAG_MISMATCH");
  refusal.set_message("etag is not the newest");
  refusal.add_details()->set_key("etag");
  refusal.mutable_details(0)->set_value("0a");
  const Error error = FromRefusal(refusal);
  EXPECT_EQ(error.code, Code::kAborted);
  EXPECT_EQ(error.reason, "ETAG_MISMATCH");
  EXPECT_EQ(error.metadata.at("etag"), "0a");
}

}  // namespace
}  // namespace twinledger::rpc
