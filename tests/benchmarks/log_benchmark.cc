// Append, scan and verification of the embedded log, each beside the least that the machine could
// need for it: read ratios within one run, not absolute figures.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <vector>

#include "platform/log/archive/verify.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/embedded/file.h"
#include "tests/support/log_calls.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

using testing::ChainWriter;
using testing::KeyNamed;
using testing::TempDirectory;
using testing::TestFounding;

const std::string kEvent(276, 'e');  // What an event of the register takes on average.

std::unique_ptr<EmbeddedLog> NewLog(const TempDirectory& temp) {
  const auto directory = temp.path() / "log";
  TL_CHECK(EmbeddedLog::Create(directory).ok());
  return *EmbeddedLog::Open(directory);
}

// The floor of an append: the same bytes over zeros, and one sync.
void PlainSync(benchmark::State& state) {
  const TempDirectory temp;
  File file = *File::Open(temp.path() / "plain", O_RDWR | O_CREAT);
  TL_CHECK(file.WriteAt(0, std::string(64u << 20, '\0')) == 0);
  TL_CHECK(::fdatasync(file.descriptor()) == 0);
  std::uint64_t at = 0;
  for (auto _ : state) {
    TL_CHECK(file.WriteAt(at, std::string(450, 'x')) == 0);
    TL_CHECK(::fdatasync(file.descriptor()) == 0);
    at = (at + 450) % (60u << 20);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(PlainSync)->UseRealTime();

// `range` partitions have one record in flight each. Records are made before the clock runs.
void AppendAndSync(benchmark::State& state) {
  const auto in_flight = static_cast<std::uint32_t>(state.range(0));
  constexpr std::size_t kRounds = 200;
  const crypto::SigningKey key = KeyNamed("writer");
  for (auto _ : state) {
    state.PauseTiming();
    const TempDirectory temp;
    const auto log = NewLog(temp);
    std::vector<std::vector<std::string>> records(in_flight);
    for (std::uint32_t p = 0; p < in_flight; ++p) {
      ChainWriter writer({"registry", p}, key, in_flight);
      writer.set_payload(kEvent);
      for (std::size_t i = 0; i < kRounds; ++i) records[p].push_back(writer.Next());
    }
    auto session = *log->OpenSession();
    state.ResumeTiming();
    for (std::size_t i = 0; i < kRounds; ++i) {
      std::atomic<std::uint32_t> left = in_flight;
      std::promise<void> all;
      for (std::uint32_t p = 0; p < in_flight; ++p) {
        session->Append({"registry", p}, records[p][i], [&](const AppendOutcome& outcome) {
          TL_CHECK(outcome.kind == AppendOutcome::Kind::kAppended);
          if (--left == 0) all.set_value();
        });
      }
      all.get_future().wait();
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRounds) * in_flight);
}
BENCHMARK(AppendAndSync)->Arg(1)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);

// A founded log of one partition: records of 8 commits.
struct Filled {
  static constexpr std::size_t kRecords = 4000;
  static constexpr std::size_t kCommits = 8;

  TempDirectory temp;
  TestFounding founder;
  std::unique_ptr<EmbeddedLog> log = NewLog(temp);
  std::vector<std::string> records;

  Filled() {
    const PartitionId partition{"registry", 0};
    ChainWriter writer(partition, founder.writer_keys.at("registry"));
    writer.set_payload(kEvent);
    records.push_back(founder.RootRecord());
    writer.Follow(records.back());
    while (records.size() < kRecords) records.push_back(writer.Next(kCommits));
    for (const std::string& record : records) {
      TL_CHECK(testing::AppendAndWait(*log, partition, record).kind ==
               AppendOutcome::Kind::kAppended);
    }
  }
};

Filled& Log() {
  static Filled filled;
  return filled;
}

void Scan(benchmark::State& state) {
  for (auto _ : state) {
    auto reader = *Log().log->OpenReader({{{"registry", 0}, 0}});
    std::size_t read = 0;
    while (read < Filled::kRecords) read += (*reader->Next(std::chrono::milliseconds(0))).size();
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(Filled::kRecords * Filled::kCommits));
}
BENCHMARK(Scan)->Unit(benchmark::kMillisecond);

// The floor of verification: each record judged by the chain rule, in memory, on one thread.
void BareChain(benchmark::State& state) {
  const Founding founding = Log().founder.founding();
  for (auto _ : state) {
    ChainView view = EmptyView({"registry", 0});
    for (const std::string& bytes : Log().records) {
      Verdict verdict = Accept(view, founding, ReadRecord(0, bytes));
      view = std::move(std::get<AcceptedRecord>(verdict).next);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Filled::kRecords));
}
BENCHMARK(BareChain)->Unit(benchmark::kMillisecond)->UseRealTime();

void Verify(benchmark::State& state) {
  for (auto _ : state) {
    VerifyOptions options;
    options.founding_hash = Log().founder.founding().root_hash;
    const auto report = VerifyLog(Log().temp.path() / "log", options);
    TL_CHECK(report.ok() && report->verdict == VerifyReport::Verdict::kValid);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Filled::kRecords));
}
BENCHMARK(Verify)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace twinledger::log
