// When something happened, when the log got it, and what follows from the two.
#include "tests/unit/risk_inputs/records.h"

namespace twinledger::risk {
namespace {

TEST(DaysTest, H1CountsTheDaysBehindTheTwentyEightThatAreAllowed) {
  const auto standing = [](Day days_between) {
    Ledger ledger;
    ledger.Submit("e1", kToday, GiftOn(kToday - days_between));
    return Standing(ledger.Extract(), "H1");
  };
  EXPECT_EQ(standing(28), "NO_HIT");
  EXPECT_EQ(standing(29), "DAYS_1_30");
  EXPECT_EQ(standing(58), "DAYS_1_30");
  EXPECT_EQ(standing(59), "DAYS_31_90");
  EXPECT_EQ(standing(118), "DAYS_31_90");
  EXPECT_EQ(standing(119), "DAYS_OVER_90");
}

TEST(DaysTest, H1IsOfTheDayOfTheReportForRecordsOfEveryKind) {
  const Day happened = kToday - 400;
  for (const std::string& fields :
       {GiftOn(happened), HospitalityOn(happened), TravelUntil(happened),
        DeviceOn(happened, "LOAN"), VisitOn(happened), GiftOn(happened, "", "DECLINED")}) {
    SCOPED_TRACE(fields);
    Ledger ledger;
    ledger.Submit("e1", kToday - 100, fields);
    const auto fact = FactIn(ledger.Extract(), "e1/H1");
    ASSERT_TRUE(fact);
    EXPECT_EQ(fact->case_(), "DAYS_OVER_90");
    EXPECT_EQ(fact->end(), kToday - 100);
  }
}

TEST(DaysTest, ALateReportIsVolunteeredUnlessSomebodyElseFoundIt) {
  const auto volunteered = [](const std::string& how) {
    Ledger ledger;
    ledger.Submit("e1", kToday, how + " " + GiftOn(kToday - 100));
    return FactIn(ledger.Extract(), "e1/H1")->volunteered();
  };
  EXPECT_TRUE(volunteered(""));
  EXPECT_TRUE(volunteered("source: SOURCE_DIRECT"));
  EXPECT_TRUE(volunteered("source: SOURCE_IMPORT reported_by_role: REPORTED_BY_ROLE_CCO"));
  EXPECT_FALSE(volunteered("source: SOURCE_RECONCILIATION"));
  EXPECT_FALSE(volunteered("source: SOURCE_OIA"));
  EXPECT_FALSE(volunteered("source: SOURCE_AUDIT"));
  EXPECT_FALSE(volunteered("source: SOURCE_MEDIA"));
  EXPECT_FALSE(volunteered("source: SOURCE_OTHER_PARTY"));
  EXPECT_FALSE(volunteered("reported_by_role: REPORTED_BY_ROLE_AGENCY"));
  EXPECT_FALSE(volunteered("reported_by_role: REPORTED_BY_ROLE_AUDITOR"));
}

TEST(DaysTest, WhatEndedBeforeReportingBeganIsHistory) {
  Ledger ledger;
  const Day since = kToday - 200;
  EXPECT_EQ(ledger.Register(kToday - 190, "council_reporting_since_set { council_id: 'hutt-city' " +
                                              DateText("reporting_since", since) + " }"),
            "");
  ledger.Submit("before", kToday, GiftOn(since - 1));
  ledger.Submit("on", kToday, GiftOn(since));
  const v1::ScoringInput input = ledger.Extract();
  EXPECT_FALSE(FactIn(input, "before/A1")->has_recorded());
  EXPECT_FALSE(FactIn(input, "before/H1"));
  EXPECT_EQ(FactIn(input, "on/A1")->recorded(), kToday);
  EXPECT_TRUE(FactIn(input, "on/H1"));
}

TEST(DaysTest, AnEventEndsOnTheLastDayThatItCanHaveEndedButNotBehindItsReport) {
  struct Span {
    std::string fields;
    Day recorded;
    Day end;
  };
  const std::string visit = " delegation { conduct: DELEGATION_CONDUCT_RECORDED }";
  for (const Span& one : std::vector<Span>{
           {"occur_date { year: 2025 month: 2 day: 3 }", On("2025-03-05"), On("2025-02-03")},
           {"occur_date { year: 2025 month: 2 }", On("2025-03-05"), On("2025-02-28")},
           {"occur_date { year: 2024 month: 2 }", On("2025-03-05"), On("2024-02-29")},
           {"occur_date { year: 2024 }", On("2025-03-05"), On("2024-12-31")},
           {"occur_date { year: 2025 }", On("2025-03-05"), On("2025-03-05")},
           {"occur_date { year: 2025 month: 3 }", On("2025-03-05"), On("2025-03-05")},
           {"occur_date { year: 2025 month: 2 } occur_end { year: 2025 month: 4 day: 9 }",
            On("2025-03-05"), On("2025-04-09")},
           {"occur_date { year: 2025 month: 2 day: 3 } occur_end { year: 2025 }", On("2025-03-05"),
            On("2025-03-05")},
           // A plan.
           {"occur_date { year: 2025 month: 5 }", On("2025-03-05"), On("2025-05-01")},
           {"", On("2025-03-05"), On("2025-03-05")},
       }) {
    SCOPED_TRACE(one.fields);
    Ledger ledger;
    ledger.Submit("e1", one.recorded, one.fields + visit);
    const auto fact = FactIn(ledger.Extract(), "e1/B3");
    ASSERT_TRUE(fact);
    EXPECT_EQ(ToText(fact->end()), ToText(one.end));
    EXPECT_EQ(fact->recorded(), one.recorded);
  }
}

TEST(DaysTest, TravelWithoutAReturnIsOfTheDayOfItsDeparture) {
  Ledger ledger;
  ledger.Submit("e1", kToday,
                "travel { leisure_days: 1 " + DateText("depart_on", kToday - 9) + " }");
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/A4")->end(), kToday - 9);
}

TEST(DaysTest, WhatLiesAheadIsNoFactYet) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 5, VisitOn(kToday, "conduct: DELEGATION_CONDUCT_RECORDED"));
  EXPECT_EQ(Standing(ledger.Extract(kToday - 1), "B3"), "NO_HIT");
  EXPECT_EQ(Standing(ledger.Extract(kToday), "B3"), "HIT");
}

