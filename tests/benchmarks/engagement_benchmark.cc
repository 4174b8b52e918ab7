// What recording an engagement costs a council: twinledgerd with all its services on the embedded
// log, mTLS in front, texts sealed and records signed; beside calls that do nothing, and plain
// syncs of the same disk.
//
// Clients and servers share the machine; each is a process of its own. They are measured by turns,
// so that what else the machine does weighs on all alike: the ratios of one run are what to read.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "tests/benchmarks/closed_loop.h"
#include "tests/benchmarks/engagement_callers.h"
#include "tests/benchmarks/served_system.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

using std::chrono::steady_clock;
using Micros = std::chrono::duration<double, std::micro>;

constexpr int kWarmUp = 500;
// A slice fills the 64 places and empties them again: a fifth of one of 300 calls, and of both
// systems; of these some hundredth.
constexpr int kSlices = 15;
constexpr int kCallsASlice = 1500;
constexpr int kSingles = 500;

struct Systems {
  testing::ServedSystem served;
  testing::EchoSystem echo{served.data()};
  testing::EngagementCallers engagements{served};
  int runs = 0;  // Names are used once.
};

Systems& All() {
  static Systems systems;
  return systems;
}

double Quantile(std::vector<double>& values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

using Call = std::function<void(int number, std::function<void()> done)>;

// A system under test, measured in slices.
struct Measured {
  Call call;
  std::vector<double> a_second = {};
  std::vector<double> latencies = {};  // Microseconds.

  void Slice(int calls) {
    std::vector<double> took(static_cast<std::size_t>(calls));
    const auto start = steady_clock::now();
    testing::ClosedLoop(calls, [&](int number, std::function<void()> done) {
      const auto sent = steady_clock::now();
      call(number, [&took, number, sent, done = std::move(done)] {
        took[static_cast<std::size_t>(number)] = Micros(steady_clock::now() - sent).count();
        done();
      });
    }).Run();
    const std::chrono::duration<double> whole = steady_clock::now() - start;
    a_second.push_back(calls / whole.count());
    latencies.insert(latencies.end(), took.begin(), took.end());
  }
};

// What both sides of the calls take of the processors.
struct ProcessorTimes {
  double server_us = 0;
  double clients_us = 0;

  static ProcessorTimes Now(const testing::ServedSystem& system) {
    timespec own{};
    TL_CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0);
    return {Micros(system.ProcessorTime()).count(),
            1e6 * static_cast<double>(own.tv_sec) + 1e-3 * static_cast<double>(own.tv_nsec)};
  }
};

operations::v1::ListProjectionsResponse ProjectionsOf(const testing::ServedSystem& system) {
  const auto stub = operations::v1::OperationsService::NewStub(
      support::Connect(system.address(), support::ClientFolder(system.data(), "operator")));
  grpc::ClientContext context;
  operations::v1::ListProjectionsResponse response;
  TL_CHECK(stub->ListProjections(&context, {}, &response).ok());
  return response;
}

// Of engagements: how many commits, in how many records.
std::pair<double, double> InLog(const testing::ServedSystem& system) {
  std::pair<double, double> counts;
  const operations::v1::ListProjectionsResponse all = ProjectionsOf(system);
  for (const operations::v1::Projection& projection : all.projections()) {
    if (projection.name() != "engagement") continue;
    for (const auto& partition : projection.partitions()) {
      if (partition.stream() != "engagement") continue;
      counts.first += static_cast<double>(partition.sequence());
      counts.second += static_cast<double>(partition.next_offset());
    }
  }
  return counts;
}

