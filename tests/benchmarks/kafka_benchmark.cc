// What commands cost on a log on Kafka, beside the embedded log and beside what else could be done
// with the same broker. Run it by tests/kafka/with_broker.sh, of one broker.
//
// The clock is the measure: a sync and a process of its own are behind each append, so the ratios
// within one run are what to read. Each benchmark has topics of its own.
#include <absl/synchronization/notification.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/benchmarks/closed_loop.h"
#include "tests/benchmarks/plain_kafka.h"
#include "tests/kafka/broker.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/support/note_system.h"
#include "tests/support/temp_directory.h"

namespace twinledger {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::NoteSystem;

constexpr std::uint32_t kPartitions = 8;
constexpr int kCommands = 12'000;
constexpr int kWarmUp = 2'000;
constexpr int kTransactions = 200;
constexpr int kSingles = 300;
constexpr int kSlices = 25;
constexpr int kCommandsASlice = 400;
constexpr std::size_t kEventBytes = 276;

// An error is of the attempt, and the same request again tells what became of it. More of them are
// no benchmark any more.
constexpr int kRepeatsMax = 100'000;

const log::KafkaTopics kTopics{{"registry"}, kPartitions};

writer::Command CommandOf(const std::string& run, int number) {
  const std::string id = run + "/" + std::to_string(number);
  std::string text = id + "/";
  text.resize(kEventBytes, 'x');
  return testing::NoteCommand(id, "entity " + std::to_string(number % 500), text);
}

std::uint64_t RecordsIn(log::EventLog& log) {
  std::uint64_t records = 0;
  for (std::uint32_t i = 0; i < kPartitions; ++i) records += *log.Tail({"registry", i});
  return records;
}

// A replica: its own connections, projection and writers.
struct Replica {
  explicit Replica(const log::KafkaAddress& address)
      : system(testing::OpenKafkaLog(address, kTopics), directory.path(), kPartitions) {}

  const testing::TempDirectory directory;
  NoteSystem system;
};

class Load {
 public:
  explicit Load(std::string run) : run_(std::move(run)) {}

  // Commands to whichever `choose` names, or to both and answered when both did.
  using Choose = std::function<std::vector<NoteSystem*>(const writer::Command&, int number)>;
  void Run(int commands, const Choose& choose) {
    testing::ClosedLoop(commands, [&](int number, const std::function<void()>& done) {
      const writer::Command command = CommandOf(run_, number);
      const std::vector<NoteSystem*> systems = choose(command, number);
      const auto left = std::make_shared<std::atomic<std::size_t>>(systems.size());
      for (NoteSystem* system : systems) {
        SubmitUntilAnswered(*system, command, [left, done] {
          if (--*left == 0) done();
        });
      }
    }).Run();
  }

  int repeats() const { return repeats_; }

 private:
  void SubmitUntilAnswered(NoteSystem& system, const writer::Command& command,
                           const std::function<void()>& done) {
    system.Submit(command, [this, &system, command, done](const Result<writer::Outcome>& result) {
      if (result) return done();
      if (++repeats_ > kRepeatsMax) std::fprintf(stderr, "%s\n", result.error().message.c_str());
      TL_CHECK(repeats_ <= kRepeatsMax);
      SubmitUntilAnswered(system, command, done);
    });
  }

