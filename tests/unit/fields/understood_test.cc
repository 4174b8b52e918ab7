#include "platform/fields/understood.h"

#include <gtest/gtest.h>

#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::fields {
namespace {

using registry::events::v1::RegistryEvent;

RegistryEvent Recorded() {
  RegistryEvent event;
  auto& fields = *event.mutable_relationship_recorded()->mutable_fields();
  fields.add_aims(registry::events::v1::AIM_CULTURE);
  fields.mutable_since()->set_year(2024);
  event.mutable_provenance()->add_evidence()->set_title("minutes");
  return event;
}

TEST(UnderstoodTest, WhatThisBuildKnowsIsUnderstood) {
  EXPECT_EQ(UnknownIn(RegistryEvent()), "");
  EXPECT_EQ(UnknownIn(Recorded()), "");
}

TEST(UnderstoodTest, AnUnknownFieldIsFoundHoweverDeep) {
  RegistryEvent event = Recorded();
  auto& date = *event.mutable_relationship_recorded()->mutable_fields()->mutable_since();
  date.GetReflection()->MutableUnknownFields(&date)->AddVarint(900, 1);
  EXPECT_EQ(UnknownIn(event), "relationship_recorded.fields.since");

  event = Recorded();
  auto& evidence = *event.mutable_provenance()->mutable_evidence(0);
  evidence.GetReflection()->MutableUnknownFields(&evidence)->AddVarint(900, 1);
  EXPECT_EQ(UnknownIn(event), "provenance.evidence");

  RegistryEvent bare;
  bare.GetReflection()->MutableUnknownFields(&bare)->AddLengthDelimited(900, "");
  EXPECT_EQ(UnknownIn(bare), "RegistryEvent");
}

TEST(UnderstoodTest, AnUnknownValueOfAnEnumIsFoundToo) {
  RegistryEvent event = Recorded();
  event.mutable_relationship_recorded()->mutable_fields()->set_kind(
      static_cast<registry::events::v1::RelationshipKind>(99));
  EXPECT_EQ(UnknownIn(event), "relationship_recorded.fields.kind");
  event = Recorded();
  event.mutable_relationship_recorded()->mutable_fields()->add_aims(
      static_cast<registry::events::v1::Aim>(99));
  EXPECT_EQ(UnknownIn(event), "relationship_recorded.fields.aims");
}

}  // namespace
}  // namespace twinledger::fields
