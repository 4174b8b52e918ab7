// What it costs to read a log on Kafka from its first record: a rebuild beside a bare loop that
// does no more than a reader must, and void records.
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/notification.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform/base/clock.h"
#include "platform/log/sign_record.h"
#include "platform/projection/runner.h"
#include "platform/store/memory_store.h"
#include "tests/benchmarks/plain_kafka.h"
#include "tests/kafka/broker.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger {
namespace {

using namespace std::chrono_literals;
using testing::TallyHistory;

// Signatures bound the one, commits the others.
constexpr int CommitsIn(int commits_a_record) { return commits_a_record == 1 ? 24'000 : 96'000; }

constexpr int kVoids = 100'000;
constexpr int kVoidsBetween = 1'000;  // Two accepted records.

constexpr std::size_t kAppendedAtOnce = 20'000;  // The library holds no more than 100,000.

// A history, and the log on Kafka that holds it.
struct Stored {
  explicit Stored(std::uint32_t partitions) : history(partitions) {}

  log::KafkaTopics topics() const { return {{"registry"}, history.partitions()}; }
  std::size_t records() const {
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < history.partitions(); ++i) count += history.records(i).size();
    return count;
  }
  std::unique_ptr<log::KafkaLog> Open() const {
    log::KafkaOptions options;
    options.append_timeout = 120s;
    return testing::OpenKafkaLog(address, topics(), options);
  }
  void Store() const {
    testing::CreateKafkaLog(address, topics());
    const auto log = Open();
    const auto session = *log->OpenSession();
    for (std::uint32_t i = 0; i < history.partitions(); ++i) {
      const std::vector<std::string>& all = history.records(i);
      for (std::size_t first = 0; first < all.size(); first += kAppendedAtOnce) {
        const std::size_t end = std::min(first + kAppendedAtOnce, all.size());
        absl::BlockingCounter left(static_cast<int>(end - first));
        for (std::size_t j = first; j < end; ++j) {
          session->Append(TallyHistory::Id(i), all[j], [&](const log::AppendOutcome& outcome) {
            TL_CHECK(outcome.kind == log::AppendOutcome::Kind::kAppended);
            left.DecrementCount();
          });
        }
        left.Wait();
      }
    }
  }

  TallyHistory history;
  const log::KafkaAddress address = testing::FreshKafkaAddress();
};

const Stored& Commits(int commits_a_record) {
  static std::map<int, std::unique_ptr<Stored>> all;
  std::unique_ptr<Stored>& stored = all[commits_a_record];
  if (stored) return *stored;
  stored = std::make_unique<Stored>(8);
  for (int made = 0; made < CommitsIn(commits_a_record); made += commits_a_record) {
    std::vector<testing::TallyCommit> commits;
    for (int j = made; j < made + commits_a_record; ++j) {
      // Now and then a new beginning, so that rows stay short.
      const int turn = j / 8 % 50;
      commits.push_back({turn % 3, {turn < 3 ? "forget" : "word-" + std::to_string(turn)}});
    }
    stored->history.Add(static_cast<std::uint32_t>(made / commits_a_record % 8), commits);
  }
  stored->Store();
  return *stored;
}

// Reads all of it into a projection in memory, as a server does that starts from nothing.
std::uint64_t Rebuild(log::EventLog& log, const Stored& stored) {
  const SystemClock clock;
  const testing::TallyProjection projection;
  const auto runner = *projection::Runner::Open(log, stored.history.founding(), projection,
                                                std::make_unique<store::MemoryStore>(), clock);
  runner->Start();
  absl::Notification done;
  runner->WaitForTail(clock.Monotonic() + 300s, [&](const Result<void>& reached) {
    if (!reached.ok()) std::fprintf(stderr, "%s\n", reached.error().message.c_str());
    TL_CHECK(reached.ok());
    done.Notify();
  });
  done.WaitForNotification();
  runner->Stop();
  std::uint64_t commits = 0;
  for (const projection::PartitionStatus& status : runner->Status()) commits += status.sequence;
  return commits;
}

