#include "engagement/rpc/translation.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <map>
#include <set>

#include "engagement/domain/mitigations.h"
#include "engagement/rpc/paths.h"
#include "engagement/rpc/refusals.h"
#include "engagement/rpc/text_fields.h"
#include "platform/base/data_directory.h"
#include "platform/crypto/system_random.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/engagement/given_when.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

void ExpectSameEnum(const EnumDescriptor* client, const EnumDescriptor* kept) {
  SCOPED_TRACE(client->full_name());
  ASSERT_EQ(client->value_count(), kept->value_count());
  for (int i = 0; i < client->value_count(); ++i) {
    EXPECT_EQ(client->value(i)->name(), kept->value(i)->name());
    EXPECT_EQ(client->value(i)->number(), kept->value(i)->number());
  }
}

// Every field of `kept` is in `client` under the same name and of the same type, or sealed there,
// or in `renamed`.
void ExpectSameFields(const Descriptor* client, const Descriptor* kept,
                      const std::set<std::string>& renamed) {
  for (int i = 0; i < kept->field_count(); ++i) {
    const FieldDescriptor* ours = kept->field(i);
    SCOPED_TRACE(ours->full_name());
    if (renamed.contains(ours->name())) continue;
    const FieldDescriptor* theirs = client->FindFieldByName(TheirPath(ours->name()));
    ASSERT_NE(theirs, nullptr);
    if (ours->name().ends_with("_sealed")) {
      EXPECT_EQ(ours->type(), FieldDescriptor::TYPE_BYTES);
      EXPECT_EQ(theirs->type(), FieldDescriptor::TYPE_STRING);
      continue;
    }
    EXPECT_NE(ours->type(), FieldDescriptor::TYPE_BYTES);
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
  ExpectSameFields(v1::Record::descriptor(), RecordFields::descriptor(), {"relationship_id"});
  ExpectSameEnum(v1::RecordState_descriptor(), state::v1::RecordState_descriptor());
}

// The log's own markings and classes, which stand on every commit.
TEST(TranslationTest, MarkingsAndClassesAreThoseOfCommits) {
  for (const auto* ours :
       {events::v1::Marking_descriptor(), events::v1::ReleaseClass_descriptor()}) {
    const auto* commits = ours == events::v1::Marking_descriptor()
                              ? log::v1::Marking_descriptor()
                              : log::v1::ReleaseClass_descriptor();
    for (int i = 0; i < ours->value_count(); ++i) {
      const auto* same = commits->FindValueByNumber(ours->value(i)->number());
      ASSERT_NE(same, nullptr);
      EXPECT_EQ(same->name(), ours->value(i)->name());
    }
  }
}

TEST(TranslationTest, EveryClaimAndContentHasItsNameForClients) {
  for (const Mitigation mitigation :
       {Mitigation::kDeclinedOrReturned, Mitigation::kSurrendered, Mitigation::kReimbursed,
        Mitigation::kWithdrew, Mitigation::kLoanDeviceWiped, Mitigation::kQuarantined,
        Mitigation::kBriefedAndDebriefed, Mitigation::kEscorted, Mitigation::kPublished}) {
    EXPECT_TRUE(v1::MitigationKind_IsValid(static_cast<int>(mitigation)));
  }
  for (const auto& [content, kind] :
       std::map<std::string, v1::RecordKind>{{"gift {}", v1::RECORD_KIND_GIFT},
                                             {"hospitality {}", v1::RECORD_KIND_HOSPITALITY},
                                             {"travel {}", v1::RECORD_KIND_TRAVEL},
                                             {"device {}", v1::RECORD_KIND_DEVICE},
                                             {"delegation {}", v1::RECORD_KIND_DELEGATION}}) {
    Versioned<Record> row;
    *row.row.mutable_fields() = FieldsIn(content);
    EXPECT_EQ(ResourceOf(row).kind(), kind);
  }
}

const std::string kJourney = R"pb(
  relationship: "councils/hutt-city/relationships/00000000-0000-4000-8000-000000000009"
  evidence { sha256: "cafe" title: "the canary's ticket" }
  unknown_fields: "travel.purpose"
  travel {
    purpose: "to hear a canary"
    depart_on { year: 2026 month: 3 }
    return_on { year: 2026 month: 4 }
    stops { city: "Canary City" country: "JP" nights: 0 }
    stops { city: "Canary Bay" country: "JP" }
    cost_lines { amount { cents: 5 currency: "NZD" nzd_cents: 5 } }
  })pb";

class SealingTest : public ::testing::Test {
 protected:
  SealingTest() : data_(folder_.path() / "data") {
    EXPECT_TRUE(keyring::CreateKeyring(data_, kLogId, random_).ok());
    keyring_ = *keyring::Keyring::Open(data_, kLogId, random_);
  }

