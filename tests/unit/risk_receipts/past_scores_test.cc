// What the days before a day were: from receipts alone, and by computing one again.
#include "risk/receipts/past_scores.h"

#include <utility>

#include "tests/unit/risk_inputs/ledger.h"

namespace twinledger::risk {
namespace {

const Subject kTwin{kHutt, kRelationship};

class PastScoresTest : public ::testing::Test {
 protected:
  void Record(Day as_of, std::int64_t r, events::v1::Band band, const std::string& rules = "",
              const Subject& subject = kTwin) {
    state::v1::AssessmentRow row;
    events::v1::AssessmentRecorded& receipt = *row.mutable_receipt();
    receipt.set_council_id(subject.council_id);
    receipt.set_relationship_id(subject.relationship_id);
    receipt.set_as_of(as_of);
    receipt.set_r(r);
    receipt.set_band(band);
    receipt.set_rule_set_digest(rules.empty() ? Tl1().digest() : rules);
    for (const auto& [partition, sequence] : ledger_.tips()) {
      events::v1::InputPosition& position = *receipt.add_positions();
      position.set_stream(partition.stream);
      position.set_partition(partition.partition);
      position.set_sequence(sequence);
    }
    row.set_event("risk/0/" + std::to_string(++receipts_) + ".0");
    store::Overlay rows(store_);
    rows.Begin({"risk", 0}, receipts_);
    rows.Put(kAssessments, {subject.council_id, subject.relationship_id}, row);
    EXPECT_TRUE(store_.Write(rows.Take()).ok());
  }

  Before Of(Day day) {
    const auto before =
        PastScores(Tl1()).BeforeDay(ledger_.store(), store::CutReader(store_), kTwin, day);
    EXPECT_TRUE(before.ok()) << before.error().message;
    return before.ok() ? *before : Before();
  }

  events::v1::AssessmentRecorded ReceiptNamed() const {
    const auto last = LastReceipt(store::CutReader(store_), kTwin);
    return (*last)->row.receipt();
  }

  Ledger ledger_;
  store::MemoryStore store_;
  log::Sequence receipts_ = 0;
};

TEST_F(PastScoresTest, BeforeTheFirstReceiptThereIsNothing) {
  EXPECT_EQ(Of(kToday).previous_band, v1::BAND_UNSPECIFIED);
  EXPECT_EQ(Of(kToday).highest_r, 0);
  Record(kToday, 20'000, events::v1::BAND_GUARDED);
  EXPECT_EQ(Of(kToday).previous_band, v1::BAND_UNSPECIFIED) << "of the day itself";
  EXPECT_EQ(Of(kToday + 1).previous_band, v1::BAND_GUARDED);
  EXPECT_EQ(Of(kToday + 1).highest_r, 20'000);
}

TEST_F(PastScoresTest, OfOneDayTheReceiptThatWasRecordedLastCounts) {
  Record(kToday - 3, 52'000, events::v1::BAND_HIGH);
  Record(kToday - 3, 20'000, events::v1::BAND_GUARDED);
  Record(kToday - 1, 31'000, events::v1::BAND_ELEVATED);
  Record(kToday - 1, 10'000, events::v1::BAND_GUARDED);
  EXPECT_EQ(Of(kToday).previous_band, v1::BAND_GUARDED);
  EXPECT_EQ(Of(kToday).highest_r, 20'000);
  EXPECT_EQ(Of(kToday - 1).highest_r, 20'000);
}

TEST_F(PastScoresTest, TheWindowIsOfTwentyNineDays) {
  Record(kToday - 29, 60'000, events::v1::BAND_HIGH);
  Record(kToday - 28, 10'000, events::v1::BAND_HIGH);
  EXPECT_EQ(Of(kToday).highest_r, 60'000);
  EXPECT_EQ(Of(kToday + 1).highest_r, 10'000);
  EXPECT_EQ(Of(kToday + 1).previous_band, v1::BAND_HIGH);
}

TEST_F(PastScoresTest, AReceiptThatReachesIntoTheWindowIsComputedAgainForItsFirstDay) {
  ledger_.Submit("gift", kToday - 100,
                 R"pb(gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL
                             donor { principal_id: "p1" }
                             kind: GIFT_KIND_ART
                             value { cents: 500000 currency: "NZD" }
                             disposition: GIFT_DISPOSITION_RETAINED
                 )pb" +
                     DateText("offered_on", kToday - 100) + "}");
  const std::int64_t then = ledger_.Score(kToday - 100).r();
  Record(kToday - 100, then, events::v1::BAND_BASELINE);
  // Recorded since, and in none of what the receipt names.
  ledger_.Submit("later", kToday - 1,
                 "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL donor { principal_id: 'p2' } "
                 "kind: GIFT_KIND_ART value { cents: 500000 currency: 'NZD' } disposition: "
                 "GIFT_DISPOSITION_RETAINED " +
                     DateText("offered_on", kToday - 1) + "}");
  const auto first_day =
      ReadCouncilInputs(store::CutReader(ledger_.store(), PositionsOf(ReceiptNamed())), kHutt);
  ASSERT_TRUE(first_day.ok());
  const auto expected = ScoreOf(*first_day, kTwin, Tl1(), kToday - 29);
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(Of(kToday).highest_r, *expected);
  EXPECT_LT(*expected, then) << "it decayed since";
  EXPECT_GT(*expected, 0);
}

// Counts what is read.
class CountingReader final : public store::KeyValueReader {
 public:
  explicit CountingReader(const store::KeyValueReader& rows) : rows_(rows) {}
  Result<std::optional<std::string>> Get(std::string_view key) const override {
    ++reads_;
    return rows_.Get(key);
  }
  std::unique_ptr<store::Iterator> NewIterator() const override {
    ++reads_;
    return rows_.NewIterator();
  }
  int TakeReads() const { return std::exchange(reads_, 0); }

 private:
  const store::KeyValueReader& rows_;
  mutable int reads_ = 0;
};

TEST_F(PastScoresTest, WhatReceiptsOfOneCouncilRestOnAlikeIsReadOnce) {
  Record(kToday - 100, 44'000, events::v1::BAND_ELEVATED, "", kTwin);
  Record(kToday - 100, 44'000, events::v1::BAND_ELEVATED, "", {kHutt});
  const CountingReader rows(ledger_.store());
  PastScores past(Tl1());
  const auto ask = [&](const Subject& subject) {
    ASSERT_TRUE(past.BeforeDay(rows, store::CutReader(store_), subject, kToday).ok());
  };
  ask(kTwin);
  EXPECT_GT(rows.TakeReads(), 0);
  ask({kHutt});
  EXPECT_EQ(rows.TakeReads(), 0);
}

TEST_F(PastScoresTest, AReceiptUnderOtherRulesCountsAsItStands) {
  Record(kToday - 100, 44'000, events::v1::BAND_ELEVATED, "other rules");
  EXPECT_EQ(Of(kToday).highest_r, 44'000);
}

}  // namespace
}  // namespace twinledger::risk
