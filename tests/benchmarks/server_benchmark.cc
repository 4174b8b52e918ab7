// What a command costs a client: twinledgerd with mTLS in front, on the embedded log and on Kafka,
// beside calls that do nothing, plain produces, and a transaction each. Run it by
// tests/kafka/with_broker.sh, of one broker.
//
// Clients, servers and broker share the machine; each is a process of its own, and clients only
// wait. All are there from the beginning and are measured by turns, so that what else the machine
// does weighs on all alike: the ratios of one run are what to read.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "tests/benchmarks/closed_loop.h"
#include "tests/benchmarks/plain_kafka.h"
#include "tests/benchmarks/served_system.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/foreign_hand.h"

namespace twinledger {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::Callers;

constexpr std::uint32_t kPartitions = 8;
constexpr int kWarmUp = 500;
constexpr int kSlices = 25;
constexpr int kCommandsASlice = 300;
constexpr int kTransactionsASlice = 8;
constexpr int kSingles = 500;

std::string TextOf(const log::KafkaAddress& address) {
  std::string text = fmt::format("kafka://{}/{}?replication={}", address.brokers, address.prefix,
                                 address.replication);
  for (const auto& [name, value] : address.properties) text += fmt::format("&{}={}", name, value);
  return text;
}

// All that is compared, made once.
struct Systems {
  Systems() {
    testing::ForeignHand(plain).MakeTopic(topic, kPartitions, testing::RightSettings(plain));
    producer = std::make_unique<testing::PlainProducer>(plain, topic);
    transactions = std::make_unique<testing::PlainProducer>(plain, topic, topic);
  }

  // The record of one command, as the log has it.
  std::string Record() {
    kafka.callers().CreateAndWait("a-record-to-copy", 0);
    const auto log = testing::OpenKafkaLog(address, {{"registry"}, kPartitions});
    for (std::uint32_t i = 0; i < kPartitions; ++i) {
      const log::Offset tail = *log->Tail({"registry", i});
      if (tail < 2) continue;
      const auto reader = *log->OpenReader({{{"registry", i}, tail - 1}});
      return reader->Next(10s)->front().bytes;
    }
    TL_CHECK(false);
  }

  const log::KafkaAddress address = testing::FreshKafkaAddress();
  const log::KafkaAddress plain = testing::FreshKafkaAddress();
  const std::string topic = plain.TopicOf("plain");
  testing::ServedSystem embedded;
  testing::ServedSystem kafka{TextOf(address)};
  testing::ServedSystem kafka_over_tls{TextOf(testing::OverTls(testing::FreshKafkaAddress()))};
  testing::EchoSystem echo{embedded.data()};
  std::unique_ptr<testing::PlainProducer> producer;
  std::unique_ptr<testing::PlainProducer> transactions;
  const std::string record = Record();
  int runs = 0;  // Names are used once.
};

Systems& All() {
  static Systems systems;
  return systems;
}

// What is measured of one system in slices.
class Slices {
 public:
  void Measure(int calls, const std::function<void()>& run) {
    const auto start = steady_clock::now();
    run();
    const std::chrono::duration<double> took = steady_clock::now() - start;
    a_second_.push_back(calls / took.count());
  }
  double Median() {
    std::sort(a_second_.begin(), a_second_.end());
    return a_second_[a_second_.size() / 2];
  }

 private:
  std::vector<double> a_second_;
};

void Run(Callers& callers, int commands) {
  const int run = ++All().runs;
  testing::ClosedLoop(commands, [&](int number, std::function<void()> done) {
    callers.Create(fmt::format("run-{}-{}", run, number), number, done);
  }).Run();
}

// A slice of each in turn, so that all meet the same machine.
void SixtyFourInFlight(benchmark::State& state) {
  Systems& all = All();
  struct Served {
    std::string name;
    Callers& callers;
    const testing::ServedSystem* system;
    Slices slices = {};
    std::uint64_t records_before = 0;
  };
  std::vector<Served> each;
  each.push_back({"echo", all.echo.callers(), nullptr});
  each.push_back({"embedded", all.embedded.callers(), &all.embedded});
  each.push_back({"kafka", all.kafka.callers(), &all.kafka});
  each.push_back({"kafka_over_tls", all.kafka_over_tls.callers(), &all.kafka_over_tls});
  Slices transactions;
  for (Served& served : each) {
    Run(served.callers, kWarmUp);
    if (served.system != nullptr) served.records_before = served.system->RecordsInLog();
  }
  for (auto _ : state) {
    for (int i = 0; i < kSlices; ++i) {
      for (Served& served : each) {
        served.slices.Measure(kCommandsASlice, [&] { Run(served.callers, kCommandsASlice); });
      }
      // One after another: a producer has one transaction at a time.
      transactions.Measure(kTransactionsASlice, [&] {
        for (std::uint32_t j = 0; j < kTransactionsASlice; ++j) {
          all.transactions->ProduceInTransaction(j % kPartitions, all.record);
        }
      });
    }
  }
  const double embedded = each[1].slices.Median();
  for (Served& served : each) {
    const double a_second = served.slices.Median();
    state.counters[served.name] = a_second;
    state.counters[served.name + "_of_embedded"] = a_second / embedded;
    state.counters[served.name + "_repeats"] = served.callers.repeats();
    if (served.system == nullptr) continue;
    state.counters[served.name + "_commits_a_record"] =
        static_cast<double>(kSlices) * kCommandsASlice /
        static_cast<double>(served.system->RecordsInLog() - served.records_before);
  }
  state.counters["transactions"] = transactions.Median();
  state.counters["kafka_of_transactions"] = each[2].slices.Median() / transactions.Median();
}
BENCHMARK(SixtyFourInFlight)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

void OneInFlight(benchmark::State& state) {
  Systems& all = All();
  const int run = ++all.runs;
  std::vector<double> echo, embedded, kafka, over_tls, produce;
  const auto measure = [](std::vector<double>& times, const auto& call) {
    const auto start = steady_clock::now();
    call();
    times.push_back(std::chrono::duration<double, std::micro>(steady_clock::now() - start).count());
  };
  for (auto _ : state) {
    for (int i = 0; i < kSingles; ++i) {
      const std::string name = fmt::format("run-{}-{}", run, i);
      measure(echo, [&] { all.echo.callers().CreateAndWait(name, i); });
      measure(embedded, [&] { all.embedded.callers().CreateAndWait(name, i); });
      measure(kafka, [&] { all.kafka.callers().CreateAndWait(name, i); });
      measure(over_tls, [&] { all.kafka_over_tls.callers().CreateAndWait(name, i); });
      measure(produce, [&] {
        all.producer->Produce(static_cast<std::uint32_t>(i) % kPartitions, all.record);
      });
    }
  }
  const auto median = [](std::vector<double>& times) {
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
  };
  const double allowed = median(echo) + 3 * median(produce);
  state.counters["echo_p50_us"] = median(echo);
  state.counters["produce_p50_us"] = median(produce);
  state.counters["embedded_p50_us"] = median(embedded);
  state.counters["kafka_p50_us"] = median(kafka);
  state.counters["kafka_over_tls_p50_us"] = median(over_tls);
  state.counters["kafka_of_allowed"] = median(kafka) / allowed;
  state.counters["record_bytes"] = static_cast<double>(all.record.size());
}
BENCHMARK(OneInFlight)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