  Texts TextsOf(const std::string& council, const std::string& record = "e1") {
    return {*keyring_, CouncilId(council), RecordId(record)};
  }

  static SealText By(const Texts& texts, const Sealing& sealing) { return texts.SealsBy(sealing); }

  // The row of a submission.
  Versioned<Record> Submitted(const v1::Record& record, const std::string& request_id) {
    RecordFields kept = FieldsOf(record);
    kept.set_marking(events::v1::MARKING_IN_CONFIDENCE);
    const Sealing sealing{"record_submitted", request_id, kept.marking()};
    EXPECT_TRUE(SealTexts(record, PathsOf(kept.content_case()), nullptr, {},
                          By(TextsOf("hutt-city"), sealing), kept)
                    .ok());
    Event event;
    event.mutable_record_submitted()->set_council_id("hutt-city");
    event.mutable_record_submitted()->set_record_id("e1");
    *event.mutable_record_submitted()->mutable_fields() = kept;
    return {Evolve({}, event, {"council/hutt-city/officer/k1", request_id})};
  }

  static constexpr const char* kLogId = "00000000-0000-4000-8000-00000000000a";
  testing::TempDirectory folder_;
  DataDirectory data_;
  crypto::SystemRandom random_;
  std::unique_ptr<keyring::Keyring> keyring_;
};

TEST_F(SealingTest, WhatAClientSendsComesBackAndStandsNowhereInClear) {
  const auto sent = Parse<v1::Record>(kJourney);
  const Versioned<Record> row = Submitted(sent, "q1");
  EXPECT_THAT(row.row.SerializeAsString(), Not(HasSubstr("anary")));
  const Texts texts = TextsOf("hutt-city");
  const Result<v1::Record> opened = OpenedResourceOf(row, &texts);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_THAT(opened->unopened_fields(), IsEmpty());
  EXPECT_EQ(opened->travel().DebugString(), sent.travel().DebugString());
  EXPECT_EQ(opened->evidence(0).title(), "the canary's ticket");
  EXPECT_EQ(opened->relationship(), sent.relationship());
  EXPECT_THAT(opened->unknown_fields(), ElementsAre("travel.purpose"));
  EXPECT_EQ(opened->occur_end().month(), 4);
}

TEST_F(SealingTest, WithoutLeaveNoTextOpensAndEachIsNamed) {
  const Result<v1::Record> closed =
      OpenedResourceOf(Submitted(Parse<v1::Record>(kJourney), "q1"), nullptr);
  ASSERT_TRUE(closed.ok());
  EXPECT_THAT(closed->DebugString(), Not(HasSubstr("anary")));
  EXPECT_THAT(closed->unopened_fields(),
              ElementsAre("evidence[0].title", "travel.purpose", "travel.stops[0].city",
                          "travel.stops[1].city"));
}

TEST_F(SealingTest, ATextThatStandsInAnotherPlaceIsDamage) {
  Versioned<Record> row = Submitted(Parse<v1::Record>(kJourney), "q1");
  const Texts texts = TextsOf("hutt-city");
  const auto reason = [&](const Versioned<Record>& moved, const Texts& by) {
    const Result<v1::Record> opened = OpenedResourceOf(moved, &by);
    return opened ? std::string("opened") : opened.error().reason;
  };
  EXPECT_EQ(reason(row, texts), "opened");
  EXPECT_EQ(reason(row, TextsOf("nelson-city")), "SEALED_FIELD_DAMAGED");
  Versioned<Record> swapped = row;
  auto& stops = *swapped.row.mutable_fields()->mutable_travel()->mutable_stops();
  stops[0].mutable_city_sealed()->swap(*stops[1].mutable_city_sealed());
  EXPECT_EQ(reason(swapped, texts), "SEALED_FIELD_DAMAGED");
  Versioned<Record> remarked = row;
  for (auto& entry : *remarked.row.mutable_sealed()) {
    entry.set_marking(events::v1::MARKING_UNCLASSIFIED);
  }
  EXPECT_EQ(reason(remarked, texts), "SEALED_FIELD_DAMAGED");
  Versioned<Record> of_another_request = row;
  for (auto& entry : *of_another_request.row.mutable_sealed()) entry.set_request_id("q2");
  EXPECT_EQ(reason(of_another_request, texts), "SEALED_FIELD_DAMAGED");
}

