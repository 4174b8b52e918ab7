// What is refused of a message by itself: for each kind of record a whole one, and what becomes
// wrong with it by one change.
#include "engagement/rpc/record_checks.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include "engagement/rpc/paths.h"
#include "engagement/rpc/translation.h"

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kOfficial = R"pb(official_id: "00000000-0000-4000-8000-000000000001")pb";
const std::string kPrincipal = R"pb(principal_id: "00000000-0000-4000-8000-000000000002")pb";

const std::string kGift = "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL recipient { " +
                          kOfficial + " } donor { " + kPrincipal +
                          " } kind: GIFT_KIND_ART offered_on { year: 2026 month: 5 day: 1 } "
                          "disposition: GIFT_DISPOSITION_RETAINED }";
const std::string kHospitality = "occur_date { year: 2026 } hospitality { host { " + kPrincipal +
                                 " } guests { office: 'mayor' } kind: HOSPITALITY_KIND_MEAL }";
const std::string kTravel = "travel { traveller { " + kOfficial +
                            " } purpose: 'a fair' depart_on { year: 2026 month: 3 } }";
const std::string kDevice =
    "occur_date { year: 2026 } device { device_ref: 'LAPTOP-1' device_class: DEVICE_CLASS_LOAN }";
const std::string kDelegation =
    "occur_date { year: 2026 } delegation { direction: DELEGATION_DIRECTION_IN purpose: 'a tour' "
    "requested_by: REQUESTED_BY_PARTNER }";

v1::Record Merged(const std::string& whole, const std::string& change) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(whole, &record)) << whole;
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(change, &record)) << change;
  return record;
}

std::vector<std::string> WrongIn(const v1::Record& record) {
  rpc::Violations wrong;
  CheckWhole(record, wrong);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : wrong.all()) {
    EXPECT_FALSE(violation.description.empty());
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(WholeRecordTest, WhatIsKeptOfItIsItsTranslation) {
  for (const std::string& whole : {kGift, kHospitality, kTravel, kDevice, kDelegation}) {
    const v1::Record record = Merged(whole, "published_on { year: 2026 }");
    rpc::Violations wrong;
    EXPECT_EQ(CheckWhole(record, wrong).SerializeAsString(), FieldsOf(record).SerializeAsString());
  }
}

struct Case {
  const char* name;
  std::string change;
  std::string wrong;
};

void ExpectEach(const std::string& whole, const std::vector<Case>& cases) {
  EXPECT_THAT(WrongIn(Merged(whole, "")), IsEmpty());
  for (const auto& [name, change, wrong] : cases) {
    SCOPED_TRACE(name);
    EXPECT_THAT(WrongIn(Merged(whole, change)), ElementsAre(wrong));
  }
}

// Without each field that the contract requires.
void ExpectRequired(const std::string& whole, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    SCOPED_TRACE("without " + path);
    v1::Record record = Merged(whole, "");
    const auto* content = v1::Record::descriptor()->FindFieldByNumber(record.content_case());
    google::protobuf::Message& within = *record.GetReflection()->MutableMessage(&record, content);
    within.GetReflection()->ClearField(&within, within.GetDescriptor()->FindFieldByName(path));
    EXPECT_THAT(WrongIn(record), ElementsAre("record." + content->name() + "." + path));
  }
}

TEST(RecordChecksTest, ARecordHasAContent) {
  EXPECT_THAT(WrongIn(v1::Record()), ElementsAre("record"));
}

