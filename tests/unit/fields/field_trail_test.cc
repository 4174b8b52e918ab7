#include "platform/fields/field_trail.h"

#include <google/protobuf/descriptor.pb.h>
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
bool IsBytes(const FieldDescriptor& field) { return field.type() == FieldDescriptor::TYPE_BYTES; }
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

TEST(FieldTrailTest, TheWayIsThatOfTheMessages) {
  RelationshipFields fields;
  fields.mutable_since()->set_year(2024);
  const FieldTrail trail(*RelationshipFields::descriptor(), IsYear);
  const FieldTrail::Step* const since = Find(trail, "since");
  ASSERT_NE(since, nullptr);
  ASSERT_TRUE(trail.reflection().HasField(fields, since->field));
  EXPECT_FALSE(since->repeated);
  EXPECT_EQ(
      since->within->reflection().GetInt32(trail.reflection().GetMessage(fields, since->field),
                                           since->within->steps()[0].field),
      2024);
}

// A FileDescriptorProto has messages, which have messages of their own; all have options with
// bytes in them.
TEST(FieldTrailTest, ATypeThatHoldsItselfLeadsBack) {
  using google::protobuf::FileDescriptorProto;
  const FieldTrail trail(*FileDescriptorProto::descriptor(), IsBytes);
  const FieldTrail::Step* const messages = Find(trail, "message_type");
  ASSERT_NE(messages, nullptr);
  EXPECT_TRUE(messages->repeated);
  const FieldTrail::Step* const nested = Find(*messages->within, "nested_type");
  ASSERT_NE(nested, nullptr);
  EXPECT_EQ(nested->within, messages->within);
  EXPECT_EQ(Find(*messages->within, "name"), nullptr);
  const FieldTrail::Step* const options = Find(*messages->within, "options");
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->within->steps()[0].field->name(), "uninterpreted_option");

  using google::protobuf::DescriptorProto;
  const FieldTrail from_itself(*DescriptorProto::descriptor(), IsBytes);
  EXPECT_EQ(Find(from_itself, "nested_type")->within, &from_itself);
  EXPECT_TRUE(FieldTrail(*DescriptorProto::descriptor(), IsNothing).steps().empty());
}

}  // namespace
}  // namespace twinledger::fields