// Sealing the same text twice gives other bytes: what is said again keeps those that are there.
TEST_F(SealingTest, WhatIsSaidAgainIsTheSame) {
  const auto sent = Parse<v1::Record>(kJourney);
  const Versioned<Record> row = Submitted(sent, "q1");
  const Texts texts = TextsOf("hutt-city");
  const Result<v1::Record> opened = OpenedResourceOf(row, &texts);
  ASSERT_TRUE(opened.ok());
  const auto again = [&](const v1::Record& record) {
    RecordFields kept = FieldsOf(record);
    kept.set_marking(row.row.fields().marking());
    EXPECT_TRUE(SealTexts(record, PathsOf(kept.content_case()), &row.row, *opened,
                          By(texts, {"record_amended", "q2", kept.marking()}), kept)
                    .ok());
    return DifferingPaths(row.row.fields(), kept);
  };
  EXPECT_THAT(again(sent), IsEmpty());
  v1::Record changed = sent;
  changed.mutable_travel()->mutable_stops(1)->set_city("Canary Beach");
  EXPECT_THAT(again(changed), ElementsAre("travel.stops"));
  changed = sent;
  changed.mutable_travel()->clear_purpose();
  EXPECT_THAT(again(changed), ElementsAre("travel.purpose_sealed"));
}

// A replica may lack the record's key: what it cannot open is not empty.
TEST_F(SealingTest, ATextThatDidNotOpenIsNotTakenForAnEmptyOne) {
  const auto sent = Parse<v1::Record>(kJourney);
  const Versioned<Record> row = Submitted(sent, "q1");
  const Texts texts = TextsOf("hutt-city");
  const Result<v1::Record> closed = OpenedResourceOf(row, nullptr);
  ASSERT_TRUE(closed.ok());
  v1::Record without = *closed;  // As one who sends no text sends it.
  without.clear_occur_date();
  without.clear_occur_end();
  RecordFields kept = FieldsOf(without);
  kept.set_marking(row.row.fields().marking());
  ASSERT_TRUE(SealTexts(without, PathsOf(kept.content_case()), &row.row, *closed,
                        By(texts, {"record_amended", "q2", kept.marking()}), kept)
                  .ok());
  EXPECT_THAT(DifferingPaths(row.row.fields(), kept),
              ElementsAre("evidence", "travel.purpose_sealed", "travel.stops"));
}

TEST_F(SealingTest, TwoCouncilsThatChoseOneIdHaveTwoKeys) {
  const Sealing sealing{"record_submitted", "q1", events::v1::MARKING_UNCLASSIFIED};
  const auto key = [&](const std::string& council) {
    return keyring::KeyIdOf(*TextsOf(council).SealsBy(sealing)("gift.description", "a vase"));
  };
  EXPECT_EQ(key("hutt-city"), key("hutt-city"));
  EXPECT_NE(key("hutt-city"), key("nelson-city"));
}

TEST(TranslationTest, WhatSaysNothingIsNotGiven) {
  const RecordFields kept = FieldsOf(
      Parse<v1::Record>("occur_date {} gift { value {} recipient {} offered_on { year: 2026 } }"));
  EXPECT_EQ(kept.ShortDebugString(), "gift { offered_on { year: 2026 } }");
}

TEST(TranslationTest, DollarsAreWorthThemselves) {
  const RecordFields kept =
      FieldsOf(Parse<v1::Record>("travel { cost_lines { amount { cents: 7 currency: 'NZD' } } }"));
  EXPECT_EQ(kept.travel().cost_lines(0).amount().nzd_cents(), 7);
}

TEST(TranslationTest, WhatASubmissionLeavesOutIsFilledIn) {
  RecordFields kept = FieldsIn("device {}");
  SetDefaults({identity::Role::kCouncilOfficer, "a", "hutt-city"}, kept.content_case(), kept);
  EXPECT_EQ(kept.source(), registry::events::v1::SOURCE_DIRECT);
  EXPECT_EQ(kept.reported_by_role(), events::v1::REPORTED_BY_ROLE_COUNCIL_OFFICER);
  EXPECT_EQ(kept.marking(), events::v1::MARKING_UNCLASSIFIED);
  EXPECT_EQ(kept.release_class(), events::v1::RELEASE_CLASS_AGENCY);
  RecordFields given = FieldsIn("marking: MARKING_SENSITIVE travel {}");
  SetDefaults({identity::Role::kCouncilOfficer, "a", "hutt-city"}, given.content_case(), given);
  EXPECT_EQ(given.marking(), events::v1::MARKING_SENSITIVE);
  EXPECT_EQ(given.release_class(), events::v1::RELEASE_CLASS_PUBLIC);
}

