#include "registry/rpc/translation.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "platform/fields/field_paths.h"
#include "registry/rpc/refusals.h"
#include "registry/rpc/resource_checks.h"
#include "registry/rpc/resource_names.h"
#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using ::testing::ElementsAre;

void ExpectSameEnum(const EnumDescriptor* client, const EnumDescriptor* kept) {
  SCOPED_TRACE(client->full_name());
  ASSERT_EQ(client->value_count(), kept->value_count());
  for (int i = 0; i < client->value_count(); ++i) {
    EXPECT_EQ(client->value(i)->name(), kept->value(i)->name());
    EXPECT_EQ(client->value(i)->number(), kept->value(i)->number());
  }
}

// Every field of `kept` is in `client` under the same name and of the same type, or in `renamed`.
void ExpectSameFields(const Descriptor* client, const Descriptor* kept,
                      const std::set<std::string>& renamed) {
  for (int i = 0; i < kept->field_count(); ++i) {
    const FieldDescriptor* ours = kept->field(i);
    SCOPED_TRACE(ours->full_name());
    if (renamed.contains(ours->name())) continue;
    const FieldDescriptor* theirs = client->FindFieldByName(ours->name());
    ASSERT_NE(theirs, nullptr);
    EXPECT_EQ(theirs->type(), ours->type());
    EXPECT_EQ(theirs->label(), ours->label());
    EXPECT_EQ(theirs->has_presence(), ours->has_presence());
    if (ours->enum_type() != nullptr) ExpectSameEnum(theirs->enum_type(), ours->enum_type());
    if (ours->message_type() != nullptr) {
      ExpectSameFields(theirs->message_type(), ours->message_type(), {});
    }
  }
}

TEST(TranslationTest, EveryFieldThatWeKeepIsAClientsFieldOfTheSameMeaning) {
  ExpectSameFields(v1::Council::descriptor(), events::v1::CouncilFields::descriptor(),
                   {"successor_id"});
  ExpectSameFields(v1::Partner::descriptor(), events::v1::PartnerFields::descriptor(),
                   {"parent_id"});
  ExpectSameFields(v1::Relationship::descriptor(), events::v1::RelationshipFields::descriptor(),
                   {"partner_id"});
  ExpectSameFields(v1::Provenance::descriptor(), events::v1::Provenance::descriptor(),
                   {"reported_by_role"});
}

TEST(TranslationTest, WhatAClientSendsComesBack) {
  v1::Council council;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(display_name: "Ōpōtiki District Council"
           kind: COUNCIL_KIND_DISTRICT
           status: COUNCIL_STATUS_MERGED
           population: 0
           has_port: TRI_STATE_UNKNOWN
           successor: "councils/whakatane-district"
           next_return_due { year: 2027 month: 1 }
           election_days { year: 2025 month: 10 day: 11 }
           source_note: "memory")pb",
      &council));
  Versioned<Council> row;
  row.row.set_council_id("opotiki-district");
  *row.row.mutable_fields() = FieldsOf(council);
  EXPECT_EQ(row.row.fields().successor_id(), "whakatane-district");
  council.set_name("councils/opotiki-district");
  EXPECT_EQ(ResourceOf(row).DebugString(), council.DebugString());
}

TEST(TranslationTest, ADateWithoutAYearIsNoDate) {
  v1::Relationship relationship;
  relationship.mutable_since();
  EXPECT_FALSE(FieldsOf(relationship).has_since());
}

TEST(TranslationTest, AnUpdateMaskNamesFieldsAsClientsDo) {
  google::protobuf::FieldMask mask;
  mask.add_paths("partner");
  mask.add_paths("since");
  EXPECT_THAT(PathsOf(mask), ElementsAre("partner_id", "since"));
  EXPECT_THAT(AmendablePaths(events::v1::RelationshipFields()), ::testing::Contains("partner"));
  EXPECT_THAT(AmendablePaths(events::v1::RelationshipFields()),
              ::testing::Not(::testing::Contains("suspended_on")));
}

