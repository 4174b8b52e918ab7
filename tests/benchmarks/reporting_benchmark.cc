// What reports cost in countries of a hundred to ten thousand relationships, twenty a council and
// three gifts a relationship: rows on RocksDB, written by the projection (country_rows.h). To know
// what is to be looked at first, everything has to be scored, once for each cut and day; a page of
// what is kept, a council's scorecard and a page of a timeline should cost what they show, however
// large the country is, and a past day what today does.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <random>
#include <string>

#include "platform/base/check.h"
#include "platform/projection/consistency.h"
#include "platform/rpc/sorted_lists.h"
#include "reporting/projection/reporting_projection.h"
#include "reporting/rpc/work_queue.h"
#include "reporting/scores/countries.h"
#include "risk/rules/built_in.h"
#include "tests/benchmarks/country_rows.h"
#include "twinledger/reporting/v1/overview.pb.h"

namespace twinledger::reporting {
namespace {

constexpr int kGiftsOfOne = 3;
constexpr std::uint32_t kPartitions = 8;
constexpr risk::Day kToday = testing::kLastDay;
constexpr std::size_t kSortedBytesMax = std::size_t{48} << 20;  // As a server.

const testing::CountryRows& Of(int relationships) {
  static const ReportingProjection projection;
  static std::map<int, std::unique_ptr<testing::CountryRows>> countries;
  std::unique_ptr<testing::CountryRows>& country = countries[relationships];
  if (!country) {
    country = std::make_unique<testing::CountryRows>(
        projection, testing::CountryShape{relationships, kGiftsOfOne});
  }
  return *country;
}

// Days behind the first, on which all relationships are there, drawn anew for each that is asked.
class PastDays {
 public:
  risk::Day Next() {
    return testing::kFirstDay + 1 +
           static_cast<risk::Day>(dice_() % (testing::kLastDay - testing::kFirstDay - 1));
  }

 private:
  std::mt19937_64 dice_{1};
};

int SizeOf(const benchmark::State& state) { return static_cast<int>(state.range(0)); }

// As the server answers for a day: its cut, and the one of thirty days before. Today's cut is the
// newest.
template <class Run>
auto AtDay(const testing::CountryRows& country, risk::Day day, const Run& run) {
  const auto cut_at = [&](risk::Day end) {
    auto cut = projection::CutAt(country.rows(), country.cut(), EndOf(end));
    TL_CHECK(cut.ok());
    return *std::move(cut);
  };
  const store::CutReader rows(country.rows(), day == kToday ? country.cut() : cut_at(day));
  const store::CutReader before(country.rows(), cut_at(day - kChangeDays));
  return run(Moment{.rows = rows, .before = before, .rules = risk::Tl1(), .day = day});
}

// All parts of a country, or one of them.
Country Scored(const testing::CountryRows& country, risk::Day day = kToday,
               std::size_t parts = kPartitions) {
  return AtDay(country, day, [&](const Moment& at) {
    const auto all = AllCouncils(at.rows);
    TL_CHECK(all.ok());
    Country scored;
    for (const auto& [partition, councils] : *all) {
      if (parts-- == 0) break;
      auto part = ComputePart(at, councils, {});
      TL_CHECK(part.ok());
      scored.Add(*std::move(part));
    }
    return scored;
  });
}

void BM_CountryScored(benchmark::State& state) {
  const testing::CountryRows& country = Of(SizeOf(state));
  for (auto _ : state) Scored(country);
}

void BM_CountryScoredOfAPastDay(benchmark::State& state) {
  const testing::CountryRows& country = Of(SizeOf(state));
  PastDays days;
  for (auto _ : state) Scored(country, days.Next());
}

void BM_PartScored(benchmark::State& state) {
  const testing::CountryRows& country = Of(SizeOf(state));
  for (auto _ : state) Scored(country, kToday, 1);
}

void BM_Overview(benchmark::State& state) {
  const Country scored = Scored(Of(SizeOf(state)));
  for (auto _ : state) benchmark::DoNotOptimize(scored.Overview());
}

void BM_PageOfTheQueue(benchmark::State& state) {
  const Country scored = Scored(Of(SizeOf(state)));
  rpc::SortedLists sorted(kSortedBytesMax);
  v1::ListWorkQueueRequest request;
  request.set_order_by("band_level desc, r desc, uncapped desc");
  for (auto _ : state) {
    rpc::Page page{.size = 50, .after = "50", .next = {}, .list = "queue", .sorted = &sorted};
    v1::ListWorkQueueResponse response;
    TL_CHECK(
        WorkQueueListing()
            .Fill(request, WorkQueueSource(scored, false), page, *response.mutable_relationships())
            .ok());
  }
}

void ScorecardOf(const testing::CountryRows& country, risk::Day day) {
  AtDay(country, day, [](const Moment& at) {
    Names names(at.rows);
    const auto standings = StandingsOf(at, CouncilId(testing::CouncilOf(0)), names);
    TL_CHECK(standings.ok() && standings->relationships.size() == testing::kRelationshipsOfOne);
    TL_CHECK(ScoreWhole(at.rows, standings->scores, at.rules, at.day).ok());
  });
}

void BM_Scorecard(benchmark::State& state) {
  const testing::CountryRows& country = Of(SizeOf(state));
  for (auto _ : state) ScorecardOf(country, kToday);
}

void BM_ScorecardOfAPastDay(benchmark::State& state) {
  const testing::CountryRows& country = Of(SizeOf(state));
  PastDays days;
  for (auto _ : state) ScorecardOf(country, days.Next());
}

void BM_PageOfATimeline(benchmark::State& state) {
  const store::CutReader rows(Of(SizeOf(state)).rows());
  for (auto _ : state) {
    int entries = 0;
    TL_CHECK(VisitTimeline(rows, CouncilId(testing::CouncilOf(0)),
                           RelationshipId(testing::RelationshipOf(0)), "",
                           [&](const Entry&) {
                             ++entries;
                             return true;
                           })
                 .ok());
    TL_CHECK(entries == 2 * kGiftsOfOne);  // Recorded, gifts, all but the last one verified.
  }
}

#define TWINLEDGER_REPORT(name)                                                      \
  BENCHMARK(name)->Arg(100)->Arg(1'000)->Arg(10'000)->MeasureProcessCPUTime()->Unit( \
      benchmark::kMillisecond)
TWINLEDGER_REPORT(BM_CountryScored);
TWINLEDGER_REPORT(BM_CountryScoredOfAPastDay);
TWINLEDGER_REPORT(BM_PartScored);
TWINLEDGER_REPORT(BM_Overview);
TWINLEDGER_REPORT(BM_PageOfTheQueue);
TWINLEDGER_REPORT(BM_Scorecard);
TWINLEDGER_REPORT(BM_ScorecardOfAPastDay);
TWINLEDGER_REPORT(BM_PageOfATimeline);

}  // namespace
}  // namespace twinledger::reporting

BENCHMARK_MAIN();