TEST(DaysTest, WhatWasRecordedBehindTheDayIsNotSeenOnIt) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 5, GiftOn(kToday - 10));
  ledger.Amend("e1", kToday - 3, "gift.value", "gift { value { cents: 70000 currency: 'NZD' } }");
  ledger.Step("record_retracted", "e1", kToday - 2);
  ledger.Step("record_verified", "e1", kToday - 1);
  EXPECT_FALSE(FactIn(ledger.Extract(kToday - 6), "e1/A1"));
  EXPECT_EQ(FactIn(ledger.Extract(kToday - 5), "e1/A1")->value_cents(), 20'000);
  EXPECT_EQ(FactIn(ledger.Extract(kToday - 3), "e1/A1")->value_cents(), 70'000);
  EXPECT_EQ(FactIn(ledger.Extract(kToday - 2), "e1/A1")->value_cents(), 70'000);
  EXPECT_FALSE(FactIn(ledger.Extract(kToday - 1), "e1/A1"));
  EXPECT_EQ(Standing(ledger.Extract(kToday), "A1"), "NO_HIT");
}

TEST(CorrectionTest, AFactKeepsTheDayOnWhichTheLogFirstHadSoMuchOfIt) {
  Ledger ledger;
  const auto amend_cents = [&](Day day, int cents) {
    ledger.Amend("e1", day, "gift.value",
                 "gift { value { currency: 'NZD' cents: " + std::to_string(cents) + " } }");
    return FactIn(ledger.Extract(), "e1/A1")->recorded();
  };
  ledger.Submit("e1", kToday - 300, GiftOn(kToday - 310));
  EXPECT_EQ(amend_cents(kToday - 200, 10'000), kToday - 300);
  EXPECT_EQ(amend_cents(kToday - 100, 50'000), kToday - 100);
  EXPECT_EQ(amend_cents(kToday - 90, 49'999), kToday - 100);
  EXPECT_EQ(amend_cents(kToday - 80, 20'000), kToday - 300);
}

TEST(CorrectionTest, ACaseOfMorePointsIsAsOldAsItsRevision) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 300,
                TravelUntil(kToday - 310, Cost("COUNCIL", 80) + Cost("FOREIGN_PUBLIC", 20)));
  const auto amend = [&](Day day, const std::string& lines) {
    ledger.Amend("e1", day, "travel.cost_lines", "travel { " + lines + " }");
    return FactIn(ledger.Extract(), "e1/A3")->recorded();
  };
  EXPECT_EQ(amend(kToday - 200, Cost("FOREIGN_PUBLIC", 20)), kToday - 200);
  EXPECT_EQ(amend(kToday - 100, Cost("COUNCIL", 10) + Cost("FOREIGN_PUBLIC", 20)), kToday - 200);
  EXPECT_EQ(amend(kToday - 90, Cost("COUNCIL", 80) + Cost("FOREIGN_PUBLIC", 20)), kToday - 300);
}

TEST(CorrectionTest, CheckingAndReturningChangeNoPoints) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 60, GiftOn(kToday - 100));
  const v1::ScoringInput submitted = ledger.Extract();
  ledger.Step("record_returned", "e1", kToday - 50);
  EXPECT_EQ(ledger.Extract().DebugString(), submitted.DebugString());
  ledger.Step("record_verified", "e1", kToday - 40);
  EXPECT_EQ(ledger.Extract().DebugString(), submitted.DebugString());
}

TEST(CorrectionTest, ACorrectedDateMovesTheEventAndNotItsReport) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 100,
                "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL "
                "disposition: GIFT_DISPOSITION_RETAINED value {} "
                "offered_on { year: 2026 } }");
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/A1")->end(), kToday - 100);
  EXPECT_FALSE(FactIn(ledger.Extract(), "e1/H1"));
  ledger.Amend("e1", kToday - 50, "gift.offered_on",
               "gift { " + DateText("offered_on", kToday - 150) + " }");
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/A1")->end(), kToday - 150);
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/A1")->recorded(), kToday - 100);
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/H1")->case_(), "DAYS_1_30");
}

TEST(CorrectionTest, WhatIsNotKnownOfADateStaysWhereItsReportPutIt) {
  Ledger ledger;
  ledger.Submit("e1", kToday - 100,
                "occur_date { year: 2026 } delegation { conduct: DELEGATION_CONDUCT_RECORDED }");
  ledger.Step("record_verified", "e1", kToday - 50);
  EXPECT_EQ(FactIn(ledger.Extract(), "e1/B3")->end(), kToday - 100);
}

TEST(SubjectTest, ARelationshipHasItsOwnRecordsAndThoseOfNone) {
  Ledger ledger;
  ledger.Submit("own", kToday, GiftOn(kToday - 1));
  ledger.Submit("none", kToday, GiftOn(kToday - 1), "");
  ledger.Submit("other", kToday, GiftOn(kToday - 1), "rel-2");
  const CouncilInputs inputs = ledger.Read();
  const v1::ScoringInput first = ExtractRelationship(inputs, "rel-1", Tl1(), kToday);
  EXPECT_TRUE(FactIn(first, "own/A1") && FactIn(first, "none/A1") && !FactIn(first, "other/A1"));
  const v1::ScoringInput second = ExtractRelationship(inputs, "rel-2", Tl1(), kToday);
  EXPECT_TRUE(!FactIn(second, "own/A1") && FactIn(second, "none/A1") && FactIn(second, "other/A1"));
  const v1::ScoringInput council = ExtractCouncil(inputs, Tl1(), kToday);
  ASSERT_EQ(council.facts_size(), 1);
  EXPECT_EQ(council.facts(0).id(), "none/A1");
}

TEST(SubjectTest, EveryIndicatorThatIsLookedForIsAnsweredAndNoOther) {
  Ledger ledger;
  const v1::ScoringInput input = ledger.Extract();
  ASSERT_EQ(static_cast<std::size_t>(input.outcomes_size()), ExtractedIndicators().size());
  for (std::size_t i = 0; i < ExtractedIndicators().size(); ++i) {
    const v1::JudgedOutcome& judged = input.outcomes(static_cast<int>(i));
    EXPECT_EQ(judged.indicator(), ExtractedIndicators()[i]);
    EXPECT_EQ(judged.outcome(), v1::OUTCOME_NO_HIT);
    EXPECT_EQ(judged.event(), "");
  }
  EXPECT_TRUE(std::ranges::is_sorted(ExtractedIndicators()));
}

TEST(SubjectTest, ARuleThatFindsItOtherwiseThanIsKnownHereIsAnError) {
  v1::RuleSet set = Tl1().set();
  for (v1::Indicator& indicator : *set.mutable_indicators()) {
    if (indicator.id() != "C1") continue;
    *indicator.mutable_threshold() = Tl1().Find("H1")->data->threshold();
    for (v1::Step& step : *indicator.mutable_threshold()->mutable_steps()) step.set_case_("HIT");
    indicator.mutable_threshold()->mutable_steps()->DeleteSubrange(1, 2);
  }
  const auto rules = Rules::Of(set);
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  Ledger ledger;
  EXPECT_EQ(Standing(ExtractRelationship(ledger.Read(), "rel-1", *rules, kToday), "C1"), "ERROR");
}

TEST(SubjectTest, PointsAreTheRuleSetsAlone) {
  v1::RuleSet set = Tl1().set();
  for (v1::Indicator& indicator : *set.mutable_indicators()) {
    if (indicator.id() == "H1") indicator.mutable_threshold()->mutable_steps(0)->set_bound(5);
  }
  set.mutable_report_days()->set_usual(7);
  const auto rules = Rules::Of(set);
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  Ledger ledger;
  ledger.Submit("e1", kToday, GiftOn(kToday - 11));
  EXPECT_EQ(Standing(ExtractRelationship(ledger.Read(), "rel-1", *rules, kToday), "H1"), "NO_HIT");
  ledger.Submit("e2", kToday, GiftOn(kToday - 12));
  EXPECT_EQ(Standing(ExtractRelationship(ledger.Read(), "rel-1", *rules, kToday), "H1"),
            "DAYS_1_30");
}

}  // namespace
}  // namespace twinledger::risk
