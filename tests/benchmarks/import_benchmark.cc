// What an import costs: records as rows of a stream, beside the same records by calls of their own,
// one after another and 64 at a time. twinledgerd with all its services on the embedded log, mTLS
// in front, texts sealed and records signed.
//
// Clients and server share the machine; each is a process of its own. The ways are measured by
// turns, so that what else the machine does weighs on all alike, by the clock and by the processor
// time of the server: the ratios of one run are what to read.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/check.h"
#include "tests/benchmarks/closed_loop.h"
#include "tests/benchmarks/engagement_callers.h"
#include "tests/benchmarks/served_system.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

using std::chrono::steady_clock;

constexpr int kSlices = 15;
constexpr int kOneByOne = 100;  // Records a slice.
constexpr int kSixtyFour = 600;
constexpr int kRows = 1500;
constexpr int kStreams = 4;  // Side by side, of as many councils.

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Milliseconds of all processors that a process has used.
double ProcessorMillis(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::stringstream text;
  text << file.rdbuf();
  std::istringstream fields(text.str().substr(text.str().rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// One way to bring records, measured in slices.
struct Way {
  std::function<void()> slice;
  int records;
  std::vector<double> a_second = {};
  std::vector<double> server_micros = {};  // Of processor time, a record.

  void Run(pid_t server) {
    const double used = ProcessorMillis(server);
    const auto start = steady_clock::now();
    slice();
    const std::chrono::duration<double> took = steady_clock::now() - start;
    a_second.push_back(records / took.count());
    server_micros.push_back((ProcessorMillis(server) - used) * 1000 / records);
  }
};

// Until every projection of the server has read the log's end; the records of the engagements'
// stream so far.
struct Tail {
  double seconds = 0;
  std::uint64_t log_records = 0;
};

Tail WaitForProjections(const testing::ServedSystem& system) {
  const auto start = steady_clock::now();
  const auto stub = operations::v1::OperationsService::NewStub(
      support::Connect(system.address(), support::ClientFolder(system.data(), "operator")));
  Tail tail;
  for (bool behind = true; behind;) {
    grpc::ClientContext context;
    operations::v1::ListProjectionsResponse response;
    TL_CHECK(stub->ListProjections(&context, {}, &response).ok());
    behind = false;
    tail.log_records = 0;
    for (const operations::v1::Projection& projection : response.projections()) {
      for (const auto& partition : projection.partitions()) {
        behind |= partition.lag() > 0;
        if (projection.name() == "engagement" && partition.stream() == "engagement") {
          tail.log_records += partition.next_offset();
        }
      }
    }
  }
  tail.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  return tail;
}

void Import(benchmark::State& state) {
  testing::ServedSystem served;
  testing::EngagementCallers callers(served);
  int number = 0;
  Way one_by_one{[&] {
                   for (int i = 0; i < kOneByOne; ++i) callers.SubmitAndWait(number++);
                 },
                 kOneByOne};
  Way sixty_four{[&] {
                   testing::ClosedLoop(kSixtyFour, [&](int i, std::function<void()> done) {
                     callers.Submit(i, done);
                   }).Run();
                 },
                 kSixtyFour};
  double rows_a_record = 0;
  Way stream{[&] { callers.Import(number++, kRows); }, kRows};
  Way streams{[&] {
                std::vector<std::jthread> threads;
                for (int i = 0; i < kStreams; ++i) {
                  threads.emplace_back([&callers, council = number++] {
                    callers.Import(council, kRows / kStreams);
                  });
                }
              },
              kRows / kStreams * kStreams};
  const pid_t server = served.pid();
  for (Way* way : {&one_by_one, &sixty_four, &stream, &streams}) {  // To warm up.
    way->Run(server);
    *way = {way->slice, way->records};
  }
  Tail behind_stream;
  for (auto _ : state) {
    for (int i = 0; i < kSlices; ++i) {
      one_by_one.Run(server);
      sixty_four.Run(server);
      const std::uint64_t before = WaitForProjections(served).log_records;
      stream.Run(server);
      behind_stream = WaitForProjections(served);
      rows_a_record = kRows / static_cast<double>(behind_stream.log_records - before);
      streams.Run(server);
    }
  }
  state.counters["one_by_one"] = Median(one_by_one.a_second);
  state.counters["sixty_four"] = Median(sixty_four.a_second);
  state.counters["stream"] = Median(stream.a_second);
  state.counters["streams_4"] = Median(streams.a_second);
  state.counters["of_one_by_one"] = Median(stream.a_second) / Median(one_by_one.a_second);
  state.counters["of_sixty_four"] = Median(stream.a_second) / Median(sixty_four.a_second);
  state.counters["server_us_one_by_one"] = Median(one_by_one.server_micros);
  state.counters["server_us_sixty_four"] = Median(sixty_four.server_micros);
  state.counters["server_us_stream"] = Median(stream.server_micros);
  state.counters["server_us_streams_4"] = Median(streams.server_micros);
  state.counters["rows_a_record"] = rows_a_record;
  state.counters["behind_s"] = behind_stream.seconds;
}
BENCHMARK(Import)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

// One long stream alone: to see where its time goes.
void LongImport(benchmark::State& state) {
  constexpr int kLong = 20'000;
  testing::ServedSystem served;
  testing::EngagementCallers callers(served);
  Way stream{[&] { callers.Import(0, kLong); }, kLong};
  Tail tail;
  for (auto _ : state) {
    stream.Run(served.pid());
    tail = WaitForProjections(served);
  }
  state.counters["rows_a_second"] = stream.a_second.back();
  state.counters["server_us"] = stream.server_micros.back();
  state.counters["rows_a_record"] = kLong / static_cast<double>(tail.log_records);
  state.counters["behind_s"] = tail.seconds;
}
BENCHMARK(LongImport)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