  const std::string run_;
  std::atomic<int> repeats_ = 0;
};

// `all` run what `choose` lets them; the first one's log is counted.
void RunLoad(benchmark::State& state, const std::vector<NoteSystem*>& all,
             const Load::Choose& choose) {
  Load("warm up").Run(kWarmUp, choose);
  Load load("measured");
  const std::uint64_t before = RecordsIn(all[0]->log());
  for (auto _ : state) load.Run(kCommands, choose);
  const std::uint64_t records = RecordsIn(all[0]->log()) - before;
  std::this_thread::sleep_for(200ms);  // Until what is counted is published.
  std::uint64_t voids = 0;
  for (NoteSystem* system : all) {
    for (const writer::WriterStatus& status : system->writer().Status()) {
      voids += status.counts.voids;
    }
  }
  state.SetItemsProcessed(kCommands);
  state.counters["records"] = static_cast<double>(records);
  state.counters["voids_in_all"] = static_cast<double>(voids);
  state.counters["repeats"] = load.repeats();
}

#define TWINLEDGER_BENCHMARK(...) \
  BENCHMARK(__VA_ARGS__)          \
      ->UseRealTime()             \
      ->Iterations(1)             \
      ->Repetitions(3)            \
      ->MeasureProcessCPUTime()   \
      ->Unit(benchmark::kMillisecond)

void Commands_EmbeddedLog(benchmark::State& state) {
  const testing::TempDirectory directory;
  NoteSystem system(directory.path(), kPartitions);
  RunLoad(state, {&system}, [&](const auto&, int) { return std::vector<NoteSystem*>{&system}; });
}
TWINLEDGER_BENCHMARK(Commands_EmbeddedLog);

void RunOnKafka(benchmark::State& state, const log::KafkaAddress& address) {
  testing::CreateKafkaLog(address, kTopics);
  Replica replica(address);
  RunLoad(state, {&replica.system},
          [&](const auto&, int) { return std::vector<NoteSystem*>{&replica.system}; });
}

void Commands_Kafka(benchmark::State& state) { RunOnKafka(state, testing::FreshKafkaAddress()); }
TWINLEDGER_BENCHMARK(Commands_Kafka);

void Commands_KafkaOverTls(benchmark::State& state) {
  RunOnKafka(state, testing::OverTls(testing::FreshKafkaAddress()));
}
TWINLEDGER_BENCHMARK(Commands_KafkaOverTls);

// A record as the log has it for one command.
std::string RecordOfOne(NoteSystem& system) {
  absl::Notification done;
  std::optional<Result<writer::Outcome>> answer;
  system.Submit(CommandOf("one", 0), [&](const Result<writer::Outcome>& result) {
    answer.emplace(result);
    done.Notify();
  });
  done.WaitForNotification();
  TL_CHECK(answer->ok());
  const log::PartitionId partition = (*answer)->partition;
  const auto reader = system.log().OpenReader({{partition, *system.log().Tail(partition) - 1}});
  TL_CHECK(reader.ok());
  const auto records = (*reader)->Next(10s);
  TL_CHECK(records.ok() && records->size() == 1);
  return records->front().bytes;
}

std::string MakePlainTopic(const log::KafkaAddress& address) {
  const std::string topic = address.TopicOf("plain");
  testing::ForeignHand(address).MakeTopic(topic, kPartitions, testing::RightSettings(address));
  return topic;
}

// One after another: a producer has one transaction at a time.
void Commands_TransactionEach(benchmark::State& state) {
  const log::KafkaAddress address = testing::FreshKafkaAddress();
  const std::string topic = MakePlainTopic(address);
  const testing::TempDirectory directory;
  NoteSystem embedded(directory.path(), kPartitions);
  const std::string record = RecordOfOne(embedded);
  testing::PlainProducer producer(address, topic, topic);
  const auto produce = [&](int count) {
    for (int i = 0; i < count; ++i) {
      producer.ProduceInTransaction(static_cast<std::uint32_t>(i) % kPartitions, record);
    }
  };
  produce(kTransactions / 4);
  for (auto _ : state) produce(kTransactions);
  state.SetItemsProcessed(kTransactions);
}
TWINLEDGER_BENCHMARK(Commands_TransactionEach);

class Latencies {
 public:
  void Measure(const std::function<void()>& call) {
    const auto start = steady_clock::now();
    call();
    all_.push_back(std::chrono::duration<double, std::micro>(steady_clock::now() - start).count());
  }
  double Median() {
    std::sort(all_.begin(), all_.end());
    return all_[all_.size() / 2];
  }

 private:
  std::vector<double> all_;
};

void CallOne(NoteSystem& system, const writer::Command& command) {
  absl::Notification done;
  system.Submit(command, [&](const Result<writer::Outcome>& result) {
    TL_CHECK(result.ok());
    done.Notify();
  });
  done.WaitForNotification();
}

// A command and a plain record of the same size, in turn, so that both meet the same machine.
void OneInFlight_Kafka(benchmark::State& state) {
  const log::KafkaAddress address = testing::FreshKafkaAddress();
  testing::CreateKafkaLog(address, kTopics);
  Replica replica(address);
  testing::PlainProducer producer(address, MakePlainTopic(address));
  const std::string record = RecordOfOne(replica.system);
  const auto run = [&](const std::string& name, Latencies& commands, Latencies& produced) {
    for (int i = 0; i < kSingles; ++i) {
      const writer::Command command = CommandOf(name, i);
      commands.Measure([&] { CallOne(replica.system, command); });
      const auto partition = static_cast<std::uint32_t>(i) % kPartitions;
      produced.Measure([&] { producer.Produce(partition, record); });
    }
  };
  Latencies commands;
  Latencies produced;
  {
    Latencies ignored;
    run("warm up", ignored, ignored);
  }
  for (auto _ : state) run("measured", commands, produced);
  state.counters["command_p50_us"] = commands.Median();
  state.counters["produce_p50_us"] = produced.Median();
  state.counters["ratio"] = commands.Median() / produced.Median();
  state.counters["record_bytes"] = static_cast<double>(record.size());
}
TWINLEDGER_BENCHMARK(OneInFlight_Kafka);

void OneInFlight_EmbeddedLog(benchmark::State& state) {
  const testing::TempDirectory directory;
  NoteSystem system(directory.path(), kPartitions);
  Latencies commands;
  for (auto _ : state) {
    for (int i = 0; i < kSingles; ++i) {
      const writer::Command command = CommandOf("measured", i);
      commands.Measure([&] { CallOne(system, command); });
    }
  }
  state.counters["command_p50_us"] = commands.Median();
}
TWINLEDGER_BENCHMARK(OneInFlight_EmbeddedLog);

// Two replicas on a log of their own; only where commands go differs.
struct Pair {
  using Rule = std::vector<NoteSystem*> (*)(NoteSystem& one, NoteSystem& other,
                                            std::uint32_t partition, int number);

