#include "reporting/scores/countries.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "tests/unit/reporting/scored_ledger.h"

namespace twinledger::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// Two councils: one with a gift of some size and an alert, one with nothing.
class TwoCouncils : public ScoredLedger {
 public:
  TwoCouncils() {
    AddCouncil("hutt-city");
    AddCouncil("nelson-city");
    AddRelationship("hutt-city", "r1");
    AddRelationship("hutt-city", "r2");
    AddRelationship("nelson-city", "r1");
    before = tips();
    SkipDays(kChangeDays);
    AddGift("hutt-city", "e1", "r1", 800);
  }
  store::Cut before;
};

std::string Alert(const std::string& id, std::int64_t day) {
  return absl::Substitute(
      "alert_opened { council_id: 'hutt-city' relationship_id: 'r1' alert_id: '$0' from_band: "
      "BAND_BASELINE to_band: BAND_GUARDED day: $1 r: 16000 }",
      id, day);
}

TEST(CountriesTest, EveryRelationshipIsInOneBand) {
  TwoCouncils ledger;
  ledger.Score(
      "assessment_recorded { council_id: 'hutt-city' relationship_id: 'r1' r: 31000 band: "
      "BAND_ELEVATED }");
  const v1::Overview overview = ledger.Whole(ledger.before).Overview();
  EXPECT_EQ(overview.councils(), 2);
  EXPECT_EQ(overview.relationships(), 3);
  EXPECT_EQ(overview.councils_with_records(), 1);
  EXPECT_EQ(overview.relationships_with_records(), 1);
  EXPECT_FALSE(overview.has_returns_expected());
  std::vector<std::int64_t> bands;
  for (const v1::BandCount& band : overview.bands()) bands.push_back(band.count());
  EXPECT_THAT(bands, ElementsAre(2, 0, 1, 0, 0));
  ASSERT_THAT(overview.records(), SizeIs(1));
  EXPECT_EQ(overview.records(0).records(), risk::v1::RECORDS_UNSPECIFIED);
  for (const v1::Source& source : overview.sources()) {
    if (source.field() == "bands.BASELINE") {
      EXPECT_EQ(source.event_count(), 2);
    }
    if (source.field() == "bands.ELEVATED") {
      EXPECT_THAT(source.events(), ElementsAre(::testing::StartsWith("risk/")));
    }
  }
}

TEST(CountriesTest, WhatRoseInThirtyDaysIsNamedAndWhatDidNotIsNot) {
  const TwoCouncils ledger;
  const v1::Overview overview = ledger.Whole(ledger.before).Overview();
  ASSERT_THAT(overview.risers(), SizeIs(1));
  EXPECT_EQ(overview.risers(0).name(), "councils/hutt-city/relationships/r1");
  EXPECT_EQ(overview.risers(0).change(), overview.risers(0).r());
}

TEST(CountriesTest, AlertsAreThoseThatWereOpenedInTheLastThirtyDays) {
  TwoCouncils ledger;
  ledger.Score(Alert("old", ledger.today()));
  ledger.SkipDays(kChangeDays - 1);
  const std::int64_t missed = ledger.today() - 2 * kChangeDays;
  ledger.Score(Alert("opened late, of a day that was missed", missed));
  const v1::Overview overview = ledger.Whole().Overview();
  EXPECT_EQ(overview.alerts(), 1);
  ASSERT_THAT(overview.newest_alerts(), SizeIs(1));
  EXPECT_EQ(overview.newest_alerts(0).to_band(), risk::v1::BAND_GUARDED);
  EXPECT_THAT(overview.newest_alerts(0).event(), ::testing::MatchesRegex("risk/[0-9]+/2"));
}

TEST(CountriesTest, AnAlertOfTwentyNineDaysAgoStillCounts) {
  TwoCouncils ledger;
  ledger.Score(Alert("old", ledger.today()));
  ledger.SkipDays(kChangeDays - 1);
  EXPECT_EQ(ledger.Whole().Overview().alerts(), 1);
}

TEST(CountriesTest, ARelationshipIsFoundByItsName) {
  const TwoCouncils ledger;
  const Country country = ledger.Whole();
  std::vector<std::string> names;
  country.Visit([&](const v1::RelationshipStanding& standing) {
    names.push_back(standing.name());
    return true;
  });
  EXPECT_THAT(names, SizeIs(3));
  for (const std::string& name : names) {
    ASSERT_NE(country.Find(name), nullptr);
    EXPECT_EQ(country.Find(name)->name(), name);
  }
  EXPECT_EQ(country.Find("councils/nelson-city/relationships/r2"), nullptr);
}