// Until every projection of the server has read the log's end.
double SecondsBehind(const testing::ServedSystem& system) {
  const auto start = steady_clock::now();
  for (bool behind = true; behind;) {
    behind = false;
    const operations::v1::ListProjectionsResponse all = ProjectionsOf(system);
    for (const operations::v1::Projection& projection : all.projections()) {
      for (const auto& partition : projection.partitions()) behind |= partition.lag() > 0;
    }
  }
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

void SixtyFourInFlight(benchmark::State& state) {
  Systems& all = All();
  Measured echo{[&](int number, std::function<void()> done) {
    all.echo.callers().Create(fmt::format("run-{}-{}", ++all.runs, number), number, done);
  }};
  Measured engagements{
      [&](int number, std::function<void()> done) { all.engagements.Submit(number, done); }};
  for (Measured* measured : {&echo, &engagements}) measured->Slice(kWarmUp);
  echo = {echo.call};
  engagements = {engagements.call};
  double behind = 0;
  ProcessorTimes each;
  const auto [commits, records] = InLog(all.served);
  for (auto _ : state) {
    for (int i = 0; i < kSlices; ++i) {
      echo.Slice(kCallsASlice);
      const ProcessorTimes before = ProcessorTimes::Now(all.served);
      engagements.Slice(kCallsASlice);
      const ProcessorTimes after = ProcessorTimes::Now(all.served);
      each.server_us += (after.server_us - before.server_us) / (kSlices * kCallsASlice);
      each.clients_us += (after.clients_us - before.clients_us) / (kSlices * kCallsASlice);
    }
    behind = SecondsBehind(all.served);
  }
  const auto [commits_then, records_then] = InLog(all.served);
  const double of_echo = Quantile(engagements.a_second, 0.5) / Quantile(echo.a_second, 0.5);
  state.counters["echo"] = Quantile(echo.a_second, 0.5);
  state.counters["engagements"] = Quantile(engagements.a_second, 0.5);
  state.counters["of_echo"] = of_echo;
  state.counters["server_us_each"] = each.server_us;
  state.counters["clients_us_each"] = each.clients_us;
  state.counters["commits_a_record"] = (commits_then - commits) / (records_then - records);
  state.counters["p50_us"] = Quantile(engagements.latencies, 0.5);
  state.counters["p99_us"] = Quantile(engagements.latencies, 0.99);
  state.counters["echo_p99_us"] = Quantile(echo.latencies, 0.99);
  state.counters["p99_of_p50"] =
      Quantile(engagements.latencies, 0.99) / Quantile(engagements.latencies, 0.5);
  state.counters["behind_s"] = behind;
  state.counters["repeats"] = all.engagements.repeats();
}
BENCHMARK(SixtyFourInFlight)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

// A file that grows by a page, and is synced each time.
class SyncedFile {
 public:
  explicit SyncedFile(const std::filesystem::path& path)
      : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) {
    TL_CHECK(file_ >= 0);
  }
  ~SyncedFile() { close(file_); }
  SyncedFile(const SyncedFile&) = delete;
  SyncedFile& operator=(const SyncedFile&) = delete;

  void Grow() {
    TL_CHECK(write(file_, page_.data(), page_.size()) == static_cast<ssize_t>(page_.size()));
    TL_CHECK(fdatasync(file_) == 0);
  }

 private:
  const int file_;
  const std::string page_ = std::string(4096, 'x');
};

void OneInFlight(benchmark::State& state) {
  Systems& all = All();
  const int run = ++all.runs;
  SyncedFile file(all.served.data().parent_path() / "synced");
  std::vector<double> echo, engagement, sync;
  const auto measure = [](std::vector<double>& times, const auto& call) {
    const auto start = steady_clock::now();
    call();
    times.push_back(Micros(steady_clock::now() - start).count());
  };
  for (auto _ : state) {
    for (int i = 0; i < kSingles; ++i) {
      measure(echo, [&] { all.echo.callers().CreateAndWait(fmt::format("one-{}-{}", run, i), i); });
      measure(engagement, [&] { all.engagements.SubmitAndWait(i); });
      measure(sync, [&] { file.Grow(); });
    }
  }
  const double allowed = Quantile(echo, 0.5) + 5 * Quantile(sync, 0.5);
  state.counters["echo_p50_us"] = Quantile(echo, 0.5);
  state.counters["fdatasync_p50_us"] = Quantile(sync, 0.5);
  state.counters["engagement_p50_us"] = Quantile(engagement, 0.5);
  state.counters["of_allowed"] = Quantile(engagement, 0.5) / allowed;
}
BENCHMARK(OneInFlight)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
