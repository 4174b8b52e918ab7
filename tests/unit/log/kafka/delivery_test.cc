#include "platform/log/kafka/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinledger::log {
namespace {

using Kind = AppendOutcome::Kind;
using ::testing::HasSubstr;

const PartitionId kHere{"registry", 3};

TEST(DeliveryTest, AnAcknowledgedRecordIsAppendedAtItsOffset) {
  const AppendOutcome outcome =
      OutcomeOf(kHere, RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_PERSISTED, 41);
  EXPECT_EQ(outcome.kind, Kind::kAppended);
  EXPECT_EQ(outcome.offset, 41U);
}

// As when a broker tells an idempotent producer that it had the record before.
TEST(DeliveryTest, AnAcknowledgementWithoutAPlaceIsAmbiguous) {
  const AppendOutcome outcome =
      OutcomeOf(kHere, RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_PERSISTED, -1001);
  EXPECT_EQ(outcome.kind, Kind::kAmbiguous);
}

const rd_kafka_resp_err_t kUnknown[] = {
    RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
    RD_KAFKA_RESP_ERR__TRANSPORT,
    RD_KAFKA_RESP_ERR__TIMED_OUT,
    RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
    RD_KAFKA_RESP_ERR__FATAL,
    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
    RD_KAFKA_RESP_ERR_UNKNOWN,
};

TEST(DeliveryTest, WhatMayStillLandIsNeverCalledNotAppended) {
  for (const rd_kafka_resp_err_t error : kUnknown) {
    SCOPED_TRACE(rd_kafka_err2name(error));
    for (const auto status :
         {RD_KAFKA_MSG_STATUS_NOT_PERSISTED, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED}) {
      const AppendOutcome outcome = OutcomeOf(kHere, error, status, -1001);
      EXPECT_EQ(outcome.kind, Kind::kAmbiguous);
      EXPECT_THAT(outcome.error.message, HasSubstr("registry/3"));
    }
  }
}

const rd_kafka_resp_err_t kRefusals[] = {
    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
    RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
};

TEST(DeliveryTest, ARefusalIsSureUnlessAnEarlierAttemptMayHaveLanded) {
  for (const rd_kafka_resp_err_t error : kRefusals) {
    SCOPED_TRACE(rd_kafka_err2name(error));
    EXPECT_EQ(OutcomeOf(kHere, error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED, -1001).kind,
              Kind::kNotAppended);
    EXPECT_EQ(OutcomeOf(kHere, error, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED, -1001).kind,
              Kind::kAmbiguous);
  }
}

TEST(DeliveryTest, ARefusalForWantOfARightNamesTheRemedy) {
  const AppendOutcome outcome = OutcomeOf(kHere, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                          RD_KAFKA_MSG_STATUS_NOT_PERSISTED, -1001);
  EXPECT_EQ(outcome.error.code, Code::kPermissionDenied);
  EXPECT_EQ(outcome.error.reason, "KAFKA_FORBIDS");
  EXPECT_THAT(outcome.error.message, HasSubstr("kafka-acls.sh"));
}

}  // namespace
}  // namespace twinledger::log