TEST(RecordChecksTest, WhatEveryRecordSaysIsChecked) {
  ExpectEach(
      kDelegation,
      {{"no relationship", "relationship: 'partners/x'", "record.relationship"},
       {"an impossible day", "occur_date { month: 2 day: 30 }", "record.occur_date"},
       {"an end before the day", "occur_end { year: 2025 }", "record.occur_end"},
       {"an unknown source", "source: 99", "record.source"},
       {"an unknown role", "reported_by_role: 99", "record.reported_by_role"},
       {"a marking that is too high", "marking: 4", "record.marking"},
       {"an unknown class", "release_class: 99", "record.release_class"},
       {"no digest", "evidence { sha256: 'cafe' }", "record.evidence[0].sha256"},
       {"no such field", "unknown_fields: 'gift.colour'", "record.unknown_fields[0]"},
       {"a field of another kind", "unknown_fields: 'gift.value'", "record.unknown_fields"},
       {"unknown and given", "unknown_fields: 'delegation.direction'", "record.unknown_fields"},
       {"no web address", "published_url: 'ftp://x'", "record.published_url"},
       {"published nowhere", "published_on { year: 2026 }", "record.published_on"}});
  EXPECT_THAT(WrongIn(Merged("delegation { direction: DELEGATION_DIRECTION_IN purpose: 'a tour' "
                             "requested_by: REQUESTED_BY_PARTNER }",
                             "")),
              ElementsAre("record.occur_date"));
}

TEST(RecordChecksTest, AnAmountIsInBoundsAndSaysWhatItWasWorth) {
  ExpectEach(
      kGift,
      {{"negative", "gift { value { cents: -1 currency: 'NZD' } }", "record.gift.value.cents"},
       {"absurd", "gift { value { cents: 8000000001 currency: 'NZD' } }",
        "record.gift.value.cents"},
       {"no currency", "gift { value { cents: 1 } }", "record.gift.value.currency"},
       {"no code", "gift { value { cents: 1 currency: 'nzd' } }", "record.gift.value.currency"},
       {"worth something else", "gift { value { cents: 1 currency: 'NZD' nzd_cents: 2 } }",
        "record.gift.value.nzd_cents"},
       {"not what it was worth",
        "gift { value { cents: 1 currency: 'EUR' rate_date { year: 2026 month: 5 day: 1 } } }",
        "record.gift.value.nzd_cents"},
       {"absurd in New Zealand",
        "gift { value { cents: 1 currency: 'EUR' nzd_cents: 8000000001 rate_date { year: 2026 "
        "month: 5 day: 1 } } }",
        "record.gift.value.nzd_cents"},
       {"not since when", "gift { value { cents: 1 currency: 'EUR' nzd_cents: 2 } }",
        "record.gift.value.rate_date"}});
  EXPECT_THAT(WrongIn(Merged(kGift, "gift { value { cents: 8000000000 currency: 'NZD' } }")),
              IsEmpty());
}

TEST(RecordChecksTest, AGiftIsChecked) {
  ExpectRequired(kGift, {"direction", "recipient", "donor", "kind", "offered_on", "disposition"});
  ExpectEach(
      kGift,
      {{"an unknown kind", "gift { kind: 99 }", "record.gift.kind"},
       {"an unknown direction", "gift { direction: 99 }", "record.gift.direction"},
       {"an unknown disposition", "gift { disposition: 99 }", "record.gift.disposition"},
       {"an unknown basis", "gift { value_basis: 99 }", "record.gift.value_basis"},
       {"a person's name", "gift { recipient { office: 'john-smith' } }",
        "record.gift.recipient.office"},
       {"no handle", "gift { donor { principal_id: 'P' } }", "record.gift.donor.principal_id"},
       {"a day that is none", "gift { offered_on { month: 13 } }", "record.gift.offered_on"},
       {"a typing error of a year", "gift { offered_on { year: 20026 } }",
        "record.gift.offered_on"},
       {"decided too early", "gift { decided_on { year: 2026 month: 4 } }",
        "record.gift.decided_on"},
       {"a page of text", "gift { description: '" + std::string(2001, 'x') + "' }",
        "record.gift.description"},
       {"a sentence for a reference",
        "gift { decision_links { reference: 'the one about the port' } }",
        "record.gift.decision_links[0].reference"},
       {"a name for an office", "gift { approver_office: 'Jane' }", "record.gift.approver_office"},
       {"a link to nothing", "gift { decision_links { decided_on { year: 2026 } } }",
        "record.gift.decision_links[0].reference"}});
}