TEST(TranslationTest, AClaimIsVerifiedWithItsRecord) {
  Versioned<Record> row;
  *row.row.mutable_fields() =
      FieldsIn("gift { disposition: GIFT_DISPOSITION_SURRENDERED asset_number: 'A-1' }");
  row.row.set_state(state::v1::RECORD_STATE_SUBMITTED);
  EXPECT_EQ(ResourceOf(row).mitigations(0).ShortDebugString(),
            "kind: MITIGATION_KIND_SURRENDERED state: MITIGATION_STATE_CLAIMED reference: \"A-1\"");
  row.row.set_state(state::v1::RECORD_STATE_VERIFIED);
  EXPECT_EQ(ResourceOf(row).mitigations(0).state(), v1::MITIGATION_STATE_VERIFIED);
}

TEST(TranslationTest, AVersionSaysWhatItChanged) {
  RecordVersion version;
  version.record.row.set_council_id("hutt-city");
  version.commit.set_actor("council/hutt-city/officer/k1");
  const auto before = Parse<v1::Record>(
      "state: RECORD_STATE_SUBMITTED etag: 'x' gift { kind: "
      "GIFT_KIND_ART description: 'a vase' }");
  const auto after = Parse<v1::Record>(
      "state: RECORD_STATE_SUBMITTED etag: 'y' reason: 'typing error' gift { kind: "
      "GIFT_KIND_TICKETS description: 'a vase' }");
  const registry::v1::Version shown = VersionOf(version, after, before);
  EXPECT_EQ(shown.reason(), "typing error");
  ASSERT_EQ(shown.changes_size(), 1);
  EXPECT_EQ(shown.changes(0).ShortDebugString(),
            "path: \"gift.kind\" before: \"GIFT_KIND_ART\" after: \"GIFT_KIND_TICKETS\"");
  EXPECT_EQ(VersionOf(version, after, {}).changes(0).path(), "state");
}

TEST(PathsTest, AnUpdateMaskNamesFieldsAsClientsDo) {
  google::protobuf::FieldMask mask;
  for (const char* path : {"relationship", "gift.description", "gift.value", "evidence"}) {
    mask.add_paths(path);
  }
  EXPECT_THAT(PathsOf(mask),
              ElementsAre("relationship_id", "gift.description_sealed", "gift.value", "evidence"));
  EXPECT_THAT(AmendablePaths(RecordFields::kGift), ::testing::Contains("gift.description"));
  EXPECT_THAT(AmendablePaths(RecordFields::kGift), Not(::testing::Contains("gift")));
  EXPECT_THAT(AmendablePaths(RecordFields::kGift), Not(::testing::Contains("travel.purpose")));
}

TEST(TextFieldsTest, ThePathOfATextComesToItsFieldOnBothSides) {
  EXPECT_THAT(TextPathsOf(RecordFields::kGift),
              ElementsAre("evidence", "gift.description_sealed", "gift.circumstances_sealed"));
  EXPECT_THAT(TextPathsOf(RecordFields::CONTENT_NOT_SET), ElementsAre("evidence"));
  const TextPath* const stops = FindTextPath("travel.stops");
  ASSERT_NE(stops, nullptr);
  EXPECT_EQ(stops->theirs, "travel.stops");
  EXPECT_EQ(stops->content->ours->name(), "travel");
  EXPECT_TRUE(stops->field->repeated);
  EXPECT_EQ(stops->field->within->at(0).ours->name(), "city_sealed");
  EXPECT_EQ(stops->field->within->at(0).theirs->name(), "city");
  const TextPath* const purpose = FindTextPath("travel.purpose_sealed");
  ASSERT_NE(purpose, nullptr);
  EXPECT_EQ(purpose->theirs, "travel.purpose");
  EXPECT_EQ(purpose->field->within, nullptr);
  v1::Record shown;
  EXPECT_EQ(&purpose->In(shown), &v1::Travel::default_instance());
  const google::protobuf::Message& made = purpose->MutableIn(shown);
  EXPECT_EQ(&made, &shown.travel());
}

TEST(TextFieldsTest, WhereNoTextMayBeThereIsNone) {
  for (const char* path : {"gift", "gift.value", "gift.description", "travel.depart_on", "marking",
                           "reason", "no such field"}) {
    EXPECT_EQ(FindTextPath(path), nullptr) << path;
  }
}

TEST(RefusalsTest, TellsTheRemedyAndKeepsItsPartsInTheDetails) {
  const log::v1::Refusal refusal = RefusalOf(
      {Rejection::kOwnRecord, "council/hutt-city/officer/k1"}, "councils/hutt-city/records/e1");
  EXPECT_EQ(refusal.code(), static_cast<int>(Code::kFailedPrecondition));
  EXPECT_EQ(refusal.reason(), "OWN_RECORD");
  EXPECT_THAT(refusal.message(), HasSubstr("let a second person check it"));
  EXPECT_EQ(refusal.details(1).value(), "council/hutt-city/officer/k1");
}

}  // namespace
}  // namespace twinledger::engagement
