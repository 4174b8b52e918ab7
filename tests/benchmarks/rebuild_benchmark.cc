// What a rebuild of each projection costs from a log of a million commits that it follows, beside a
// bare pass over the same records and the naive way, one batch a thousand commits, which has to
// come to the same digest. All three run one after another on the same log, which is made before
// and gone behind them; the most memory that each held is counted from its own beginning.
//
// TWINLEDGER_BENCHMARK_COMMITS=100000 for a quick look.
#include <absl/synchronization/notification.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engagement/projection/engagement_projection.h"
#include "platform/base/check.h"
#include "platform/base/clock.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/projection/cursor.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/platform_tables.h"
#include "platform/projection/runner.h"
#include "platform/projection/store_folder.h"
#include "registry/projection/registry_projection.h"
#include "reporting/projection/reporting_projection.h"
#include "risk/projection/risk_projection.h"
#include "tests/benchmarks/country_log.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kNaiveBatch = 1'000;  // Commits.

int Commits() {
  const char* const wanted = std::getenv("TWINLEDGER_BENCHMARK_COMMITS");
  return wanted == nullptr ? 1'000'000 : std::atoi(wanted);
}

// A log of what a projection follows, and of nothing else.
struct StoredCountry {
  explicit StoredCountry(const testing::CountrySize& size) {
    TL_CHECK(log::EmbeddedLog::Create(directory.path() / "log").ok());
    log = *log::EmbeddedLog::Open(directory.path() / "log");
    founding = *log::FoundLog(*log, founder.content, founder.writer_keys, std::nullopt,
                              support::ManualClock(WallTime{}), random);
    testing::FillWithCountry(*log, founding, founder.writer_keys, size);
  }

  const testing::TempDirectory directory;
  const testing::TestFounding founder{"country", 1, {"registry", "engagement", "risk"}};
  testing::SeededRandom random{"foundings"};
  log::Founding founding;
  std::unique_ptr<log::EmbeddedLog> log;
};

// The one that is wanted now: the one before is gone.
const StoredCountry& Stored(testing::EventMix mix, int commits_a_record) {
  static std::unique_ptr<StoredCountry> stored;
  static std::array<int, 3> made{};
  const std::array<int, 3> wanted{mix.registry, mix.engagement, commits_a_record};
  if (!stored || made != wanted) {
    stored.reset();
    stored =
        std::make_unique<StoredCountry>(testing::CountrySize{Commits(), commits_a_record, mix});
    made = wanted;
  }
  return *stored;
}

// The most memory that the process holds from now on.
class PeakMemory {
 public:
  PeakMemory() {
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << '5';
  }
  double Mebibytes() const {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) return std::atof(line.c_str() + 6) / 1024;
    }
    return 0;
  }
};

// What the thread that works most takes of a processor, from now on: where others want the
// processors too, it says how long it would take without them, and with enough of them.
class BusiestThread {
 public:
  BusiestThread() : before_(Times()) {}

  double Milliseconds() const {
    double most = 0;
    for (const auto& [thread, ms] : Times()) {
      const auto known = before_.find(thread);
      most = std::max(most, ms - (known == before_.end() ? 0 : known->second));
    }
    return most;
  }

 private:
  using ByThread = std::map<std::string, double>;

  static ByThread Times() {
    ByThread times;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      double ns = 0;
      std::ifstream(task.path() / "schedstat") >> ns;
      times.emplace(task.path().filename(), ns / 1'000'000);
    }
    return times;
  }

  const ByThread before_;
};

std::vector<log::PartitionId> PartitionsOf(const projection::Projection& projection) {
  std::vector<log::PartitionId> all;
  for (const std::string& stream : projection.streams()) {
    for (std::uint32_t i = 0; i < 8; ++i) all.push_back({stream, i});
  }
  return all;
}