TEST(RecordChecksTest, HospitalityIsChecked) {
  ExpectRequired(kHospitality, {"host", "guests", "kind"});
  ExpectEach(
      kHospitality,
      {{"an unknown kind", "hospitality { kind: 99 }", "record.hospitality.kind"},
       {"a guest who is nobody", "hospitality { guests {} }", "record.hospitality.guests[1]"},
       {"fewer than none", "hospitality { companions: -1 }", "record.hospitality.companions"},
       {"an unknown answer", "hospitality { accepted: 99 }", "record.hospitality.accepted"},
       {"decided, and not how", "hospitality { decided_on { year: 2026 } }",
        "record.hospitality.decided_on"}});
}

TEST(RecordChecksTest, TravelIsChecked) {
  ExpectRequired(kTravel, {"traveller", "purpose", "depart_on"});
  ExpectEach(
      kTravel,
      {{"a day of its own", "occur_date { year: 2026 }", "record.occur_date"},
       {"an unknown role", "travel { role: 99 }", "record.travel.role"},
       {"back before it began", "travel { return_on { year: 2026 month: 2 } }",
        "record.travel.return_on"},
       {"no country", "travel { stops { city: 'Minoh' country: 'Japan' } }",
        "record.travel.stops[0].country"},
       {"nowhere", "travel { stops { country: 'JP' } }", "record.travel.stops[0].city"},
       {"a thousand and one nights",
        "travel { stops { city: 'Minoh' country: 'JP' nights: 1001 } }",
        "record.travel.stops[0].nights"},
       {"paid by nobody",
        "travel { cost_lines { item: COST_ITEM_FARE amount { cents: 1 currency: 'NZD' } } }",
        "record.travel.cost_lines[0].payer"},
       {"paid for nothing",
        "travel { cost_lines { payer: PAYER_SELF amount { cents: 1 currency: 'NZD' } } }",
        "record.travel.cost_lines[0].item"},
       {"paid nothing", "travel { cost_lines { item: COST_ITEM_FARE payer: PAYER_SELF } }",
        "record.travel.cost_lines[0].amount.currency"},
       {"an unknown payer of an upgrade", "travel { upgrade_paid_by: 99 }",
        "record.travel.upgrade_paid_by"},
       {"fewer days than none", "travel { leisure_days: -1 }", "record.travel.leisure_days"},
       {"approved by nobody", "travel { approved_on { year: 2026 } }", "record.travel.approved_on"},
       {"no web address", "travel { report_url: 'report' }", "record.travel.report_url"}});
}

TEST(RecordChecksTest, ADeviceIsChecked) {
  ExpectRequired(kDevice, {"device_ref", "device_class"});
  ExpectEach(
      kDevice,
      {{"an unknown class", "device { device_class: 99 }", "record.device.device_class"},
       {"no handle", "device { travel_record_id: '7' }", "record.device.travel_record_id"},
       {"whose laptop it is", "device { device_ref: 'the laptop of Jane' }",
        "record.device.device_ref"},
       {"an unknown breach", "device { custody_breach: 99 }", "record.device.custody_breach"},
       {"back before it went", "device { returned_on { year: 2025 } }",
        "record.device.returned_on"}});
}

TEST(RecordChecksTest, ADelegationIsChecked) {
  ExpectRequired(kDelegation, {"direction", "purpose", "requested_by"});
  ExpectEach(
      kDelegation,
      {{"an unknown direction", "delegation { direction: 99 }", "record.delegation.direction"},
       {"a member who is nobody", "delegation { members { role: 'mayor' } }",
        "record.delegation.members[0].person"},
       {"a member by name", "delegation { members { person { office: 'wei-zhang' } } }",
        "record.delegation.members[0].person.office"},
       {"a site that is none", "delegation { sites { escorted: TRI_STATE_YES } }",
        "record.delegation.sites[0].name"},
       {"no asset", "delegation { sites { asset_id: 'port' } }",
        "record.delegation.sites[0].asset_id"},
       {"more than a town", "delegation { size_arrived: 10001 }", "record.delegation.size_arrived"},
       {"no digest", "delegation { agenda_sha256: 'x' }", "record.delegation.agenda_sha256"},
       {"conduct that is none", "delegation { conduct: 0 }", "record.delegation.conduct[0]"},
       {"an unknown conduct", "delegation { conduct: 99 }", "record.delegation.conduct[0]"},
       {"nothing, and something",
        "delegation { conduct: DELEGATION_CONDUCT_NONE conduct: DELEGATION_CONDUCT_RECORDED }",
        "record.delegation.conduct"},
       {"a cost of nobody", "delegation { costs { amount { cents: 1 currency: 'NZD' } } }",
        "record.delegation.costs[0].payer"}});
}

