#include "platform/rpc/request_bytes.h"

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::rpc {
namespace {

constexpr std::array kLeftOut{"position", "validate_only"};

v1::Receipt Full() {
  v1::Receipt message;
  message.set_position("registry-3/17");
  message.mutable_record_time()->set_seconds(5);
  message.set_commit_hash("c0ffee");
  message.set_validate_only(true);
  message.set_unchanged(true);
  message.set_consistency_token("token");
  return message;
}

TEST(RequestBytesTest, TheyAreThoseOfTheMessageWithItsFieldsCleared) {
  v1::Receipt cleared = Full();
  cleared.clear_position();
  cleared.clear_validate_only();
  EXPECT_EQ(BytesWithout(Full(), kLeftOut), cleared.SerializeAsString());
  EXPECT_NE(BytesWithout(Full(), kLeftOut), Full().SerializeAsString());
  EXPECT_EQ(BytesWithout(cleared, kLeftOut), cleared.SerializeAsString());
  EXPECT_EQ(BytesWithout(v1::Receipt(), kLeftOut), "");
}

// Of a newer client, and of one who gives a known field's number to something else.
TEST(RequestBytesTest, WhatThisProgramDoesNotKnowIsKept) {
  v1::Receipt message = Full();
  auto& unknown = *message.GetReflection()->MutableUnknownFields(&message);
  unknown.AddLengthDelimited(4711, "more");
  unknown.AddVarint(v1::Receipt::kPositionFieldNumber, 7);
  unknown.AddGroup(4712)->AddFixed64(1, 8);
  v1::Receipt cleared = message;
  cleared.clear_position();
  cleared.clear_validate_only();
  EXPECT_EQ(BytesWithout(message, kLeftOut), cleared.SerializeAsString());
}

}  // namespace
}  // namespace twinledger::rpc
