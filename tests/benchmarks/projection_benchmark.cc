// What a rebuild costs, beside what it cannot do without: reading, checking and parsing the same
// records. Read the ratios within one run; the machine changes.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/store_folder.h"
#include "platform/store/memory_store.h"
#include "platform/store/state_digest.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"
#include "tests/support/temp_directory.h"

namespace twinledger {
namespace {

constexpr int kCommits = 50'000;
constexpr int kCommitsPerRecord = 50;  // A busy writer's group.

const testing::TallyHistory& History() {
  static const testing::TallyHistory history = [] {
    testing::TallyHistory made;
    for (int i = 0; i < kCommits / kCommitsPerRecord; ++i) {
      std::vector<testing::TallyCommit> commits;
      for (int j = 0; j < kCommitsPerRecord; ++j) {
        // Now and then a new beginning, so that rows stay short.
        commits.push_back({j % 3, {j < 3 ? "forget" : "word-" + std::to_string(j)}});
      }
      made.Add(0, commits);
    }
    return made;
  }();
  return history;
}

void CountCommits(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kCommits);
}

// Reading alone: parse, verify, accept.
void BM_AcceptOnly(benchmark::State& state) {
  const testing::TallyHistory& history = History();
  for (auto _ : state) {
    log::ChainView view = log::EmptyView(testing::TallyHistory::Id(0));
    for (std::size_t i = 0; i < history.records(0).size(); ++i) {
      log::Verdict verdict = log::Accept(view, history.founding(), history.Read(0, i));
      view = std::get<log::AcceptedRecord>(std::move(verdict)).next;
    }
    benchmark::DoNotOptimize(view);
  }
  CountCommits(state);
}
BENCHMARK(BM_AcceptOnly)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void Rebuild(store::KeyValueStore& store, bool bulk) {
  const testing::TallyHistory& history = History();
  const testing::TallyProjection projection;
  const auto view = *projection::PartitionView::Open(store, projection, history.founding(),
                                                     testing::TallyHistory::Id(0));
  TL_CHECK(view->SetBulk(bulk).ok());
  for (std::size_t i = 0; i < history.records(0).size(); ++i) {
    TL_CHECK(view->Consume(history.Read(0, i)).ok());
  }
  TL_CHECK(view->SetBulk(false).ok());
}

void RebuildOnDisk(benchmark::State& state, bool bulk) {
  const testing::TallyProjection projection;
  History();
  for (auto _ : state) {
    const testing::TempDirectory directory;
    auto opened =
        projection::OpenStore(directory.path() / "tally", projection, History().founding());
    TL_CHECK(opened.ok());
    Rebuild(*opened->store, bulk);
  }
  CountCommits(state);
}

void BM_RebuildInBulk(benchmark::State& state) { RebuildOnDisk(state, true); }
BENCHMARK(BM_RebuildInBulk)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void BM_RebuildByBatchARecord(benchmark::State& state) { RebuildOnDisk(state, false); }
BENCHMARK(BM_RebuildByBatchARecord)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void RebuildInMemory(benchmark::State& state, bool bulk) {
  History();
  for (auto _ : state) {
    store::MemoryStore store;
    Rebuild(store, bulk);
  }
  CountCommits(state);
}

void BM_RebuildInMemory(benchmark::State& state) { RebuildInMemory(state, false); }
BENCHMARK(BM_RebuildInMemory)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void BM_RebuildInMemoryInBulk(benchmark::State& state) { RebuildInMemory(state, true); }
BENCHMARK(BM_RebuildInMemoryInBulk)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

void BM_DigestOneRow(benchmark::State& state) {
  store::StateDigest digest;
  const std::string key(48, 'k');
  const std::string value(static_cast<std::size_t>(state.range(0)), 'v');
  for (auto _ : state) digest.Add(key, value);
  benchmark::DoNotOptimize(digest);
}
BENCHMARK(BM_DigestOneRow)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
