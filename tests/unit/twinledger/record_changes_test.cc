#include "twinledger/import/record_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinledger::client {
namespace {

using engagement::v1::Record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kPaths{"gift.description", "gift.kind"};

Record Gift(const std::string& description) {
  Record record;
  record.mutable_gift()->set_description(description);
  record.mutable_gift()->set_kind(engagement::v1::GIFT_KIND_ART);
  return record;
}

TEST(RecordChangesTest, WhatDiffersIsNamed) {
  EXPECT_THAT(*MayDiffer(Gift("a vase"), Gift("a vase"), kPaths), ElementsAre());
  EXPECT_THAT(*MayDiffer(Gift("a vase"), Gift("a bowl"), kPaths), ElementsAre("gift.description"));
}

TEST(RecordChangesTest, ATextThatCannotBeOpenedIsNotTakenToDiffer) {
  Record recorded = Gift("");
  recorded.add_unopened_fields("gift.description");
  EXPECT_THAT(*MayDiffer(recorded, Gift("a bowl"), kPaths), ElementsAre());
}

TEST(RecordChangesTest, ARecordStaysOfItsKind) {
  Record journey;
  journey.mutable_travel();
  const auto other = MayDiffer(journey, Gift("a vase"), kPaths);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().reason, "OTHER_KIND");
  EXPECT_THAT(other.error().message, HasSubstr("is a travel"));
}

TEST(RecordChangesTest, AKindThatANewerServerKnowsIsRefused) {
  const auto unknown = MayDiffer(Record(), Gift("a vase"), kPaths);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().reason, "OTHER_KIND");
  EXPECT_THAT(unknown.error().message, HasSubstr("update the client"));
}

TEST(RecordChangesTest, WhatWasRetractedIsNotChanged) {
  Record retracted = Gift("a vase");
  retracted.set_state(engagement::v1::RECORD_STATE_RETRACTION_PENDING);
  const auto refused = MayDiffer(retracted, Gift("a vase"), kPaths);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "RETRACTED");
}

}  // namespace
}  // namespace twinledger::client