void Rebuild_Kafka(benchmark::State& state) {
  const Stored& stored = Commits(static_cast<int>(state.range(0)));
  const auto log = stored.Open();
  const int commits = CommitsIn(static_cast<int>(state.range(0)));
  for (auto _ : state) TL_CHECK(Rebuild(*log, stored) == static_cast<std::uint64_t>(commits) + 8);
  state.SetItemsProcessed(commits);
  state.counters["records"] = static_cast<double>(stored.records());
}

// Sequence, previous hash, signature; and every commit parsed.
void Rebuild_BareLoop(benchmark::State& state) {
  const Stored& stored = Commits(static_cast<int>(state.range(0)));
  const log::v1::PublicKey& key = stored.history.key().public_key();
  for (auto _ : state) {
    struct Tip {
      std::uint64_t sequence = 0;
      crypto::Hash hash{};
    };
    std::vector<Tip> tips(8);
    int commits = 0;
    testing::ConsumePlainly(
        stored.address, stored.address.TopicOf("registry"), 8, stored.records(),
        [&](std::uint32_t partition, std::string_view bytes) {
          Tip& tip = tips[partition];
          log::v1::Record record;
          log::v1::RecordBody body;
          TL_CHECK(record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
          TL_CHECK(body.ParseFromString(record.body()));
          TL_CHECK(body.first_sequence() == tip.sequence + 1);
          TL_CHECK(body.previous_hash() == crypto::Bytes(tip.hash));
          TL_CHECK(crypto::Verify(key, log::kRecordTag, record.body(), record.signature()));
          for (const std::string& commit_bytes : body.commits()) {
            log::v1::Commit commit;
            TL_CHECK(commit.ParseFromString(commit_bytes) && commit.sequence() > tip.sequence);
            tip.sequence = commit.sequence();
            ++commits;
          }
          tip.hash = crypto::Sha256(record.body());
        });
    TL_CHECK(commits == CommitsIn(static_cast<int>(state.range(0))) + 8);
  }
  state.SetItemsProcessed(CommitsIn(static_cast<int>(state.range(0))));
}

// The same by the log's reader and the chain rule, without a projection.
template <class OnVoid>
void ReadAndAccept(log::EventLog& log, const Stored& stored, const OnVoid& on_void) {
  std::vector<log::ReadFrom> from;
  std::vector<log::ChainView> views;
  for (std::uint32_t i = 0; i < stored.history.partitions(); ++i) {
    from.push_back({TallyHistory::Id(i), 0});
    views.push_back(log::EmptyView(TallyHistory::Id(i)));
  }
  const auto reader = log.OpenReader(from);
  TL_CHECK(reader.ok());
  for (std::size_t left = stored.records(); left > 0;) {
    auto records = (*reader)->Next(30s);
    TL_CHECK(records.ok() && !records->empty());
    left -= records->size();
    for (log::StoredRecord& record : *records) {
      log::ChainView& view = views[record.partition.partition];
      log::Verdict verdict = log::Accept(view, stored.history.founding(),
                                         log::ReadRecord(record.offset, std::move(record.bytes)));
      if (auto* accepted = std::get_if<log::AcceptedRecord>(&verdict)) {
        view = std::move(accepted->next);
      } else {
        on_void(verdict);
      }
    }
  }
}

void Rebuild_ReadAndAcceptOnly(benchmark::State& state) {
  const Stored& stored = Commits(static_cast<int>(state.range(0)));
  const auto log = stored.Open();
  for (auto _ : state) {
    ReadAndAccept(*log, stored, [](const log::Verdict&) { TL_CHECK(false); });
  }
  state.SetItemsProcessed(CommitsIn(static_cast<int>(state.range(0))));
}

// Commits a record: one command alone, what 64 clients give 8 partitions, a busy writer's group.
#define TWINLEDGER_REBUILD(name) \
  BENCHMARK(name)                \
      ->Arg(1)                   \
      ->Arg(5)                   \
      ->Arg(48)                  \
      ->UseRealTime()            \
      ->Iterations(1)            \
      ->Repetitions(3)           \
      ->MeasureProcessCPUTime()  \
      ->Unit(benchmark::kMillisecond)
TWINLEDGER_REBUILD(Rebuild_BareLoop);
TWINLEDGER_REBUILD(Rebuild_ReadAndAcceptOnly);
TWINLEDGER_REBUILD(Rebuild_Kafka);

// Void records, many between two that are accepted.
//   stale    what a writer appends a second time, or behind another: authentic, of a past sequence
//   claimed  of the right sequence and another previous hash, by a hand that only names the key
//   strange  the same, by a key that is not enrolled
enum class Kind { kStale, kClaimed, kStrange };

std::string OfAnotherHistory(TallyHistory& history, Kind kind) {
  log::v1::RecordBody body = history.writer(0).Body({history.Commit(0, {0, {"word"}}, 0)});
  body.set_previous_hash(std::string(crypto::Bytes(crypto::Sha256("another history"))));
  log::v1::Record record;
  TL_CHECK(record.ParseFromString(
      log::SignRecord(body.SerializeAsString(), testing::KeyNamed("a stranger"))));
  if (kind == Kind::kClaimed) record.set_key_id(history.key().key_id());
  return record.SerializeAsString();
}

const Stored& Voids(Kind kind) {
  static std::map<Kind, std::unique_ptr<Stored>> all;
  std::unique_ptr<Stored>& stored = all[kind];
  if (stored) return *stored;
  stored = std::make_unique<Stored>(1);
  for (int made = 0; made < kVoids; made += kVoidsBetween) {
    const std::string accepted = stored->history.Add(0, {{0, {"forget"}}});
    const std::string refused =
        kind == Kind::kStale ? accepted : OfAnotherHistory(stored->history, kind);
    for (int i = 0; i < kVoidsBetween; ++i) stored->history.AddBytes(0, refused);
  }
  stored->Store();
  return *stored;
}

void Voids_ReadAndAccept(benchmark::State& state, Kind kind) {
  const Stored& stored = Voids(kind);
  const auto log = stored.Open();
  for (auto _ : state) {
    int voids = 0;
    ReadAndAccept(*log, stored, [&](const log::Verdict& verdict) {
      voids += std::holds_alternative<log::VoidRecord>(verdict) ? 1 : 0;
    });
    TL_CHECK(voids == kVoids);
  }
  state.SetItemsProcessed(kVoids);
}

void Voids_Rebuild(benchmark::State& state, Kind kind) {
  const Stored& stored = Voids(kind);
  const auto log = stored.Open();
  for (auto _ : state) TL_CHECK(Rebuild(*log, stored) == kVoids / kVoidsBetween + 1);
  state.SetItemsProcessed(kVoids);
}

#define TWINLEDGER_VOIDS(function, name, kind) \
  BENCHMARK_CAPTURE(function, name, kind)      \
      ->UseRealTime()                          \
      ->Iterations(1)                          \
      ->Repetitions(3)                         \
      ->MeasureProcessCPUTime()                \
      ->Unit(benchmark::kMillisecond)
TWINLEDGER_VOIDS(Voids_ReadAndAccept, stale, Kind::kStale);
TWINLEDGER_VOIDS(Voids_ReadAndAccept, claimed, Kind::kClaimed);
TWINLEDGER_VOIDS(Voids_ReadAndAccept, strange, Kind::kStrange);
TWINLEDGER_VOIDS(Voids_Rebuild, strange, Kind::kStrange);
TWINLEDGER_VOIDS(Voids_Rebuild, stale, Kind::kStale);
TWINLEDGER_VOIDS(Voids_Rebuild, claimed, Kind::kClaimed);

}  // namespace
}  // namespace twinledger
