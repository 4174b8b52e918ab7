// What is copied of the events, and what is not.
#include "risk/inputs/input_tables.h"

#include <google/protobuf/descriptor.h>

#include <set>

#include "platform/store/versioned.h"
#include "risk/inputs/scored_fields.h"
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::HasSubstr;

std::optional<state::v1::ScoredRecordRow> RowOf(const Ledger& ledger, const std::string& id) {
  const auto row = store::CutReader(ledger.store()).Get(kScoredRecords, {kHutt, id});
  EXPECT_TRUE(row.ok());
  return row.ok() ? *row : std::nullopt;
}

// What a field that is not listed holds in every test: it must not turn up.
const std::string kSecret = "secret";

void Fill(Message& message, int depth);

void FillField(Message& message, const FieldDescriptor* field, int depth) {
  const auto& reflection = *message.GetReflection();
  const auto type = field->cpp_type();
  const bool repeated = field->is_repeated();
  if (type == FieldDescriptor::CPPTYPE_MESSAGE) {
    Fill(repeated ? *reflection.AddMessage(&message, field)
                  : *reflection.MutableMessage(&message, field),
         depth + 1);
  } else if (type == FieldDescriptor::CPPTYPE_STRING) {
    repeated ? reflection.AddString(&message, field, kSecret)
             : reflection.SetString(&message, field, kSecret);
  } else if (type == FieldDescriptor::CPPTYPE_ENUM) {
    repeated ? reflection.AddEnumValue(&message, field, 1)
             : reflection.SetEnumValue(&message, field, 1);
  } else if (type == FieldDescriptor::CPPTYPE_INT32) {
    reflection.SetInt32(&message, field, 1);
  } else if (type == FieldDescriptor::CPPTYPE_INT64) {
    reflection.SetInt64(&message, field, 1);
  } else {
    FAIL() << field->full_name() << " has a type that no test fills";
  }
}

// Every field; of a oneof the one whose turn it is at this depth. A record's content stays out.
void Fill(Message& message, int depth) {
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* oneof = type->field(i)->real_containing_oneof();
    if (oneof == nullptr) FillField(message, type->field(i), depth);
  }
  for (int i = 0; type != RecordFields::descriptor() && i < type->real_oneof_decl_count(); ++i) {
    const auto* oneof = type->oneof_decl(i);
    FillField(message, oneof->field(depth % oneof->field_count()), depth);
  }
}

// Texts that a row holds, as "path=value".
void CollectTexts(const Message& message, const std::string& path,
                  std::vector<std::string>& texts) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string at = path + "." + field->name();
    const int size = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      const auto& reflection = *message.GetReflection();
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CollectTexts(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                          : reflection.GetMessage(message, field),
                     at, texts);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        EXPECT_NE(field->type(), FieldDescriptor::TYPE_BYTES) << at;
        texts.push_back(at + "=" +
                        (field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                              : reflection.GetString(message, field)));
      }
    }
  }
}

// The texts in the row of a record whose every field is filled.
std::vector<std::string> TextsKept(const FieldDescriptor* content, int depth) {
  engagement::events::v1::EngagementEvent event;
  auto& submitted = *event.mutable_record_submitted();
  Fill(*submitted.mutable_fields(), depth);
  FillField(*submitted.mutable_fields(), content, depth);
  submitted.set_council_id(kHutt);
  submitted.set_record_id("e1");
  Ledger ledger;
  EXPECT_EQ(ledger.Apply("engagement", "council/hutt-city", kToday, event.SerializeAsString()), "");
  std::vector<std::string> texts;
  CollectTexts(RowOf(ledger, "e1")->fields(), "", texts);
  return texts;
}