TEST(RecordChecksTest, WhatNobodyCouldFindOutIsAnAnswerToo) {
  const auto wrong = [](const std::string& whole, const std::string& unknown) {
    v1::Record record = Merged(whole, "unknown_fields: '" + unknown + "'");
    if (record.has_gift()) record.mutable_gift()->clear_disposition();
    if (record.has_delegation()) record.mutable_delegation()->clear_requested_by();
    return WrongIn(record);
  };
  EXPECT_THAT(wrong(kGift, "gift.disposition"), IsEmpty());
  EXPECT_THAT(wrong(kGift, "gift.value"), ElementsAre("record.gift.disposition"));
  EXPECT_THAT(wrong(kDelegation, "delegation.requested_by"), IsEmpty());
  EXPECT_THAT(wrong(kDelegation, "delegation.outcome"),
              ElementsAre("record.delegation.requested_by"));
}

TEST(RecordChecksTest, AllThatIsWrongIsToldAtOnce) {
  EXPECT_THAT(WrongIn(Merged(kGift,
                             "marking: 9 gift { kind: 99 value { cents: -1 currency: 'X' } "
                             "decided_on { year: 2025 } asset_number: 'A-1' }")),
              ElementsAre("record.marking", "record.gift.kind", "record.gift.value.cents",
                          "record.gift.value.currency", "record.gift.decided_on",
                          "record.gift.asset_number"));
}

// A name that was typed in place of an office is not told on.
TEST(RecordChecksTest, WhatMayBeANameIsNotRepeated) {
  rpc::Violations wrong;
  CheckWhole(Merged(kGift, "gift { recipient { office: 'canary' } asset_number: 'the canary' }"),
             wrong);
  ASSERT_GE(wrong.all().size(), 2u);
  for (const FieldViolation& violation : wrong.all()) {
    EXPECT_THAT(violation.description, ::testing::Not(HasSubstr("canary")));
  }
}

std::vector<std::string> WrongInUpdate(const std::string& record,
                                       const std::vector<std::string>& mask) {
  google::protobuf::FieldMask paths;
  for (const std::string& path : mask) paths.add_paths(path);
  rpc::Violations wrong;
  CheckAmended(Merged(record, ""), paths, wrong);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : wrong.all()) fields.push_back(violation.field);
  return fields;
}

TEST(RecordChecksTest, AnUpdateIsCheckedInWhatItNames) {
  EXPECT_THAT(WrongInUpdate("gift { kind: 99 }", {"gift.disposition"}),
              ElementsAre("record.gift.disposition"));
  EXPECT_THAT(WrongInUpdate("gift { kind: GIFT_KIND_ART }", {"gift.kind"}), IsEmpty());
  EXPECT_THAT(WrongInUpdate("unknown_fields: 'gift.description'", {"unknown_fields"}), IsEmpty());
  EXPECT_THAT(WrongInUpdate("", {"gift.value", "relationship"}), IsEmpty());
  EXPECT_THAT(WrongInUpdate("", {"gift.kind"}), ElementsAre("record.gift.kind"));
  EXPECT_THAT(WrongInUpdate("", {}), ElementsAre("update_mask"));
  EXPECT_THAT(WrongInUpdate("", {"state"}), ElementsAre("update_mask.paths[0]"));
  EXPECT_THAT(WrongInUpdate("", {"gift"}), ElementsAre("update_mask.paths[0]"));
  EXPECT_THAT(WrongInUpdate("", {"gift.value", "travel.stops"}),
              ElementsAre("update_mask.paths[1]"));
  EXPECT_THAT(WrongInUpdate("travel { leisure_days: 1 }", {"gift.value"}),
              ElementsAre("update_mask", "update_mask.paths[0]"));
}

}  // namespace
}  // namespace twinledger::engagement
