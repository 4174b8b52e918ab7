#include "platform/fields/twin_fields.h"

#include <gtest/gtest.h>

#include "twinledger/registry/events/v1/relationships.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::fields {
namespace {

TEST(TwinFieldsTest, EachFieldHasTheOneOfItsName) {
  const auto& from = *registry::v1::Relationship::descriptor();
  const auto& to = *registry::events::v1::RelationshipFields::descriptor();
  const auto& twins = TwinFields(from, to);
  ASSERT_EQ(twins.size(), static_cast<std::size_t>(from.field_count()));
  int found = 0;
  for (int i = 0; i < from.field_count(); ++i) {
    const std::string& name = from.field(i)->name();
    EXPECT_EQ(twins[static_cast<std::size_t>(i)], to.FindFieldByName(name)) << name;
    found += twins[static_cast<std::size_t>(i)] != nullptr ? 1 : 0;
  }
  EXPECT_GT(found, 1);
  EXPECT_LT(found, from.field_count()) << "the name, for one, is the client's alone";
  EXPECT_EQ(&TwinFields(from, to), &twins);
}

}  // namespace
}  // namespace twinledger::fields