// Every record of the partitions that a projection follows, in the log's order.
template <class OnRecord>
void ReadAll(const StoredCountry& stored, const projection::Projection& projection,
             const OnRecord& on_record) {
  std::vector<log::ReadFrom> from;
  log::Offset left = 0;
  for (const log::PartitionId& partition : PartitionsOf(projection)) {
    from.push_back({partition, 0});
    left += *stored.log->Tail(partition);
  }
  const auto reader = *stored.log->OpenReader(std::move(from));
  while (left > 0) {
    auto records = reader->Next(10s);
    TL_CHECK(records.ok() && !records->empty());
    left -= records->size();
    for (log::StoredRecord& record : *records) on_record(std::move(record));
  }
}

// What no reader can do without: the sequence, the hash before, the signature; every commit parsed.
void Pass(const StoredCountry& stored, const projection::Projection& projection) {
  struct Tip {
    log::Sequence sequence = 0;
    crypto::Hash hash{};
  };
  std::map<log::PartitionId, Tip> tips;
  ReadAll(stored, projection, [&](const log::StoredRecord& read) {
    Tip& tip = tips[read.partition];
    log::v1::Record record;
    log::v1::RecordBody body;
    TL_CHECK(record.ParseFromString(read.bytes) && body.ParseFromString(record.body()));
    TL_CHECK(body.first_sequence() == tip.sequence + 1);
    TL_CHECK(body.previous_hash() == crypto::Bytes(tip.hash));
    const crypto::SigningKey& key = stored.founder.writer_keys.at(read.partition.stream);
    TL_CHECK(crypto::Verify(key.public_key(), log::kRecordTag, record.body(), record.signature()));
    for (const std::string& bytes : body.commits()) {
      log::v1::Commit commit;
      TL_CHECK(commit.ParseFromString(bytes) && commit.sequence() == ++tip.sequence);
    }
    tip.hash = crypto::Sha256(record.body());
  });
}

// As a server does that starts with an empty folder.
std::unique_ptr<projection::Runner> Rebuilt(const StoredCountry& stored,
                                            const projection::Projection& projection,
                                            const std::filesystem::path& folder) {
  static const SystemClock clock;
  auto runner =
      *projection::Runner::Open(*stored.log, stored.founding, projection,
                                *projection::MakeStore(folder, projection, stored.founding), clock);
  runner->Start();
  absl::Notification done;
  runner->WaitForTail(clock.Monotonic() + 3600s, [&](const Result<void>& reached) {
    if (!reached.ok()) std::fprintf(stderr, "%s\n", reached.error().message.c_str());
    TL_CHECK(reached.ok());
    done.Notify();
  });
  done.WaitForNotification();
  return runner;
}

// One partition as the naive way has it: rows of so many commits, then a batch of them.
class NaiveView {
 public:
  NaiveView(store::KeyValueStore& store, const projection::Projection& projection,
            const log::Founding& founding, const log::PartitionId& partition)
      : store_(store), projection_(projection), founding_(founding), rows_(store) {
    cursor_.chain = log::EmptyView(partition);
  }

  void Take(const log::ReadRecord& record) {
    log::Verdict verdict = log::Accept(cursor_.chain, founding_, record);
    auto& accepted = std::get<log::AcceptedRecord>(verdict);
    for (const log::AcceptedCommit& commit : accepted.commits) {
      const auto applied =
          projection::ApplyCommit(projection_, cursor_.chain.partition, commit, rows_);
      TL_CHECK(applied.ok() && !*applied);
    }
    projection::v1::RecordRow row;
    row.set_hash(record.hash().data(), record.hash().size());
    rows_.Put(projection::kRecords,
              projection::SequenceKey(cursor_.chain.partition, accepted.next.sequence), row);
    pending_ += accepted.commits.size();
    cursor_.chain = std::move(accepted.next);
    cursor_.accepted_offset = record.offset();
    cursor_.next_offset = record.offset() + 1;
    if (pending_ >= kNaiveBatch) Write();
  }

  void Write() {
    store::Batch batch = rows_.Take();
    for (const auto& [key, value] : batch) cursor_.digest.Add(key, *value);
    cursor_.rows += batch.size();
    batch[projection::CursorKey(cursor_.chain.partition)] = projection::CursorBytes(cursor_);
    TL_CHECK(store_.Write(batch).ok());
    pending_ = 0;
  }

