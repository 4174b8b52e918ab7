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
  ExpectSameFields(v1::Official::descriptor(), events::v1::OfficialFields::descriptor(),
                   {"display_name_sealed"});
  ExpectSameFields(
      v1::Principal::descriptor(), events::v1::PrincipalFields::descriptor(),
      {"display_name_sealed", "aliases_sealed", "role_sealed", "organisation_id", "acting_for_id"});
  ExpectSameEnum(v1::PrincipalKind_descriptor(), events::v1::PrincipalKind_descriptor());
  ExpectSameFields(v1::StrategicAsset::descriptor(), events::v1::StrategicAssetFields::descriptor(),
                   {});
  ExpectSameEnum(v1::Criticality_descriptor(), events::v1::Criticality_descriptor());
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

TEST(TranslationTest, APrincipalComesBackAndAPersonsTextsStayBehind) {
  v1::Principal principal;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(kind: PRINCIPAL_KIND_ORGANISATION
           display_name: "Harbour Example Ltd"
           aliases: "HEL"
           role: "port operator"
           organisation: "principals/p1"
           donor_group_id: "p1"
           affiliations {
             organisation: "Ministry"
             type: AFFILIATION_TYPE_STATE_OWNED
             found_on { year: 2024 }
           }
           acting_for: "principals/p3")pb",
      &principal));
  const PrincipalId id("p2");
  Versioned<Principal> row;
  row.row.set_principal_id(id.value());
  row.row.set_kind(events::v1::PRINCIPAL_KIND_ORGANISATION);
  *row.row.mutable_fields() = FieldsOf(id, row.row.kind(), principal);
  principal.set_name("principals/p2");
  EXPECT_EQ(ResourceOf(row).DebugString(), principal.DebugString());

  const auto person = FieldsOf(id, events::v1::PRINCIPAL_KIND_PERSON, principal);
  EXPECT_EQ(person.display_name() + person.role(), "");
  EXPECT_EQ(person.aliases_size(), 0);
  EXPECT_EQ(person.acting_for_id(), "p3");
}

TEST(TranslationTest, APrincipalIsADonorGroupOfItsOwnUnlessTheAgencySaysOtherwise) {
  Versioned<Principal> row;
  row.row.set_principal_id("p2");
  EXPECT_EQ(ResourceOf(row).donor_group_id(), "p2");
  v1::Principal principal;
  principal.set_donor_group_id("p2");
  EXPECT_EQ(FieldsOf(PrincipalId("p2"), {}, principal).donor_group_id(), "");
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

TEST(TranslationTest, AClientKnowsNothingOfWhatIsSealed) {
  EXPECT_THAT(AmendablePaths(events::v1::OfficialFields()),
              ElementsAre("display_name", "office", "since", "until"));
  EXPECT_THAT(AmendablePaths(events::v1::PrincipalFields()),
              ElementsAre("display_name", "aliases", "role", "organisation", "donor_group_id",
                          "affiliations", "acting_for"));
  google::protobuf::FieldMask mask;
  mask.add_paths("role");
  mask.add_paths("acting_for");
  EXPECT_THAT(PathsOf(mask), ElementsAre("role", "acting_for_id"));
  EXPECT_THAT(SealedPathsOf(mask, events::v1::PrincipalFields()),
              ElementsAre("role_sealed", "acting_for_id"));
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
  EXPECT_EQ(ReadPrincipalName("name", NameOf(PrincipalId(uuid)), wrong).value(), uuid);
  const OfficialName official =
      ReadOfficialName("name", NameOf(CouncilId("hutt-city"), OfficialId(uuid)), wrong);
  EXPECT_EQ(official.council.value() + "/" + official.official.value(), "hutt-city/" + uuid);
  const AssetName asset =
      ReadAssetName("name", NameOf(CouncilId("hutt-city"), AssetId(uuid)), wrong);
  EXPECT_EQ(asset.council.value() + "/" + asset.asset.value(), "hutt-city/" + uuid);
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
    rpc::Violations principal;
    rpc::Violations official;
    rpc::Violations asset;
    ReadPrincipalName("name", name, principal);
    ReadOfficialName("name", name, official);
    ReadAssetName("name", name, asset);
    EXPECT_FALSE(principal.empty() || official.empty() || asset.empty());
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

TEST(ResourceChecksTest, NamesEveryWrongFieldOfAnOfficialAndNeverItsName) {
  v1::Official official;
  official.set_display_name("Canary Quill\x01" + std::string(300, 'x'));
  official.mutable_since()->set_year(1700);
  official.mutable_until()->set_day(1);
  rpc::Violations wrong;
  CheckFields("official", official, Given::All(), wrong);
  EXPECT_THAT(FieldsIn(wrong), ElementsAre("official.display_name", "official.display_name",
                                           "official.office", "official.since", "official.until"));
  for (const FieldViolation& violation : wrong.all()) {
    EXPECT_THAT(violation.description, ::testing::Not(::testing::HasSubstr("Canary")));
  }
}

TEST(ResourceChecksTest, NamesEveryWrongFieldOfAPrincipal) {
  v1::Principal principal;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(aliases: ""
           organisation: "p1"
           donor_group_id: "donors"
           affiliations {
             declared: 9
             found_on { month: 1 }
             confidence: 7
           }
           acting_for: "partners/p1")pb",
      &principal));
  rpc::Violations wrong;
  CheckFields("principal", principal, Given::All(), wrong);
  EXPECT_THAT(
      FieldsIn(wrong),
      ElementsAre("principal.display_name", "principal.aliases[0]", "principal.organisation",
                  "principal.donor_group_id", "principal.affiliations[0].organisation",
                  "principal.affiliations[0].type", "principal.affiliations[0].declared",
                  "principal.affiliations[0].found_on", "principal.affiliations[0].confidence",
                  "principal.acting_for"));
}

TEST(ResourceChecksTest, NamesEveryWrongFieldOfAnAsset) {
  v1::StrategicAsset asset;
  asset.set_kind(static_cast<v1::AssetKind>(99));
  asset.set_stake_permille(1001);
  asset.set_register_ref(std::string(201, 'x'));
  rpc::Violations wrong;
  CheckFields("asset", asset, Given::All(), wrong);
  CheckCriticality("criticality", v1::CRITICALITY_UNSPECIFIED, wrong);
  v1::PartialDate month;
  month.set_year(2026);
  month.set_month(7);
  RequireDay("reviewed_on", month, wrong);
  EXPECT_THAT(FieldsIn(wrong), ElementsAre("asset.owner", "asset.kind", "asset.stake_permille",
                                           "asset.register_ref", "criticality", "reviewed_on"));
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
