#include "platform/fields/twin_fields.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "twinledger/registry/events/v1/relationships.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::fields {
namespace {

TEST(TwinFieldsTest, EachFieldHasTheOneOfItsName) {
  const auto& from = *registry::v1::Relationship::descriptor();
  const auto& to = *registry::events::v1::RelationshipFields::descriptor();
  const TwinTypes& twins = TwinsOf(from, to);
  for (int i = 0; i < from.field_count(); ++i) {
    const std::string& name = from.field(i)->name();
    const auto twin = std::ranges::find(twins.fields, from.field(i), &TwinField::from);
    const auto* const target = twin != twins.fields.end() ? twin->to : nullptr;
    EXPECT_EQ(target, to.FindFieldByName(name)) << name;
  }
  EXPECT_GT(twins.fields.size(), 1U);
  EXPECT_LT(twins.fields.size(), static_cast<std::size_t>(from.field_count()))
      << "the name, for one, is the client's alone";
  EXPECT_EQ(&TwinsOf(from, to), &twins);
}

TEST(TwinFieldsTest, AFieldKnowsWhatItsMessagesHaveInCommon) {
  const auto& from = *registry::v1::Relationship::descriptor();
  const auto& to = *registry::events::v1::RelationshipFields::descriptor();
  int messages = 0;
  int lists = 0;
  for (const TwinField& twin : TwinsOf(from, to).fields) {
    SCOPED_TRACE(twin.from->name());
    EXPECT_EQ(twin.type, twin.from->cpp_type());
    EXPECT_EQ(twin.repeated, twin.from->is_repeated());
    lists += twin.repeated ? 1 : 0;
    if (twin.from->message_type() == nullptr) {
      EXPECT_EQ(twin.within, nullptr);
      continue;
    }
    ++messages;
    EXPECT_EQ(twin.within, &TwinsOf(*twin.from->message_type(), *twin.to->message_type()));
  }
  EXPECT_GT(messages, 0);
  EXPECT_GT(lists, 0);
}

}  // namespace
}  // namespace twinledger::fields
