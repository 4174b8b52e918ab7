#include "engagement/domain/record.h"

#include "engagement/domain/sealed_paths.h"
#include "tests/unit/engagement/given_when.h"

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;

const std::string kIds = R"pb(council_id: "wellington-city" record_id: "e1")pb";
const std::string kGift =
    R"pb(marking: MARKING_UNCLASSIFIED
         gift {
           direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL
           description_sealed: "a vase"
           offered_on { year: 2026 month: 5 day: 1 }
           disposition: GIFT_DISPOSITION_RETAINED
         })pb";

std::string Of(const std::string& kind, const std::string& content = "") {
  return kind + " { " + kIds + " " + content + " }";
}

const std::string kSubmitted = Of("record_submitted", "fields { " + kGift + " }");
const std::string kAmended =
    Of("record_amended", R"pb(fields { gift { disposition: GIFT_DISPOSITION_SURRENDERED } }
                              paths: "gift.disposition"
                              reason_sealed: "put right")pb");
const std::string kVerified = Of("record_verified", R"pb(evidence { sha256: "cafe" }
                                                         note_sealed: "seen")pb");
const std::string kReturned = Of("record_returned", R"pb(reason_sealed: "what value?")pb");
const std::string kRetracted = Of("record_retracted", R"pb(reason_sealed: "another council's")pb");

// An event as its usual author writes it.
std::string AuthorOf(const std::string& text) {
  return text == kVerified || text == kReturned ? kChecker : kMaker;
}

Situation Given(const std::vector<std::string>& given) {
  Situation situation{CouncilId("wellington-city"), RecordId("e1")};
  for (const std::string& text : given) {
    situation.record = Evolve(situation.record.value_or(Record()), Parse<Event>(text),
                              {AuthorOf(text), "request of " + text.substr(0, text.find(' '))});
  }
  return situation;
}

Decision GivenWhen(const std::vector<std::string>& given, const RecordCommand& when,
                   const std::string& actor = kMaker) {
  return Decide(Given(given), when, By(actor));
}

const AmendRecord kAmend{kEtag,
                         FieldsIn("gift { disposition: GIFT_DISPOSITION_SURRENDERED }"),
                         {"gift.disposition"},
                         "put right"};
const Verify kVerify{kEtag, {Parse<events::v1::Evidence>("sha256: \"cafe\"")}, "seen"};
const Return kReturn{kEtag, "what value?"};
const Retract kRetract{kEtag, "another council's"};

TEST(RecordTest, EachStepIsRecorded) {
  EXPECT_THAT(GivenWhen({}, Submit{FieldsIn(kGift)}), Records(kSubmitted));
  EXPECT_THAT(GivenWhen({kSubmitted}, kAmend), Records(kAmended));
  EXPECT_THAT(GivenWhen({kSubmitted}, kVerify, kChecker), Records(kVerified));
  EXPECT_THAT(GivenWhen({kSubmitted}, kReturn, kChecker), Records(kReturned));
  EXPECT_THAT(GivenWhen({kSubmitted, kReturned}, kAmend), Records(kAmended));
  EXPECT_THAT(GivenWhen({kSubmitted, kVerified}, kAmend), Records(kAmended));
  for (const auto& given : std::vector<std::vector<std::string>>{
           {kSubmitted}, {kSubmitted, kVerified}, {kSubmitted, kReturned}}) {
    EXPECT_THAT(GivenWhen(given, kRetract), Records(kRetracted));
  }
}

TEST(RecordTest, WhatIsSoAlreadyRecordsNothing) {
  EXPECT_THAT(GivenWhen({kSubmitted}, Submit{FieldsIn(kGift)}), Records());
  EXPECT_THAT(GivenWhen({kSubmitted, kAmended}, kAmend), Records());
  EXPECT_THAT(GivenWhen({kSubmitted, kVerified}, kVerify, kChecker), Records());
}

TEST(RecordTest, TheStateFollowsTheSteps) {
  const auto state = [](const std::vector<std::string>& given) {
    return state::v1::RecordState_Name(Given(given).record->state());
  };
  EXPECT_EQ(state({kSubmitted}), "RECORD_STATE_SUBMITTED");
  EXPECT_EQ(state({kSubmitted, kVerified}), "RECORD_STATE_VERIFIED");
  EXPECT_EQ(state({kSubmitted, kReturned}), "RECORD_STATE_RETURNED");
  EXPECT_EQ(state({kSubmitted, kReturned, kAmended}), "RECORD_STATE_SUBMITTED");
  EXPECT_EQ(state({kSubmitted, kVerified, kAmended}), "RECORD_STATE_SUBMITTED");
  EXPECT_EQ(state({kSubmitted, kVerified, kRetracted}), "RECORD_STATE_RETRACTION_PENDING");
  EXPECT_EQ(state({kSubmitted, kRetracted, kVerified}), "RECORD_STATE_RETRACTED");
  EXPECT_EQ(state({kSubmitted, kVerified, kRetracted, kReturned}), "RECORD_STATE_VERIFIED");
  EXPECT_EQ(state({kSubmitted, kReturned, kRetracted, kReturned}), "RECORD_STATE_RETURNED");
}

TEST(RecordTest, ARetractionIsConfirmedOrReturnedByASecondPerson) {
  for (const auto& given : std::vector<std::vector<std::string>>{
           {kSubmitted, kRetracted}, {kSubmitted, kVerified, kRetracted}}) {
    EXPECT_THAT(GivenWhen(given, kVerify, kMaker), Refuses(Rejection::kOwnRecord, kMaker));
    EXPECT_THAT(GivenWhen(given, kReturn, kMaker), Refuses(Rejection::kOwnRecord, kMaker));
    EXPECT_THAT(GivenWhen(given, kVerify, kChecker), Records(kVerified));
    EXPECT_THAT(GivenWhen(given, kReturn, kChecker), Records(kReturned));
  }
  EXPECT_THAT(GivenWhen({kSubmitted, kRetracted, kVerified}, kVerify, kChecker), Records());
}

TEST(RecordTest, NobodyConfirmsARetractionWhoRetractedOrEverWrote) {
  const std::string third = "council/wellington-city/officer/third";
  const auto evolve = [](Record record, const std::string& text, const std::string& actor) {
    return Evolve(std::move(record), Parse<Event>(text), {actor, "r"});
  };
  Situation situation = Given({kSubmitted, kVerified});
  situation.record = evolve(*situation.record, kAmended, third);
  situation.record = evolve(*situation.record, kVerified, kChecker);
  situation.record = evolve(*situation.record, kRetracted, kChecker);
  EXPECT_THAT(BarredFromCheck(*situation.record), ElementsAre(kMaker, third, kChecker));
  for (const std::string& barred : {std::string(kMaker), third, std::string(kChecker)}) {
    EXPECT_THAT(Decide(situation, kVerify, By(barred)), Refuses(Rejection::kOwnRecord, barred));
  }
  EXPECT_THAT(Decide(situation, kVerify, By("council/wellington-city/approver/fourth")),
              Records(kVerified));
}

TEST(RecordTest, AReturnedRetractionLeavesTheRecordAndItsCheckAsTheyWere) {
  const Record before = *Given({kSubmitted, kVerified}).record;
  Record after = *Given({kSubmitted, kVerified, kRetracted, kReturned}).record;
  EXPECT_EQ(after.reason_sealed(), "what value?");
  after.set_reason_sealed(before.reason_sealed());
  *after.mutable_sealed() = before.sealed();
  EXPECT_EQ(after.DebugString(), before.DebugString());
}

TEST(RecordTest, NobodyChecksWhatTheyWrote) {
  EXPECT_THAT(GivenWhen({kSubmitted}, kVerify, kMaker), Refuses(Rejection::kOwnRecord, kMaker));
  EXPECT_THAT(GivenWhen({kSubmitted}, kReturn, kMaker), Refuses(Rejection::kOwnRecord, kMaker));
  // Nor by another account of theirs.
  Situation of_two_accounts = Given({kSubmitted});
  of_two_accounts.record->set_makers(0, "council/wellington-city/officer/k7");
  EXPECT_THAT(Decide(of_two_accounts, kVerify, By("council/wellington-city/approver/k7")),
              Refuses(Rejection::kOwnRecord, "council/wellington-city/approver/k7"));
  EXPECT_THAT(Decide(of_two_accounts, kVerify, By("council/wellington-city/officer/k8")),
              Records(kVerified));
  // Nor who amended what another had submitted.
  Situation situation = Given({kSubmitted});
  situation.record = Evolve(*situation.record, Parse<Event>(kAmended), {kChecker, "r"});
  EXPECT_THAT(Decide(situation, kVerify, By(kChecker)), Refuses(Rejection::kOwnRecord, kChecker));
  EXPECT_THAT(Decide(situation, kVerify, By("council/wellington-city/officer/third")),
              Records(kVerified));
}

TEST(RecordTest, AnAmendmentOfWhatIsVerifiedIsCheckedAnew) {
  const Record record = *Given({kSubmitted, kVerified}).record;
  EXPECT_EQ(record.checker(), kChecker);
  EXPECT_EQ(record.check_evidence_size(), 1);
  const Record amended =
      Evolve(record, Parse<Event>(kAmended), {"council/wellington-city/officer/third", "r"});
  EXPECT_THAT(amended.makers(), ElementsAre("council/wellington-city/officer/third"));
  EXPECT_EQ(amended.checker(), "");
  EXPECT_EQ(amended.check_evidence_size(), 0);
}

std::string SealedOf(const Record& record) {
  std::string text;
  for (const auto& entry : record.sealed()) {
    text += entry.path() + " " + entry.event_type() + " " + entry.request_id() + " " +
            events::v1::Marking_Name(entry.marking()) + "\n";
  }
  return text;
}

TEST(RecordTest, EachSealedTextKeepsTheRequestAndMarkingThatItWasSealedUnder) {
  EXPECT_EQ(SealedOf(*Given({kSubmitted}).record),
            "gift.description_sealed record_submitted request of record_submitted "
            "MARKING_UNCLASSIFIED\n");
  const Event event = Parse<Event>(Of("record_amended", R"pb(fields {
                                                               marking: MARKING_SENSITIVE
                                                               gift { circumstances_sealed: "told" }
                                                             }
                                                             paths: "marking"
                                                             paths: "gift.description_sealed"
                                                             paths: "gift.circumstances_sealed"
                                                             reason_sealed: "more")pb"));
  const Record amended = Evolve(*Given({kSubmitted}).record, event, {kMaker, "second"});
  EXPECT_EQ(SealedOf(amended),
            "gift.circumstances_sealed record_amended second MARKING_SENSITIVE\nreason "
            "record_amended second MARKING_SENSITIVE\n");
}

TEST(RecordTest, NothingIsSubmittedForACouncilThatIsNoMore) {
  Situation situation = Given({});
  situation.council_status = registry::events::v1::COUNCIL_STATUS_MERGED;
  EXPECT_THAT(Decide(situation, Submit{FieldsIn(kGift)}, By(kMaker)),
              Refuses(Rejection::kCouncilNotActive, "COUNCIL_STATUS_MERGED"));
  situation.record = Given({kSubmitted}).record;
  EXPECT_THAT(Decide(situation, kAmend, By(kMaker)), Records(kAmended));
}

TEST(RecordTest, ADeviceNamesAJourneyOfItsCouncil) {
  const Submit submit{FieldsIn(R"pb(occur_date { year: 2026 }
                                    device { device_ref: "L-1" travel_record_id: "t1" })pb")};
  Situation situation = Given({});
  EXPECT_THAT(Decide(situation, submit, By(kMaker)), Refuses(Rejection::kTravelNotFound, "t1"));
  situation.travel = Record();
  situation.travel->set_record_id("t1");
  situation.travel->mutable_fields()->mutable_gift();
  EXPECT_THAT(Decide(situation, submit, By(kMaker)), Refuses(Rejection::kTravelNotFound, "t1"));
  situation.travel->mutable_fields()->mutable_travel();
  EXPECT_TRUE(Decide(situation, submit, By(kMaker)).has_value());
  situation.travel->set_state(state::v1::RECORD_STATE_RETRACTION_PENDING);
  EXPECT_TRUE(Decide(situation, submit, By(kMaker)).has_value());
  situation.travel->set_state(state::v1::RECORD_STATE_RETRACTED);
  EXPECT_THAT(Decide(situation, submit, By(kMaker)), Refuses(Rejection::kTravelNotFound, "t1"));
}

struct Refused {
  const char* name;
  std::vector<std::string> given;
  RecordCommand when;
  Rejection then;
  std::string standing = {};
};

AmendRecord Amending(const std::string& fields, std::vector<std::string> paths) {
  return {kEtag, FieldsIn(fields), std::move(paths), "why"};
}

TEST(RecordTest, RefusesWhatTheRulesForbid) {
  RecordFields other = FieldsIn(kGift);
  other.mutable_gift()->set_description_sealed("another");
  RecordFields early = FieldsIn(kGift);
  early.mutable_gift()->mutable_offered_on()->set_year(2027);
  RecordFields wrong = FieldsIn(kGift);
  wrong.mutable_gift()->set_asset_number("A-1");
  const Refused refusals[] = {
      {"amend what is not there", {}, kAmend, Rejection::kRecordNotFound},
      {"verify what is not there", {}, kVerify, Rejection::kRecordNotFound},
      {"submit another content", {kSubmitted}, Submit{other}, Rejection::kRecordExists, kEtag},
      {"submit what was retracted",
       {kSubmitted, kRetracted},
       Submit{FieldsIn(kGift)},
       Rejection::kRetractionPending,
       kMaker},
      {"submit what was retracted and confirmed",
       {kSubmitted, kRetracted, kVerified},
       Submit{FieldsIn(kGift)},
       Rejection::kRetracted},
      {"amend an older version",
       {kSubmitted},
       AmendRecord{"older", FieldsIn(kGift), {"gift.value"}, "why"},
       Rejection::kEtagMismatch,
       kEtag},
      {"amend what was retracted",
       {kSubmitted, kRetracted},
       kAmend,
       Rejection::kRetractionPending,
       kMaker},
      {"retract again", {kSubmitted, kRetracted}, kRetract, Rejection::kRetractionPending, kMaker},
      {"amend what is retracted for good",
       {kSubmitted, kRetracted, kVerified},
       kAmend,
       Rejection::kRetracted},
      {"return what is retracted for good",
       {kSubmitted, kRetracted, kVerified},
       kReturn,
       Rejection::kRetracted},
      {"verify what was returned",
       {kSubmitted, kReturned},
       kVerify,
       Rejection::kNotSubmitted,
       "RECORD_STATE_RETURNED"},
      {"return what was verified",
       {kSubmitted, kVerified},
       kReturn,
       Rejection::kNotSubmitted,
       "RECORD_STATE_VERIFIED"},
      {"amend it to another kind",
       {kSubmitted},
       Amending("travel {}", {"marking"}),
       Rejection::kOtherKind,
       "gift"},
      {"amend a field of another kind",
       {kSubmitted},
       Amending("", {"travel.purpose_sealed"}),
       Rejection::kOtherKind,
       "gift"},
      {"submit what lies in the future",
       {},
       Submit{early},
       Rejection::kDateInFuture,
       "gift.offered_on: 2027-05-01 lies in the future: record what is done once it is"},
      {"submit a contradiction",
       {},
       Submit{wrong},
       Rejection::kContradiction,
       "gift.asset_number: given, and the gift was not surrendered: leave it out, or amend the "
       "disposition"},
      {"amend to a contradiction",
       {kSubmitted},
       Amending("gift { decided_on { year: 2025 } }", {"gift.decided_on"}),
       Rejection::kContradiction,
       "gift.decided_on: 2025: want no day before offered_on, 2026-05-01"},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when, kChecker), Refuses(then, standing));
  }
}

}  // namespace
}  // namespace twinledger::engagement