 private:
  store::KeyValueStore& store_;
  const projection::Projection& projection_;
  const log::Founding& founding_;
  store::Overlay rows_;
  projection::Cursor cursor_;
  std::size_t pending_ = 0;
};

std::unique_ptr<store::KeyValueStore> Naive(const StoredCountry& stored,
                                            const projection::Projection& projection,
                                            const std::filesystem::path& folder) {
  auto store = *projection::MakeStore(folder, projection, stored.founding);
  std::map<log::PartitionId, NaiveView> views;
  for (const log::PartitionId& partition : PartitionsOf(projection)) {
    views.try_emplace(partition, *store, projection, stored.founding, partition);
  }
  ReadAll(stored, projection, [&](log::StoredRecord read) {
    views.at(read.partition).Take(log::ReadRecord(read.offset, std::move(read.bytes)));
  });
  for (auto& [partition, view] : views) view.Write();
  return store;
}

// One for all partitions, which says that two stores hold the same rows.
std::string DigestOf(const store::KeyValueReader& store, const projection::Projection& projection) {
  std::string all;
  for (const log::PartitionId& partition : PartitionsOf(projection)) {
    const auto cursor = projection::ReadCursor(store, partition);
    TL_CHECK(cursor.ok());
    all += crypto::Hex(cursor->digest.Summary());
  }
  return crypto::Hex(crypto::Sha256(all));
}

// Of the rebuild and of the naive way: they must come to the same.
void CheckDigest(const std::string& digest, const std::string& of) {
  static std::map<std::string, std::string> known;
  TL_CHECK(known.emplace(of, digest).first->second == digest);
}

enum class Way { kPass, kRebuild, kNaive };

void BM_Rebuild(benchmark::State& state, const projection::Projection& projection, Way way,
                testing::EventMix mix) {
  const int commits_a_record = static_cast<int>(state.range(0));
  const StoredCountry& stored = Stored(mix, commits_a_record);
  const std::string of = fmt::format("{} {}", projection.name(), commits_a_record);
  const PeakMemory memory;
  const BusiestThread thread;
  double busiest = 0;
  for (auto _ : state) {
    const testing::TempDirectory directory;
    const auto folder = directory.path() / "store";
    if (way == Way::kPass) {
      Pass(stored, projection);
      busiest = thread.Milliseconds();
    } else if (way == Way::kRebuild) {
      const auto runner = Rebuilt(stored, projection, folder);
      busiest = thread.Milliseconds();
      runner->Stop();
      state.PauseTiming();
      CheckDigest(DigestOf(*runner->Snapshot(), projection), of);
      state.ResumeTiming();
    } else {
      const auto store = Naive(stored, projection, folder);
      busiest = thread.Milliseconds();
      state.PauseTiming();
      CheckDigest(DigestOf(*store, projection), of);
      state.ResumeTiming();
    }
  }
  state.counters["busiest_ms"] = busiest;
  state.counters["peak_MiB"] = memory.Mebibytes();
  state.SetItemsProcessed(state.iterations() * Commits());
}

void Register(const projection::Projection& projection, testing::EventMix mix,
              int commits_a_record) {
  for (const auto& [name, way] :
       {std::pair("pass", Way::kPass), std::pair("rebuild", Way::kRebuild),
        std::pair("batches", Way::kNaive)}) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}", projection.name(), name).c_str(), BM_Rebuild,
                                 std::cref(projection), way, mix)
        ->Arg(commits_a_record)
        ->Iterations(1)
        ->MeasureProcessCPUTime()
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
}

void RegisterAll() {
  static const registry::RegistryProjection registry;
  static const engagement::EngagementProjection engagement;
  static const risk::RiskProjection risk;
  static const reporting::ReportingProjection reporting;
  for (const int commits_a_record : {5, 48}) {
    Register(registry, {.registry = 100, .engagement = 0}, commits_a_record);
    Register(engagement, {.registry = 4, .engagement = 96}, commits_a_record);
    Register(risk, {}, commits_a_record);
    Register(reporting, {}, commits_a_record);
  }
}

}  // namespace
}  // namespace twinledger

int main(int argc, char** argv) {
  twinledger::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
