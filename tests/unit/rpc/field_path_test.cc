#include "platform/fields/field_path.h"

#include <google/protobuf/field_mask.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/rpc/field_checks.h"

namespace twinledger::rpc {
namespace {

TEST(FieldPathTest, NamesAreJoinedAndElementsNumbered) {
  const FieldPath record = "record";
  EXPECT_EQ(record.Text(), "record");
  const FieldPath travel{record, "travel"};
  const FieldPath stops{travel, "stops"};
  const FieldPath first{stops, 0};
  EXPECT_EQ(stops.Text(), "record.travel.stops");
  EXPECT_EQ(first.Text(), "record.travel.stops[0]");
  EXPECT_EQ(FieldPath(first, "city").Text(), "record.travel.stops[0].city");
}

TEST(FieldPathTest, AMaskNamesAFieldWithinByItsMessage) {
  google::protobuf::FieldMask mask;
  mask.add_paths("gift.value");
  mask.add_paths("source");
  const Given given = Given::Only(mask);
  Violations wrong;
  const FieldChecks outer("record", given, wrong);
  const FieldChecks gift(outer, "gift");
  EXPECT_TRUE(outer.Has("source"));
  EXPECT_FALSE(outer.Has("value"));
  EXPECT_TRUE(gift.Has("value"));
  EXPECT_FALSE(gift.Has("source"));
  EXPECT_EQ(gift.At("value").Text(), "record.gift.value");
}

}  // namespace
}  // namespace twinledger::rpc
