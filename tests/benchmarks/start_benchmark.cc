// How long twinledgerd takes from its start until it serves, on data directories with little and
// much history, each behind a clean stop; beside an empty directory, where keys, certificates and
// foundings are made first. Each start is a process of its own; its processor time is what it took
// until it served.
//
// TWINLEDGER_BENCHMARK_COMMITS=1000000 for one history more; all projections read it once before.
#include <benchmark/benchmark.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "platform/base/check.h"
#include "platform/base/data_directory.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/server/key_files.h"
#include "tests/benchmarks/country_log.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kPatience = 3600s;

// Until it serves; then it is stopped, in seconds and seconds of processor time.
struct Start {
  double seconds = 0;
  double processor = 0;
};

Start StartAndStop(const fs::path& folder) {
  const auto begin = std::chrono::steady_clock::now();
  support::ServerProcess server(folder / "data", folder / "stderr");
  const bool serves = server.WaitUntilServing(kPatience).has_value();
  if (!serves) std::fprintf(stderr, "%s\n", support::ReadText(folder / "stderr").c_str());
  TL_CHECK(serves);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const Start start{took.count(), std::chrono::duration<double>(server.ProcessorTime()).count()};
  server.Signal(SIGTERM);
  TL_CHECK(server.Wait(kPatience) == 0);
  return start;
}

// A data directory with so many commits, which a server has read and was stopped.
class History {
 public:
  explicit History(int commits) {
    StartAndStop(folder());
    Fill(DataDirectory(folder() / "data"), commits);
    StartAndStop(folder());
  }

  fs::path folder() const { return folder_.path(); }

 private:
  static void Fill(const DataDirectory& data, int commits) {
    const auto log = log::EmbeddedLog::Open(data.log());
    TL_CHECK(log.ok());
    const auto founding = log::ReadFounding(**log, {"registry", 0}, std::nullopt);
    TL_CHECK(founding.ok());
    const auto& streams = founding->root.streams();
    const auto keys = server::LoadKeys(data, {streams.begin(), streams.end()});
    TL_CHECK(keys.ok());
    testing::FillWithCountry(
        **log, *founding, keys->writers,
        {.commits = commits, .commits_a_record = 5, .mix = {.registry = 4, .engagement = 96}});
  }

  const support::TemporaryFolder folder_;
};

void Report(benchmark::State& state, const Start& start) {
  state.SetIterationTime(start.seconds);
  state.counters["processor_s"] = start.processor;
}

void BM_StartBehindACleanStop(benchmark::State& state) {
  static std::map<std::int64_t, std::unique_ptr<History>> histories;
  std::unique_ptr<History>& history = histories[state.range(0)];
  if (!history) history = std::make_unique<History>(static_cast<int>(state.range(0)));
  for (auto _ : state) Report(state, StartAndStop(history->folder()));
}
void Histories(benchmark::internal::Benchmark* benchmark) {
  for (const int commits : {1'000, 10'000, 100'000}) benchmark->Arg(commits);
  const char* const more = std::getenv("TWINLEDGER_BENCHMARK_COMMITS");
  if (more != nullptr) benchmark->Arg(std::atoi(more));
}
BENCHMARK(BM_StartBehindACleanStop)
    ->Apply(Histories)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);

void BM_StartOnAnEmptyDirectory(benchmark::State& state) {
  for (auto _ : state) {
    const support::TemporaryFolder folder;
    Report(state, StartAndStop(folder.path()));
  }
}
BENCHMARK(BM_StartOnAnEmptyDirectory)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
