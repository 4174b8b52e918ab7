#include "platform/fields/field_trail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "twinledger/registry/events/v1/relationships.pb.h"

namespace twinledger::fields {
namespace {

using google::protobuf::FieldDescriptor;
using registry::events::v1::RelationshipFields;

bool IsYear(const FieldDescriptor& field) { return field.name() == "year"; }
bool IsDate(const FieldDescriptor& field) {
  return field.message_type() != nullptr && field.message_type()->name() == "PartialDate";
}
bool IsNothing(const FieldDescriptor&) { return false; }

const FieldTrail::Step* Find(const FieldTrail& trail, const std::string& name) {
  const auto found =
      std::ranges::find(trail.steps(), name, [](const auto& step) { return step.field->name(); });
  return found != trail.steps().end() ? &*found : nullptr;
}

TEST(FieldTrailTest, AFieldWithinMessagesIsReachedThroughThem) {
  const FieldTrail trail(*RelationshipFields::descriptor(), IsYear);
  const FieldTrail::Step* const since = Find(trail, "since");
  ASSERT_NE(since, nullptr);
  EXPECT_FALSE(since->wanted);
  ASSERT_NE(since->within, nullptr);
  ASSERT_EQ(since->within->steps().size(), 1U);
  EXPECT_TRUE(since->within->steps()[0].wanted);
  EXPECT_EQ(since->within->steps()[0].field->name(), "year");
}

TEST(FieldTrailTest, WhatLeadsToNoneIsLeftOut) {
  const FieldTrail trail(*RelationshipFields::descriptor(), IsYear);
  EXPECT_EQ(Find(trail, "kind"), nullptr);
  EXPECT_TRUE(FieldTrail(*RelationshipFields::descriptor(), IsNothing).steps().empty());
}

TEST(FieldTrailTest, AMessageCanBeWantedItself) {
  const FieldTrail trail(*RelationshipFields::descriptor(), IsDate);
  const FieldTrail::Step* const since = Find(trail, "since");
  ASSERT_NE(since, nullptr);
  EXPECT_TRUE(since->wanted);
  EXPECT_EQ(since->within, nullptr);
}

}  // namespace
}  // namespace twinledger::fields