TEST(ResourceNamesTest, NamesAreReadAsTheyAreWritten) {
  const std::string uuid = "0b1c9b5e-0000-4000-8000-000000000001";
  rpc::Violations wrong;
  const RelationshipName name =
      ReadRelationshipName("name", NameOf(CouncilId("hutt-city"), RelationshipId(uuid)), wrong);
  EXPECT_TRUE(wrong.empty());
  EXPECT_EQ(name.council.value(), "hutt-city");
  EXPECT_EQ(name.relationship.value(), uuid);
  EXPECT_EQ(ReadCouncilName("name", "councils/hutt-city", wrong).value(), "hutt-city");
  EXPECT_EQ(ReadPartnerName("name", "partners/" + uuid, wrong).value(), uuid);
  EXPECT_TRUE(wrong.empty());
}

TEST(ResourceNamesTest, RefusesWhatIsNoName) {
  for (const std::string name :
       {"", "councils/", "councils/Hutt", "council/hutt-city", "councils/hutt-city/relationships/",
        "councils/hutt-city/relationships/1", "partners/hutt-city", "hutt-city"}) {
    SCOPED_TRACE(name);
    rpc::Violations council;
    rpc::Violations partner;
    rpc::Violations relationship;
    ReadCouncilName("name", name, council);
    ReadPartnerName("name", name, partner);
    ReadRelationshipName("name", name, relationship);
    EXPECT_FALSE(council.empty());
    EXPECT_FALSE(partner.empty());
    EXPECT_FALSE(relationship.empty());
  }
}

std::vector<std::string> FieldsIn(const rpc::Violations& wrong) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : wrong.all()) fields.push_back(violation.field);
  return fields;
}

TEST(ResourceChecksTest, NamesEveryWrongFieldAtOnce) {
  v1::Council council;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(population: -1
           successor: "hutt-city"
           coordinator_id: "J. Smith"
           next_return_due { year: 2027 day: 1 }
           election_days {}
           has_port: 9)pb",
      &council));
  rpc::Violations wrong;
  CheckFields("council", council, Given::All(), wrong);
  EXPECT_THAT(FieldsIn(wrong),
              ElementsAre("council.display_name", "council.kind", "council.population",
                          "council.has_port", "council.successor", "council.coordinator_id",
                          "council.next_return_due", "council.election_days[0]"));
}

TEST(ResourceChecksTest, LooksOnlyAtTheFieldsOfTheMask) {
  google::protobuf::FieldMask mask;
  mask.add_paths("since");
  v1::Relationship relationship;
  relationship.mutable_since()->set_year(1700);
  rpc::Violations wrong;
  CheckFields("relationship", relationship, Given::Only(mask), wrong);
  EXPECT_THAT(FieldsIn(wrong), ElementsAre("relationship.since"));
}

TEST(ResourceChecksTest, AMaskNamesFieldsThatCanBeAmended) {
  google::protobuf::FieldMask mask;
  rpc::Violations empty;
  CheckMask(mask, {"seat"}, empty);
  EXPECT_THAT(FieldsIn(empty), ElementsAre("update_mask"));
  mask.add_paths("seat");
  mask.add_paths("etag");
  rpc::Violations wrong;
  CheckMask(mask, {"seat"}, wrong);
  EXPECT_THAT(FieldsIn(wrong), ElementsAre("update_mask.paths[1]"));
}

TEST(RefusalsTest, TellsTheRemedyAndKeepsItsPartsInTheDetails) {
  const log::v1::Refusal refusal =
      RefusalOf({Rejection::kEtagMismatch, "cafe"}, "councils/hutt-city");
  EXPECT_EQ(refusal.code(), static_cast<int>(Code::kAborted));
  EXPECT_EQ(refusal.reason(), "ETAG_MISMATCH");
  EXPECT_THAT(refusal.message(), ::testing::HasSubstr("councils/hutt-city has changed"));
  EXPECT_EQ(refusal.details(1).key(), "etag");
  EXPECT_EQ(refusal.details(1).value(), "cafe");
}

}  // namespace
}  // namespace twinledger::registry