TEST(FollowInputsTest, NoTextEntersARecordsRowButIdsThatAreScoredBy) {
  const std::set<std::string> ids{".relationship_id=secret", ".gift.donor.principal_id=secret",
                                  ".hospitality.host.principal_id=secret",
                                  ".device.travel_record_id=secret",
                                  ".delegation.sites.asset_id=secret"};
  std::set<std::string> kept;
  const auto* contents = RecordFields::descriptor()->FindOneofByName("content");
  for (int i = 0; i < contents->field_count(); ++i) {
    for (const int depth : {0, 1, 2}) {  // Each kind of party once.
      for (const std::string& text : TextsKept(contents->field(i), depth)) {
        if (!text.ends_with("=" + std::string(kGiven))) kept.insert(text);
      }
    }
  }
  EXPECT_EQ(kept, ids);
}

TEST(FollowInputsTest, AnAmendmentChangesWhatItNamesByTheSameList) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 3, GiftOn(kToday - 9, "asset_number: 'A-1'", "SURRENDERED"));
  ledger.Amend("e1", kToday - 2, "gift.value",
               "gift { value { cents: 5 currency: 'XPF' nzd_cents: 7 } }");
  ledger.Amend("e1", kToday - 1, "gift.description_sealed", "gift { description_sealed: 'x' }");
  const auto row = RowOf(ledger, "e1");
  ASSERT_TRUE(row);
  const auto& gift = row->fields().gift();
  EXPECT_EQ(gift.value().ShortDebugString(), "nzd_cents: 7");
  EXPECT_EQ(gift.description_sealed(), "");
  EXPECT_EQ(gift.asset_number(), kGiven);
  EXPECT_EQ(gift.disposition(), engagement::events::v1::GIFT_DISPOSITION_SURRENDERED);
  ledger.Amend("e1", kToday, "gift.value", "");
  EXPECT_FALSE(RowOf(ledger, "e1")->fields().gift().has_value());
  EXPECT_EQ(RowOf(ledger, "e1")->update_time_us(), kToday * kDayUs);
}

TEST(FollowInputsTest, StepsChangeTheState) {
  Ledger ledger;
  const auto state = [&] { return RowOf(ledger, "e1")->state(); };
  ledger.Submit("e1", kToday, GiftOn(kToday));
  EXPECT_EQ(state(), state::v1::RECORD_STATE_SUBMITTED);
  ledger.Step("record_returned", "e1", kToday);
  EXPECT_EQ(state(), state::v1::RECORD_STATE_RETURNED);
  ledger.Amend("e1", kToday, "marking", "marking: MARKING_SENSITIVE");
  EXPECT_EQ(state(), state::v1::RECORD_STATE_SUBMITTED);
  ledger.Step("record_verified", "e1", kToday);
  EXPECT_EQ(state(), state::v1::RECORD_STATE_VERIFIED);
  ledger.Step("record_retracted", "e1", kToday);
  EXPECT_EQ(state(), state::v1::RECORD_STATE_RETRACTION_PENDING);
  ledger.Step("record_returned", "e1", kToday);
  EXPECT_EQ(state(), state::v1::RECORD_STATE_VERIFIED);
  ledger.Step("record_retracted", "e1", kToday);
  ledger.Step("record_verified", "e1", kToday);
  EXPECT_EQ(state(), state::v1::RECORD_STATE_RETRACTED);
}

TEST(FollowInputsTest, AStreamThatIsNotScoredChangesNothing) {
  Ledger ledger;
  const auto before = ledger.store().Rows();
  EXPECT_EQ(ledger.Apply("risk", "council/hutt-city", kToday, "no event at all"), "");
  EXPECT_EQ(ledger.store().Rows(), before);
}

TEST(FollowInputsTest, EventsOfTheRegistryThatAreNotScoredWriteNoRow) {
  Ledger ledger;
  const auto before = ledger.store().Rows();
  EXPECT_EQ(ledger.Register(kToday,
                            "partner_registered { partner_id: 'p' fields { country: 'SG' "
                            "display_name: 'Somewhere' } }",
                            "partner/p"),
            "");
  EXPECT_EQ(ledger.Register(kToday, "official_registered { council_id: 'hutt-city' }"), "");
  EXPECT_EQ(ledger.Register(kToday, "council_amended { council_id: 'hutt-city' paths: 'region' }"),
            "");
  EXPECT_EQ(ledger.store().Rows(), before);
}