TEST(CountriesTest, APartDependsOnItsOwnPartitionAndOnTheWholeRegistry) {
  const store::Cut cut{{{"registry", 0}, 3},
                       {{"registry", 1}, 4},
                       {{"engagement", 0}, 5},
                       {{"engagement", 1}, 6},
                       {{"risk", 0}, 7}};
  const std::string key = PartKey(cut, 0, 20'500);
  const auto differs_at = [&](const log::PartitionId& partition) {
    store::Cut later = cut;
    ++later.at(partition);
    return PartKey(later, 0, 20'500) != key;
  };
  EXPECT_TRUE(differs_at({"registry", 0}));
  EXPECT_TRUE(differs_at({"registry", 1}));
  EXPECT_TRUE(differs_at({"engagement", 0}));
  EXPECT_FALSE(differs_at({"engagement", 1}));
  EXPECT_TRUE(differs_at({"risk", 0}));
  EXPECT_NE(PartKey(cut, 1, 20'500), key);
  EXPECT_NE(PartKey(cut, 0, 20'501), key);
}

TEST(CountriesTest, NobodyIsScoredForACallerThatIsGone) {
  const TwoCouncils ledger;
  ledger.At({}, [](const Moment& at) {
    const auto part = ComputePart(at, {"hutt-city"}, [] { return true; });
    ASSERT_FALSE(part.ok());
    EXPECT_EQ(part.error().code, Code::kCancelled);
  });
}

TEST(CountriesTest, APartIsComputedOnceAndTheOldestGoesFirst) {
  const TwoCouncils ledger;
  const CountryPartPtr part =
      ledger.At({}, [](const Moment& at) { return *ComputePart(at, {"hutt-city"}, {}); });
  int computed = 0;
  const auto compute = [&]() -> Result<CountryPartPtr> {
    ++computed;
    return part;
  };
  CountryParts parts(2 * part->bytes());
  const auto get = [&](const std::string& key) { EXPECT_TRUE(parts.Get(key, {}, compute).ok()); };
  get("a");
  get("b");
  get("a");
  EXPECT_EQ(computed, 2);
  get("c");  // "b" makes room.
  get("a");
  EXPECT_EQ(computed, 3);
  get("b");
  EXPECT_EQ(computed, 4);

  CountryParts none(1);
  EXPECT_TRUE(none.Get("a", {}, compute).ok());
  EXPECT_TRUE(none.Get("a", {}, compute).ok());
  EXPECT_EQ(computed, 6);
}

TEST(CountriesTest, OfTwoWhoAskAtOnceOneComputes) {
  CountryParts parts(1'000'000);
  const auto part = std::make_shared<const CountryPart>();
  std::atomic<int> computed = 0;
  std::atomic<int> waiting = 0;
  const auto is_waiting = [&] {
    ++waiting;
    return false;
  };
  // It goes on once the other one is known to wait.
  const auto slow = [&]() -> Result<CountryPartPtr> {
    ++computed;
    while (waiting == 0) std::this_thread::yield();
    return CountryPartPtr(part);
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] {
      const auto got = parts.Get("a", is_waiting, slow);
      EXPECT_TRUE(got.ok() && *got == part);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(computed, 1);
}

TEST(CountriesTest, WhoeverWaitsIsNotBoundToTheOneWhoComputes) {
  CountryParts parts(1'000'000);
  std::promise<void> begun;
  std::promise<void> give_up;
  std::thread first([&] {
    const auto got = parts.Get("a", {}, [&]() -> Result<CountryPartPtr> {
      begun.set_value();
      give_up.get_future().wait();
      return Error{.code = Code::kCancelled, .message = "gone", .reason = "CANCELLED"};
    });
    EXPECT_FALSE(got.ok());
  });
  begun.get_future().wait();
  const auto never = []() -> Result<CountryPartPtr> { return CountryPartPtr(); };
  const auto cancelled = parts.Get(
      "a", [] { return true; }, never);
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().code, Code::kCancelled);
  bool told = false;
  const auto once_waiting = [&] {
    if (!std::exchange(told, true)) give_up.set_value();
    return false;
  };
  const auto part = std::make_shared<const CountryPart>();
  const auto got = parts.Get("a", once_waiting, [&]() -> Result<CountryPartPtr> { return part; });
  EXPECT_TRUE(got.ok() && *got == part) << "the one who waited computes";
  first.join();
}

}  // namespace
}  // namespace twinledger::reporting
