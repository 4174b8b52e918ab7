// What reports cost in countries of a hundred to ten thousand relationships, twenty a council and
// three gifts a relationship: rows on RocksDB, written by the projection. To know what is to be
// looked at first, everything has to be scored, once for each cut and day; a page of what is kept,
// a council's scorecard and a page of a timeline should cost what they show, however large the
// country is.
#include <absl/strings/substitute.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <map>
#include <memory>
#include <string>

#include "platform/base/check.h"
#include "platform/projection/partition_view.h"
#include "platform/rpc/sorted_lists.h"
#include "platform/store/rocks_store.h"
#include "reporting/rpc/work_queue.h"
#include "reporting/scores/countries.h"
#include "risk/rules/built_in.h"
#include "tests/support/temp_directory.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"
#include "twinledger/reporting/v1/overview.pb.h"

namespace twinledger::reporting {
namespace {

constexpr int kRelationshipsOfOne = 20;
constexpr int kGiftsOfOne = 3;
constexpr std::uint32_t kPartitions = 8;
constexpr std::int64_t kFirstDayUs = 20'454LL * 86'400'000'000;  // 1 January 2026.
constexpr risk::Day kToday = 20'500;
constexpr std::size_t kSortedBytesMax = std::size_t{48} << 20;  // As a server.

template <class Event>
std::string Bytes(const std::string& text) {
  Event event;
  TL_CHECK(google::protobuf::TextFormat::ParseFromString(text, &event));
  return event.SerializeAsString();
}

std::string Uuid(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }
std::string CouncilOf(int number) { return fmt::format("council-{}", number); }

class CountryOfSize {
 public:
  explicit CountryOfSize(int relationships) {
    auto created = store::RocksStore::Create(directory_.path() / "reporting");
    TL_CHECK(created.ok());
    store_ = *std::move(created);
    for (int council = 0; council * kRelationshipsOfOne < relationships; ++council) {
      AddCouncil(council);
    }
  }

  const store::KeyValueReader& rows() const { return *store_; }

 private:
  using RegistryEvent = registry::events::v1::RegistryEvent;
  using EngagementEvent = engagement::events::v1::EngagementEvent;

  void AddCouncil(int number) {
    const std::string council = CouncilOf(number);
    Apply("registry", council,
          Bytes<RegistryEvent>(absl::Substitute(
              "council_registered { council_id: '$0' fields { display_name: 'Council $0' } }",
              council)));
    for (int i = 0; i < kRelationshipsOfOne; ++i) {
      const std::string relationship = Uuid(number * kRelationshipsOfOne + i);
      Apply("registry", council,
            Bytes<RegistryEvent>(absl::Substitute(
                "relationship_recorded { council_id: '$0' relationship_id: '$1' fields { "
                "partner_id: '$2' status: RELATIONSHIP_STATUS_ACTIVE } }",
                council, relationship, Uuid(i))));
      for (int gift = 0; gift < kGiftsOfOne; ++gift) AddGift(council, relationship, gift);
    }
  }

  void AddGift(const std::string& council, const std::string& relationship, int gift) {
    ++records_;
    Apply("engagement", council,
          Bytes<EngagementEvent>(absl::Substitute(
              "record_submitted { council_id: '$0' record_id: '$1' fields { relationship_id: '$2' "
              "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL recipient { office: 'mayor' } "
              "donor { principal_id: '$3' } kind: GIFT_KIND_ART value { cents: $4 currency: 'NZD' "
              "} offered_on { year: 2026 month: 1 day: $5 } disposition: GIFT_DISPOSITION_RETAINED "
              "} } }",
              council, Uuid(1'000'000 + records_), relationship, Uuid(gift),
              10'000 + records_ % 97 * 1'000, 1 + gift)));
  }

  void Apply(std::string_view stream, const std::string& council, const std::string& event) {
    log::AcceptedCommit accepted;
    log::v1::Commit& commit = accepted.commit;
    *commit.mutable_key() = KeyOf(CouncilId(council));
    const log::PartitionId partition{std::string(stream),
                                     log::PartitionOf(commit.key(), kPartitions)};
    commit.set_sequence(++tips_[partition]);
    commit.set_record_time_us(kFirstDayUs + ++commits_);
    commit.add_events(event);
    store::Overlay rows(*store_);
    const auto applied = projection::ApplyCommit(ReportingProjection(), partition, accepted, rows);
    TL_CHECK(applied.ok() && !*applied && store_->Write(rows.batch()).ok());
  }

  testing::TempDirectory directory_;
  std::unique_ptr<store::KeyValueStore> store_;
  std::map<log::PartitionId, log::Sequence> tips_;
  std::int64_t commits_ = 0;
  int records_ = 0;
};

const CountryOfSize& Of(int relationships) {
  static std::map<int, std::unique_ptr<CountryOfSize>> countries;
  std::unique_ptr<CountryOfSize>& country = countries[relationships];
  if (!country) country = std::make_unique<CountryOfSize>(relationships);
  return *country;
}

int SizeOf(const benchmark::State& state) { return static_cast<int>(state.range(0)); }

// Both cuts are the newest: as much is scored for the change as for the standing itself.
template <class Run>
auto AtNewest(const CountryOfSize& country, const Run& run) {
  const store::CutReader rows(country.rows());
  return run(Moment{.rows = rows, .before = rows, .rules = risk::Tl1(), .day = kToday});
}

// All parts of a country, or one of them.
Country Scored(const CountryOfSize& country, std::size_t parts = kPartitions) {
  return AtNewest(country, [&](const Moment& at) {
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
  const CountryOfSize& country = Of(SizeOf(state));
  for (auto _ : state) Scored(country);
}

void BM_PartScored(benchmark::State& state) {
  const CountryOfSize& country = Of(SizeOf(state));
  for (auto _ : state) Scored(country, 1);
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

void BM_Scorecard(benchmark::State& state) {
  const CountryOfSize& country = Of(SizeOf(state));
  AtNewest(country, [&](const Moment& at) {
    for (auto _ : state) {
      Names names(at.rows);
      const auto standings = StandingsOf(at, CouncilId(CouncilOf(0)), names);
      TL_CHECK(standings.ok());
      TL_CHECK(ScoreWhole(at.rows, standings->scores, at.rules, at.day).ok());
    }
  });
}

void BM_PageOfATimeline(benchmark::State& state) {
  const store::CutReader rows(Of(SizeOf(state)).rows());
  for (auto _ : state) {
    int entries = 0;
    TL_CHECK(VisitTimeline(rows, CouncilId(CouncilOf(0)), RelationshipId(Uuid(0)), "",
                           [&](const Entry&) {
                             ++entries;
                             return true;
                           })
                 .ok());
    TL_CHECK(entries == 1 + kGiftsOfOne);
  }
}

BENCHMARK(BM_CountryScored)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PartScored)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Overview)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PageOfTheQueue)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Scorecard)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PageOfATimeline)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger::reporting

BENCHMARK_MAIN();