TEST(FollowInputsTest, WhatANewerProgramWroteIsNotScoredByGuess) {
  Ledger ledger;
  ledger.Submit("e1", kToday, GiftOn(kToday));
  const std::string new_kind("\xa2\x06\x00", 3);  // Field 100.
  const std::string council = "council/hutt-city";
  EXPECT_THAT(ledger.Apply("engagement", council, kToday, new_kind), HasSubstr("of a kind"));
  EXPECT_THAT(ledger.Apply("registry", council, kToday, new_kind), HasSubstr("of a kind"));
  EXPECT_THAT(ledger.Apply("engagement", council, kToday, "\xff"), HasSubstr("does not parse"));
  EXPECT_THAT(ledger.Apply("registry", council, kToday, "\xff"), HasSubstr("does not parse"));

  engagement::events::v1::EngagementEvent event;
  event.mutable_record_submitted()->set_council_id(kHutt);
  auto& gift = *event.mutable_record_submitted()->mutable_fields()->mutable_gift();
  gift.set_kind(static_cast<engagement::events::v1::GiftKind>(77));
  EXPECT_THAT(ledger.Apply("engagement", council, kToday, event.SerializeAsString()),
              HasSubstr("record_submitted.fields.gift.kind"));

  EXPECT_THAT(ledger.Engage(kToday,
                            "record_amended { council_id: 'hutt-city' record_id: 'e1' "
                            "paths: 'gift.bribe' }"),
              HasSubstr("amends gift.bribe"));
  EXPECT_THAT(ledger.Engage(kToday,
                            "record_amended { council_id: 'hutt-city' record_id: 'e1' "
                            "paths: 'travel.stops' }"),
              HasSubstr("amends travel.stops"));
  ledger.Principal("p1", "principal_registered { principal_id: 'p1' }");
  EXPECT_THAT(ledger.Register(kToday, "principal_amended { principal_id: 'p1' paths: 'rank' }",
                              "principal/p1"),
              HasSubstr("amends rank"));
}

TEST(FollowInputsTest, AnEventOfAnotherEntityThanItsCommitIsRefused) {
  Ledger ledger;
  EXPECT_THAT(ledger.Engage(kToday, "record_submitted { council_id: 'hutt-city' record_id: 'e' }",
                            "wellington-city"),
              HasSubstr("in a commit of council/wellington-city"));
  EXPECT_THAT(ledger.Register(kToday, "principal_registered { principal_id: 'p' }", "principal/q"),
              HasSubstr("in a commit of principal/q"));
  EXPECT_THAT(ledger.Register(kToday, "council_registered { council_id: 'wellington-city' }"),
              HasSubstr("in a commit of council/hutt-city"));
}

TEST(FollowInputsTest, WhatIsThereDoesNotBeginAndWhatIsNotDoesNotChange) {
  Ledger ledger;
  ledger.Submit("e1", kToday, GiftOn(kToday));
  EXPECT_EQ(ledger.Engage(kToday, "record_submitted { council_id: 'hutt-city' record_id: 'e1' }"),
            "record e1 is there already");
  EXPECT_EQ(ledger.Engage(kToday, "record_verified { council_id: 'hutt-city' record_id: 'e2' }"),
            "record e2 is not there");
  EXPECT_EQ(ledger.Register(kToday, "council_registered { council_id: 'hutt-city' }"),
            "scored_councils hutt-city is there already");
  EXPECT_EQ(ledger.Register(kToday,
                            "strategic_asset_criticality_set { council_id: 'hutt-city' "
                            "asset_id: 'port' }"),
            "scored_assets port is not there");
}

}  // namespace
}  // namespace twinledger::risk
