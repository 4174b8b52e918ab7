// Histories that a log could hold, of events by whatever program: each projection applies or parks
// every commit; and rows and digest are the same whether a view stores record by record, in bulk as
// a rebuild does, or goes on behind a crash.
//
// An input is a message of type log.v1.RecordBody: `stream`, `commits`, and how many commits go
// into a record as `partition`. Places, times and signatures are put in.
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engagement/projection/engagement_projection.h"
#include "platform/base/check.h"
#include "platform/projection/partition_view.h"
#include "platform/store/memory_store.h"
#include "registry/projection/registry_projection.h"
#include "reporting/projection/reporting_projection.h"
#include "risk/projection/risk_projection.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/support/test_chain.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger {
namespace {

constexpr int kCommitsMax = 24;
constexpr int kEventsMax = 6;
constexpr std::int64_t kDayUs = 86'400'000'000;

// What events of a history call things by.
const testing::Vocabulary& Words() {
  static const testing::Vocabulary words{
      {"", "hutt-city", "00000000-0000-4000-8000-000000000001",
       "00000000-0000-4000-8000-000000000002", "mayor", "NZD", "display_name", "established",
       "gift", "travel", "council/hutt-city", "engagement/0/1.0", "status", "value", "HIT", "A1"},
      {"", "hash"}};
  return words;
}

const std::vector<std::string> kStreams{"registry", "engagement", "risk"};

const std::vector<std::unique_ptr<projection::Projection>>& Projections() {
  static const auto all = [] {
    std::vector<std::unique_ptr<projection::Projection>> made;
    made.push_back(std::make_unique<registry::RegistryProjection>());
    made.push_back(std::make_unique<engagement::EngagementProjection>());
    made.push_back(std::make_unique<risk::RiskProjection>());
    made.push_back(std::make_unique<reporting::ReportingProjection>());
    return made;
  }();
  return all;
}

// One partition of a stream, as its writer left it.
class History {
 public:
  explicit History(const log::v1::RecordBody& script)
      : partition_{script.stream(), 0}, founder_(FounderOf(script.stream())) {
    const crypto::SigningKey& key = founder_.writer_keys.at(script.stream());
    testing::ChainWriter writer(partition_, key);
    Add(founder_.RootRecord(), writer);
    const std::size_t together = 1 + script.partition() % 4;
    std::vector<log::v1::Commit> commits;
    log::Sequence sequence = 1;
    for (int i = 0; i < std::min(script.commits_size(), kCommitsMax); ++i) {
      log::v1::Commit commit;
      if (!commit.ParseFromString(script.commits(i))) continue;
      commit.clear_control();
      commit.set_sequence(++sequence);
      commit.set_record_time_us(static_cast<std::int64_t>(20'600 + sequence) * kDayUs);
      commits.push_back(std::move(commit));
      if (commits.size() < together) continue;
      Add(writer.Make(std::exchange(commits, {})), writer);
    }
    if (!commits.empty()) Add(writer.Make(commits), writer);
  }

  const log::PartitionId& partition() const { return partition_; }
  const log::Founding& founding() const { return founding_; }
  const std::vector<log::ReadRecord>& records() const { return records_; }

 private:
  static testing::TestFounding FounderOf(const std::string& stream) {
    return testing::TestFounding(stream, 1, {stream});
  }
  void Add(const std::string& record, testing::ChainWriter& writer) {
    records_.emplace_back(records_.size(), record);
    writer.Follow(record);
  }

  const log::PartitionId partition_;
  const testing::TestFounding founder_;
  const log::Founding founding_ = founder_.founding();
  std::vector<log::ReadRecord> records_;
};

using View = std::unique_ptr<projection::PartitionView>;

View Open(store::MemoryStore& rows, const projection::Projection& projection,
          const History& history) {
  auto view =
      projection::PartitionView::Open(rows, projection, history.founding(), history.partition());
  TL_CHECK(view.ok());
  return *std::move(view);
}

// Gives the commits back.
std::vector<log::AcceptedCommit> ReadOn(projection::PartitionView& view, const History& history,
                                        std::size_t until) {
  std::vector<log::AcceptedCommit> commits;
  while (view.next_offset() < until) {
    const auto consumed = view.Consume(history.records()[view.next_offset()]);
    TL_CHECK(consumed.ok());
    TL_CHECK(consumed->kind == projection::PartitionView::Consumed::Kind::kAccepted);
    for (const log::AcceptedCommit& commit : consumed->commits) commits.push_back(commit);
  }
  return commits;
}

// An entity that is parked leaves no row of the projection, nor of half of a commit.
void CheckParked(const projection::Projection& projection, const log::PartitionId& partition,
                 const std::vector<log::AcceptedCommit>& commits) {
  store::MemoryStore rows;
  for (const log::AcceptedCommit& commit : commits) {
    store::Overlay overlay(rows);
    const auto applied = projection::ApplyCommit(projection, partition, commit, overlay);
    TL_CHECK(applied.ok());
    const store::Batch batch = overlay.Take();
    const std::string first_of_module = store::EncodeRowKey(store::kModuleTables, {});
    if (*applied) TL_CHECK(batch.lower_bound(first_of_module) == batch.end());
    TL_CHECK(rows.Write(batch).ok());
  }
}

void CheckViews(const projection::Projection& projection, const History& history) {
  const std::size_t all = history.records().size();
  store::MemoryStore rows;
  const View view = Open(rows, projection, history);
  auto commits = ReadOn(*view, history, all / 2);
  store::MemoryStore left(rows);
  for (auto& commit : ReadOn(*view, history, all)) commits.push_back(std::move(commit));
  const View behind = Open(left, projection, history);
  ReadOn(*behind, history, all);
  store::MemoryStore rebuilt;
  const View bulk = Open(rebuilt, projection, history);
  TL_CHECK(bulk->SetBulk(true).ok());
  ReadOn(*bulk, history, all);
  TL_CHECK(bulk->SetBulk(false).ok());
  TL_CHECK(view->digest() == behind->digest() && view->digest() == bulk->digest());
  TL_CHECK(rows.Rows() == left.Rows() && rows.Rows() == rebuilt.Rows());
  CheckParked(projection, history.partition(), commits);
}

std::unique_ptr<google::protobuf::Message> EventOf(const std::string& stream) {
  if (stream == "engagement") return std::make_unique<engagement::events::v1::EngagementEvent>();
  if (stream == "risk") return std::make_unique<risk::events::v1::RiskEvent>();
  return std::make_unique<registry::events::v1::RegistryEvent>();
}

// One change: of a commit's entity, of one of its events, or another commit or event.
void MutateHistory(log::v1::RecordBody& script, std::minstd_rand& dice) {
  const auto below = [&dice](int bound) {
    return static_cast<int>(dice() % static_cast<unsigned>(bound));
  };
  if (script.stream().empty()) script.set_stream(kStreams[static_cast<std::size_t>(below(3))]);
  if (below(20) == 0) script.set_partition(static_cast<unsigned>(below(4)));
  if (script.commits_size() == 0 || (script.commits_size() < kCommitsMax && below(6) == 0)) {
    log::v1::Commit commit;
    commit.mutable_key()->set_type("council");
    commit.mutable_key()->set_id("hutt-city");
    commit.set_outcome(log::v1::OUTCOME_DONE);
    commit.set_request_id(std::to_string(script.commits_size()));
    script.add_commits(commit.SerializeAsString());
  }
  const int at = below(4) == 0 ? below(script.commits_size()) : script.commits_size() - 1;
  log::v1::Commit commit;
  if (!commit.ParseFromString(script.commits(at))) return;
  if (below(12) == 0) {
    testing::MutateMessage(*commit.mutable_key(), Words(), dice);
  } else {
    if (commit.events_size() == 0 || (commit.events_size() < kEventsMax && below(8) == 0)) {
      commit.add_events();
    }
    std::string& bytes = *commit.mutable_events(below(commit.events_size()));
    const auto event = EventOf(script.stream());
    if (!event->ParseFromString(bytes)) event->Clear();
    for (int i = below(6); i >= 0; --i) testing::MutateMessage(*event, Words(), dice);
    bytes = event->SerializeAsString();
  }
  script.set_commits(at, commit.SerializeAsString());
}

}  // namespace
}  // namespace twinledger

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kHalfAppliedCommit;

void twinledger::testing::FuzzOne(std::string_view input) {
  log::v1::RecordBody script;
  if (!script.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  if (std::find(kStreams.begin(), kStreams.end(), script.stream()) == kStreams.end()) return;
  const History history(script);
  for (const auto& projection : Projections()) {
    const std::vector<std::string> streams = projection->streams();
    if (std::find(streams.begin(), streams.end(), script.stream()) == streams.end()) continue;
    CheckViews(*projection, history);
  }
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::minstd_rand dice(seed);
  twinledger::log::v1::RecordBody script;
  if (!script.ParseFromArray(data, static_cast<int>(size))) script.Clear();
  if (dice() % 50 == 0 && size > 0) return LLVMFuzzerMutate(data, size, max_size);
  twinledger::MutateHistory(script, dice);
  const std::string bytes = script.SerializeAsString();
  if (bytes.size() > max_size) return size;
  bytes.copy(reinterpret_cast<char*>(data), bytes.size());
  return bytes.size();
}
