// The projection and its queries on a store in memory, fed with commits as the log holds them.
#include "reporting/projection/reporting_view.h"

#include <gmock/gmock.h>

#include "tests/unit/reporting/ledger.h"

namespace twinledger::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const CouncilId kHutt("hutt-city");
const RelationshipId kOne("r1");

std::string Relationship(const std::string& kind, const std::string& content = "",
                         const std::string& id = "r1") {
  return "relationship_" + kind + " { council_id: 'hutt-city' relationship_id: '" + id + "' " +
         content + " }";
}

std::string Record(const std::string& kind, const std::string& content = "") {
  return "record_" + kind + " { council_id: 'hutt-city' record_id: 'e1' " + content + " }";
}

const std::string kGift = Record(
    "submitted",
    "fields { relationship_id: 'r1' gift { offered_on { year: 2026 month: 5 } description_sealed: "
    "'canary' circumstances_sealed: 'canary' } }");

std::vector<Entry> Timeline(const store::CutReader& rows, const RelationshipId& id = kOne,
                            const std::string& behind = "", std::size_t most = 100) {
  std::vector<Entry> entries;
  EXPECT_TRUE(VisitTimeline(rows, kHutt, id, behind, [&](Entry entry) {
                entries.push_back(std::move(entry));
                return entries.size() < most;
              }).ok());
  return entries;
}

std::vector<std::string> Kinds(const std::vector<Entry>& entries) {
  std::vector<std::string> kinds;
  for (const Entry& entry : entries) {
    kinds.push_back(state::v1::EntryKind_Name(entry.row.row.kind()).substr(11));
  }
  return kinds;
}

// Of three streams, a day apart.
class OneRelationship : public Ledger {
 public:
  OneRelationship() {
    EXPECT_EQ(Register(Relationship("proposed", "fields { partner_id: 'p1' }")), "");
    EXPECT_EQ(Engage(kGift), "");
    EXPECT_EQ(Score("assessment_recorded { council_id: 'hutt-city' relationship_id: 'r1' r: 16000 "
                    "band: BAND_GUARDED }"),
              "");
    EXPECT_EQ(Register(Relationship("established", "since { year: 2026 }")), "");
    EXPECT_EQ(Engage(Record("verified", "note_sealed: 'canary'")), "");
  }
};

TEST(ReportingViewTest, TheEventsOfARelationshipAreReadNewestFirstWhateverTheirStream) {
  const OneRelationship ledger;
  EXPECT_THAT(Kinds(Timeline(ledger.rows())),
              ElementsAre("RECORD_VERIFIED", "RELATIONSHIP_ESTABLISHED", "ASSESSED",
                          "RECORD_SUBMITTED", "RELATIONSHIP_PROPOSED"));
  EXPECT_THAT(Timeline(ledger.rows(), RelationshipId("r2")), IsEmpty());
}

TEST(ReportingViewTest, APageBeginsBehindThePlaceOfTheOneBefore) {
  const OneRelationship ledger;
  std::vector<std::string> seen;
  std::string behind;
  for (std::vector<Entry> page; !(page = Timeline(ledger.rows(), kOne, behind, 2)).empty();) {
    for (const std::string& kind : Kinds(page)) seen.push_back(kind);
    behind = page.back().place;
  }
  EXPECT_EQ(seen, Kinds(Timeline(ledger.rows())));
}

TEST(ReportingViewTest, AtAnEarlierCutLaterEventsAreNotThere) {
  OneRelationship ledger;
  const store::Cut before = ledger.tips();
  ledger.Register(Relationship("ended", "ended { year: 2026 month: 6 }"));
  EXPECT_THAT(Kinds(Timeline(ledger.rows())).front(), "RELATIONSHIP_ENDED");
  EXPECT_THAT(Kinds(Timeline(ledger.RowsAt(before))).front(), "RECORD_VERIFIED");
  const auto then = FindRelationship(ledger.RowsAt(before), kHutt, kOne);
  ASSERT_TRUE(then.ok() && *then);
  EXPECT_EQ((*then)->row.status(), registry::events::v1::RELATIONSHIP_STATUS_ACTIVE);
}

TEST(ReportingViewTest, ARecordThatIsMovedIsAnEventOfBothRelationships) {
  OneRelationship ledger;
  ledger.Register(Relationship("proposed", "", "r2"));
  ledger.Engage(Record("amended", "fields { relationship_id: 'r2' } paths: 'relationship_id'"));
  ledger.Engage(Record("retracted"));
  EXPECT_THAT(Kinds(Timeline(ledger.rows())).front(), "RECORD_AMENDED");
  EXPECT_THAT(Kinds(Timeline(ledger.rows(), RelationshipId("r2"))),
              ElementsAre("RECORD_RETRACTED", "RECORD_AMENDED", "RELATIONSHIP_PROPOSED"));
}