  Pair(std::string_view called, Rule where) : name(called), rule(where) {}

  double Slice(int run) {
    const auto start = steady_clock::now();
    Load(std::to_string(run)).Run(kCommandsASlice, [&](const auto& command, int number) {
      return rule(one.system, other.system, log::PartitionOf(command.key, kPartitions),
                  run * kCommandsASlice + number);
    });
    return kCommandsASlice / std::chrono::duration<double>(steady_clock::now() - start).count();
  }
  std::uint64_t Voids() {
    std::uint64_t voids = 0;
    for (NoteSystem* system : {&one.system, &other.system}) {
      for (const writer::WriterStatus& status : system->writer().Status()) {
        voids += status.counts.voids;
      }
    }
    return voids;
  }

  const std::string name;
  const Rule rule;
  const log::KafkaAddress address = NewLog();
  Replica one{address};
  Replica other{address};
  std::vector<double> a_second;

 private:
  static log::KafkaAddress NewLog() {
    log::KafkaAddress address = testing::FreshKafkaAddress();
    testing::CreateKafkaLog(address, kTopics);
    return address;
  }
};

// A slice of each in turn, so that what else the machine does weighs on all alike.
//   all_to_one   the other only reads
//   routed       as clients do that route by key
//   in_turn      routing off: each command to one of them, and both write to every partition
//   to_both      each command to both, which answer the same: it stands in the log once
void TwoReplicas(benchmark::State& state) {
  std::vector<std::unique_ptr<Pair>> pairs;
  const auto add = [&](std::string_view name, Pair::Rule rule) {
    pairs.push_back(std::make_unique<Pair>(name, rule));
  };
  add("all_to_one", [](NoteSystem& one, NoteSystem&, std::uint32_t, int) {
    return std::vector<NoteSystem*>{&one};
  });
  add("routed", [](NoteSystem& one, NoteSystem& other, std::uint32_t partition, int) {
    return std::vector<NoteSystem*>{partition % 2 == 0 ? &one : &other};
  });
  add("in_turn", [](NoteSystem& one, NoteSystem& other, std::uint32_t, int number) {
    return std::vector<NoteSystem*>{number / 500 % 2 == number % 2 ? &one : &other};
  });
  add("to_both", [](NoteSystem& one, NoteSystem& other, std::uint32_t, int) {
    return std::vector<NoteSystem*>{&one, &other};
  });
  for (const auto& pair : pairs) pair->Slice(0);
  for (auto _ : state) {
    for (int run = 1; run <= kSlices; ++run) {
      for (const auto& pair : pairs) pair->a_second.push_back(pair->Slice(run));
    }
  }
  std::this_thread::sleep_for(200ms);  // Until what is counted is published.
  const auto median = [](std::vector<double>& all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
  };
  const double routed = median(pairs[1]->a_second);
  for (const auto& pair : pairs) {
    const double records = static_cast<double>(RecordsIn(pair->one.system.log()));
    state.counters[pair->name] = median(pair->a_second);
    state.counters[pair->name + "_of_routed"] = median(pair->a_second) / routed;
    state.counters[pair->name + "_commits_a_record"] = (kSlices + 1) * kCommandsASlice / records;
    state.counters[pair->name + "_voids_a_record"] = static_cast<double>(pair->Voids()) / records;
  }
}
BENCHMARK(TwoReplicas)->UseRealTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
