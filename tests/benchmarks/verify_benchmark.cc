// `log verify` on a log with the streams of all services, beside a bare loop that does what cannot
// be left out, on as many threads: the files are read, records unpacked, hashed and their
// signatures verified. One thread reads, two verify, by turns.
//
// TWINLEDGER_BENCHMARK_COMMITS=1000000 for more.
#include <absl/synchronization/mutex.h>
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/signature.h"
#include "platform/log/archive/verify.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/log/sign_record.h"
#include "tests/benchmarks/country_log.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

int Commits() {
  const char* const wanted = std::getenv("TWINLEDGER_BENCHMARK_COMMITS");
  return wanted == nullptr ? 100'000 : std::atoi(wanted);
}

// Closed again: it is verified as files.
struct StoredCountry {
  explicit StoredCountry(int commits_a_record) {
    const auto folder = directory.path() / "log";
    TL_CHECK(EmbeddedLog::Create(folder).ok());
    const auto log = *EmbeddedLog::Open(folder);
    testing::SeededRandom random("foundings");
    founding = *FoundLog(*log, founder.content, founder.writer_keys, std::nullopt,
                         support::ManualClock(WallTime{}), random);
    testing::FillWithCountry(*log, founding, founder.writer_keys, {Commits(), commits_a_record});
    for (const PartitionId& partition : PartitionsOf(founding.root)) {
      records += *log->Tail(partition);
    }
  }

  const testing::TempDirectory directory;
  const testing::TestFounding founder{"country", 1, {"registry", "engagement", "risk", "audit"}};
  Founding founding;
  std::uint64_t records = 0;
};

const StoredCountry& Stored(int commits_a_record) {
  static std::map<int, std::unique_ptr<StoredCountry>> all;
  std::unique_ptr<StoredCountry>& stored = all[commits_a_record];
  if (!stored) stored = std::make_unique<StoredCountry>(commits_a_record);
  return *stored;
}

// Hashes and verifies on a thread of its own.
class BareLane {
 public:
  explicit BareLane(const StoredCountry& stored) : stored_(stored), thread_([this] { Run(); }) {}
  ~BareLane() {
    {
      const absl::MutexLock lock(&mutex_);
      ended_ = true;
      moved_.SignalAll();
    }
    thread_.join();
    TL_CHECK(queue_.empty());
  }
  BareLane(const BareLane&) = delete;
  BareLane& operator=(const BareLane&) = delete;

  void Add(StoredRecord record) {
    const absl::MutexLock lock(&mutex_);
    while (bytes_ > kBytesMost) moved_.Wait(&mutex_);
    bytes_ += record.bytes.size();
    queue_.push_back(std::move(record));
    moved_.SignalAll();
  }

 private:
  static constexpr std::size_t kBytesMost = std::size_t{16} << 20;

  void Run() {
    while (true) {
      StoredRecord next;
      {
        const absl::MutexLock lock(&mutex_);
        while (queue_.empty() && !ended_) moved_.Wait(&mutex_);
        if (queue_.empty()) return;
        next = std::move(queue_.front());
        queue_.pop_front();
        bytes_ -= next.bytes.size();
        moved_.SignalAll();
      }
      v1::Record record;
      TL_CHECK(record.ParseFromString(next.bytes));
      benchmark::DoNotOptimize(crypto::Sha256(record.body()));
      const auto& key = stored_.founder.writer_keys.at(next.partition.stream).public_key();
      TL_CHECK(crypto::Verify(key, kRecordTag, record.body(), record.signature()));
    }
  }

  const StoredCountry& stored_;
  absl::Mutex mutex_;
  absl::CondVar moved_;
  std::deque<StoredRecord> queue_ ABSL_GUARDED_BY(mutex_);
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

void Count(benchmark::State& state, const StoredCountry& stored) {
  state.SetItemsProcessed(state.iterations() * Commits());
  state.counters["records"] = static_cast<double>(stored.records);
}

void BareLoop(benchmark::State& state) {
  const StoredCountry& stored = Stored(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const auto log = *EmbeddedLog::OpenReadOnly(stored.directory.path() / "log");
    std::vector<ReadFrom> from;
    for (const PartitionId& partition : PartitionsOf(stored.founding.root)) {
      from.push_back({partition, 0});
    }
    const auto reader = *log->OpenReader(std::move(from));
    std::array<std::optional<BareLane>, 2> lanes;
    for (auto& lane : lanes) lane.emplace(stored);
    for (std::uint64_t left = stored.records; left > 0;) {
      auto records = reader->Next(10s);
      TL_CHECK(records.ok() && !records->empty());
      for (StoredRecord& record : *records) {
        lanes.at(left-- % lanes.size())->Add(std::move(record));
      }
    }
  }
  Count(state, stored);
}

void Verify(benchmark::State& state) {
  const StoredCountry& stored = Stored(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    VerifyOptions options;
    options.founding_hash = stored.founding.root_hash;
    const auto report = VerifyLog(stored.directory.path() / "log", options);
    TL_CHECK(report.ok() && report->verdict == VerifyReport::Verdict::kValid);
  }
  Count(state, stored);
}

// Commits a record: one command alone, what 64 clients give one of eight partitions and the only
// one of a log in a folder, a busy writer's group.
#define TWINLEDGER_VERIFY(name) \
  BENCHMARK(name)               \
      ->Arg(1)                  \
      ->Arg(5)                  \
      ->Arg(25)                 \
      ->Arg(48)                 \
      ->UseRealTime()           \
      ->Iterations(1)           \
      ->Repetitions(3)          \
      ->MeasureProcessCPUTime() \
      ->Unit(benchmark::kMillisecond)
TWINLEDGER_VERIFY(BareLoop);
TWINLEDGER_VERIFY(Verify);

}  // namespace
}  // namespace twinledger::log

BENCHMARK_MAIN();