TEST(ReportingViewTest, ACheckOfARetractionThatIsPendingIsAboutThat) {
  OneRelationship ledger;
  ledger.Engage(Record("retracted"));
  ledger.Engage(Record("returned"));
  EXPECT_THAT(Kinds(Timeline(ledger.rows())).front(), "RETRACTION_RETURNED");
  const auto state = [&] {
    return (*FindRecord(ledger.rows(), kHutt, RecordId("e1")))->row.state();
  };
  EXPECT_EQ(state(), state::v1::RECORD_STATE_VERIFIED);
  ledger.Engage(Record("retracted"));
  EXPECT_EQ(state(), state::v1::RECORD_STATE_RETRACTION_PENDING);
  ledger.Engage(Record("verified"));
  EXPECT_THAT(Kinds(Timeline(ledger.rows())).front(), "RETRACTION_CONFIRMED");
  EXPECT_EQ(state(), state::v1::RECORD_STATE_RETRACTED);
}

TEST(ReportingViewTest, ARecordHasTheValuesOfItsAmendmentsAndNothingSealed) {
  Ledger ledger;
  ledger.Engage(kGift);
  ledger.Engage(
      Record("amended",
             "fields { gift { kind: GIFT_KIND_ART description_sealed: 'canary' } } paths: "
             "'gift.kind' paths: 'gift.description_sealed' paths: "
             "'gift.circumstances_sealed'"));
  const auto found = FindRecord(ledger.rows(), kHutt, RecordId("e1"));
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->row.fields().gift().kind(), engagement::events::v1::GIFT_KIND_ART);
  EXPECT_FALSE((*found)->row.has_circumstances());
  EXPECT_EQ((*found)->row.state(), state::v1::RECORD_STATE_SUBMITTED);
  EXPECT_THAT((*found)->row.DebugString(), Not(HasSubstr("canary")));
  for (const Entry& entry : Timeline(ledger.rows())) {
    EXPECT_THAT(entry.row.row.DebugString(), Not(HasSubstr("canary")));
  }
}

TEST(ReportingViewTest, AReceiptKnowsTheBandBeforeIt) {
  OneRelationship ledger;
  ledger.Score(
      "assessment_recorded { council_id: 'hutt-city' relationship_id: 'r1' r: 31000 band: "
      "BAND_ELEVATED }");
  const TimelineRow newest = Timeline(ledger.rows()).front().row.row;
  EXPECT_EQ(newest.from_band(), risk::events::v1::BAND_GUARDED);
  EXPECT_EQ(newest.to_band(), risk::events::v1::BAND_ELEVATED);
  EXPECT_EQ(newest.r(), 31000);
}

TEST(ReportingViewTest, AnOrganisationHasItsNameAndAPersonAnOfficeOrAHandle) {
  Ledger ledger;
  ledger.Register(
      "principal_registered { principal_id: 'p1' kind: PRINCIPAL_KIND_ORGANISATION "
      "fields { display_name: 'Port Authority' } }",
      "principal/p1");
  ledger.Register(
      "principal_registered { principal_id: 'p2' kind: PRINCIPAL_KIND_PERSON fields { "
      "display_name_sealed: 'canary' } }",
      "principal/p2");
  ledger.Register(
      "official_registered { council_id: 'hutt-city' official_id: 'o1' fields { "
      "display_name_sealed: 'canary' office: 'Mayor' } }");
  const store::CutReader rows = ledger.rows();
  Names names(rows);
  const auto called = [&](const std::string& party) {
    const Result<std::string> name =
        names.OfParty("hutt-city", Parse<engagement::events::v1::Party>(party));
    return name.ok() ? *name : name.error().message;
  };
  EXPECT_EQ(called("principal_id: 'p1'"), "Port Authority");
  EXPECT_EQ(called("principal_id: 'p2'"), "principals/p2");
  EXPECT_EQ(called("official_id: 'o1'"), "Mayor");
  EXPECT_EQ(called("official_id: 'o9'"), "councils/hutt-city/officials/o9");
  EXPECT_EQ(called("office: 'consul'"), "consul");
}

TEST(ReportingViewTest, WhatANewerProgramWroteParksItsCouncil) {
  const auto with_new_kind = [](auto event) {
    event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(99, "");
    return event.SerializeAsString();
  };
  for (const auto& [stream, event] :
       {std::pair(kRegistryStream, with_new_kind(registry::events::v1::RegistryEvent())),
        std::pair(kEngagementStream, with_new_kind(engagement::events::v1::EngagementEvent())),
        std::pair(kRiskStream, with_new_kind(risk::events::v1::RiskEvent()))}) {
    Ledger ledger;
    EXPECT_NE(ledger.Apply(stream, "council/hutt-city", event), "") << stream;
  }
  OneRelationship ledger;
  EXPECT_THAT(ledger.Engage(Record("amended", "paths: 'gift.colour'")),
              HasSubstr("amends gift.colour"));
  Ledger other;
  EXPECT_THAT(other.Engage(Record("retracted")), HasSubstr("is not there"));
  Ledger astray;
  EXPECT_THAT(astray.Register(Relationship("proposed"), "council/nelson-city"),
              HasSubstr("in a commit of council/nelson-city"));
}

}  // namespace
}  // namespace twinledger::reporting
