#include "tests/simulation/run.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "platform/log/founding.h"
#include "tests/simulation/client.h"
#include "tests/simulation/draws.h"
#include "tests/simulation/replica.h"
#include "tests/support/test_chain.h"

namespace twinledger::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ChainWriter;
using testing::TestFounding;

constexpr std::uint32_t kPartitions = 2;
constexpr std::size_t kAccountsEach = 3;
constexpr std::size_t kEventsMax = 6000;  // A run that faults keep from ending is healed then.
constexpr std::size_t kHealingRoundsMax = 300;
constexpr std::size_t kDamagedRounds = 40;

// The same for every run: only what happens differs.
struct Beginning {
  testing::AccountProjection projection;
  TestFounding founder{"simulation", kPartitions};
  log::Founding founding = founder.founding();
  crypto::SigningKey stranger = testing::KeyNamed("stranger");
  std::map<log::PartitionId, std::string> records;
  std::map<log::PartitionId, std::vector<std::string>> accounts;

  Beginning() {
    testing::SeededRandom random("simulation");
    for (const log::PartitionId& partition : log::PartitionsOf(founding.root)) {
      log::v1::Founding content = founding.root;
      content.set_root_hash(std::string(crypto::Bytes(founding.root_hash)));
      records[partition] =
          partition == log::RootPartition(founding.root)
              ? founder.RootRecord()
              : log::MakeFoundingRecord(content, partition, Key(), WallTime{}, random);
      auto& its = accounts[partition];
      for (int i = 0; its.size() < kAccountsEach; ++i) {
        std::string name = "account-" + std::to_string(i);
        if (log::PartitionOf(testing::AccountKey(name), kPartitions) == partition.partition) {
          its.push_back(std::move(name));
        }
      }
    }
  }
  const crypto::SigningKey& Key() const { return founder.writer_keys.at("registry"); }
};

const Beginning& TheBeginning() {
  static const Beginning beginning;
  return beginning;
}

class Simulation {
 public:
  Simulation(std::uint64_t seed, Tear tear);
  RunResult Run();

 private:
  enum class Event {
    kLog,
    kReport,
    kRecord,
    kTail,
    kClient,
    kDelayed,
    kRead,
    kTick,
    kEnd,
    kStart,
    kClock,
    kStranger,
    kDamage,
  };

  Event Pick();
  void Happen(Event event);
  void End(Replica& replica);
  void JumpClock(Replica& replica);
  void AppendAsStranger();
  void Damage();
  void Heal();
  void Round();
  bool AtRest() const;
  Evidence Collect();

  Replica& SomeReplica() { return *replicas_[dice_.Below(replicas_.size())]; }
  Client& SomeClient() { return clients_[dice_.Below(clients_.size())]; }
  const log::PartitionId& SomePartition() { return partitions_[dice_.Below(partitions_.size())]; }

  Shared shared_;
  Dice& dice_;
  Coverage coverage_;
  std::vector<log::PartitionId> partitions_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::deque<Request> requests_;
  std::vector<Reading> readings_;
  Client::World world_;
  std::deque<Client> clients_;
  std::vector<std::pair<Event, std::size_t>> weights_;
  std::set<std::string> strangers_;
  bool damaged_ = false;
  bool stuck_ = false;
};

Simulation::Simulation(std::uint64_t seed, Tear tear)
    : shared_(seed),
      dice_(shared_.dice),
      partitions_(log::PartitionsOf(TheBeginning().founding.root)),
      world_{shared_, coverage_, requests_, readings_, TheBeginning().accounts, replicas_} {
  shared_.founding = TheBeginning().founding;
  for (const auto& [partition, record] : TheBeginning().records) {
    shared_.log.Land(partition, record);
  }
  shared_.log.SetPlan(SomePlan(dice_));
  const writer::WriterLimits limits = SomeLimits(dice_);
  for (std::size_t i = 0, count = 2 + dice_.Below(2); i < count; ++i) {
    replicas_.push_back(std::make_unique<Replica>(
        shared_, Service{TheBeginning().projection, "registry", TheBeginning().Key()}, limits,
        tear));
    if (dice_.OneIn(2)) replicas_.back()->Gather();
    replicas_.back()->Start();
  }
  for (std::size_t i = 0, count = 2 + dice_.Below(3); i < count; ++i) {
    clients_.emplace_back(
        world_, i, Client::Habits{.sends_ahead = dice_.OneIn(2), .requests = 3 + dice_.Below(6)});
  }
  weights_ = {{Event::kLog, 300},  {Event::kReport, 300}, {Event::kRecord, 300},
              {Event::kTail, 200}, {Event::kClient, 250}, {Event::kDelayed, 40},
              {Event::kRead, 60},  {Event::kTick, 100},   {Event::kStart, 40}};
  // Most runs have some of the rarer events; each is left out of some, to let others show.
  if (!dice_.OneIn(3)) weights_.emplace_back(Event::kEnd, 1 + dice_.Below(15));
  if (dice_.OneIn(3)) weights_.emplace_back(Event::kClock, 4);
  if (dice_.OneIn(3)) weights_.emplace_back(Event::kStranger, 10);
  if (dice_.OneIn(16)) weights_.emplace_back(Event::kDamage, 10);
}

Simulation::Event Simulation::Pick() {
  std::size_t all = 0;
  for (const auto& [event, weight] : weights_) all += weight;
  std::size_t drawn = dice_.Below(all);
  for (const auto& [event, weight] : weights_) {
    if (drawn < weight) return event;
    drawn -= weight;
  }
  return Event::kTick;
}

void Simulation::Happen(Event event) {
  Replica& replica = SomeReplica();
  switch (event) {
    case Event::kLog:
      shared_.log.Step();
      shared_.now = std::max(shared_.now, shared_.log.Now());
      return;
    case Event::kReport:
      if (replica.up()) replica.DeliverReport(SomePartition());
      return;
    case Event::kRecord:
      if (replica.up()) replica.DeliverRecord(SomePartition());
      return;
    case Event::kTail: {
      const bool fails = dice_.OneIn(10);
      if (!replica.up() || !replica.DeliverTail(SomePartition(), fails)) return;
      if (fails) coverage_.Saw("tail could not be told");
      return;
    }
    case Event::kClient:
      return SomeClient().Act();
    case Event::kDelayed:
      return SomeClient().DeliverDelayed();
    case Event::kRead:
      return SomeClient().Read();
    case Event::kTick:
      shared_.now += milliseconds(dice_.Below(60));
      if (replica.up()) replica.Tick();
      return;
    case Event::kEnd:
      if (replica.up()) End(replica);
      return;
    case Event::kStart:
      if (!replica.up()) replica.Start();
      return;
    case Event::kClock:
      return JumpClock(replica);
    case Event::kStranger:
      return AppendAsStranger();
    case Event::kDamage:
      if (!damaged_) Damage();
      return;
  }
}

void Simulation::End(Replica& replica) {
  if (dice_.OneIn(4)) {
    coverage_.Saw("writer stopped and started");
    return replica.Stop();
  }
  coverage_.Saw("writer killed");
  coverage_.Saw("batches lost by a kill", replica.Kill());
}

void Simulation::JumpClock(Replica& replica) {
  static constexpr std::chrono::seconds kJumps[] = {seconds(20), seconds(-20), seconds(0),
                                                    hours(1),    hours(-1),    hours(24 * 3650)};
  coverage_.Saw("clock jumped");
  replica.SetWallAhead(kJumps[dice_.Below(std::size(kJumps))]);
}

// Whoever may append to the log, and has no key, knows all the rest: the tip, the rules, key ids.
void Simulation::AppendAsStranger() {
  const log::PartitionId& partition = SomePartition();
  const Beginning& beginning = TheBeginning();
  ChainWriter forger(partition, beginning.stranger, kPartitions);
  for (log::Offset offset = 0; const log::ReadRecord* record = shared_.Read(partition, offset);
       ++offset) {
    const bool follows = record->body().first_sequence() == forger.sequence() + 1 &&
                         record->body().previous_hash() == crypto::Bytes(forger.hash());
    if (follows && !strangers_.contains(record->bytes())) forger.Follow(record->bytes());
  }
  forger.set_payload("1000");
  log::v1::Commit commit = forger.NextCommit();
  commit.set_salt(dice_.Bytes(16));
  // After whatever a jumped clock has recorded.
  commit.set_record_time_us(std::numeric_limits<std::int64_t>::max() / 2);
  log::v1::Record record;
  record.ParseFromString(forger.Make({commit}));
  if (dice_.OneIn(2)) record.set_key_id(beginning.Key().key_id());
  std::string bytes = dice_.OneIn(5) ? dice_.Bytes(50) : record.SerializeAsString();
  coverage_.Saw("stranger's record");
  strangers_.insert(bytes);
  shared_.log.Land(partition, std::move(bytes));
}

void Simulation::Damage() {
  const log::PartitionId& partition = SomePartition();
  const log::Offset end = shared_.log.Stored(partition).size();
  const log::Offset cut = 1 + dice_.Below(2);
  if (end < 3 + cut) return;
  damaged_ = true;
  shared_.log.Truncate(partition, end - cut);
  auto& read = shared_.read[partition];
  if (read.size() > end - cut) read.resize(end - cut);
}

RunResult Simulation::Run() {
  const auto all_done = [this] {
    return std::all_of(clients_.begin(), clients_.end(),
                       [](const Client& client) { return client.done(); });
  };
  for (std::size_t events = 0; events < kEventsMax && !all_done(); ++events) Happen(Pick());
  Heal();
  return {Collect(), coverage_};
}

// The faults end: clocks agree and are not behind what was recorded, every program is started anew.
void Simulation::Heal() {
  world_.faults = false;
  shared_.log.SetPlan({});
  std::chrono::microseconds ahead{0};
  for (const auto& replica : replicas_) ahead = std::max(ahead, replica->wall_ahead());
  ahead = std::max<std::chrono::microseconds>(ahead, hours(24 * 3651));
  for (const auto& replica : replicas_) {
    if (replica->up()) replica->Stop();
    replica->SetWallAhead(ahead);
    replica->Start();
  }
  std::size_t rounds = 0;
  const std::size_t rounds_max = damaged_ ? kDamagedRounds : kHealingRoundsMax;
  while (rounds < rounds_max && !AtRest()) {
    Round();
    ++rounds;
  }
  stuck_ = !damaged_ && !AtRest();
}

void Simulation::Round() {
  while (shared_.log.Step()) {
  }
  shared_.now = std::max(shared_.now, shared_.log.Now()) + milliseconds(500);
  for (const auto& replica : replicas_) {
    for (const log::PartitionId& partition : partitions_) {
      while (replica->DeliverRecord(partition)) {
      }
      while (replica->DeliverTail(partition, false)) {
      }
      while (replica->DeliverReport(partition)) {
      }
    }
    replica->Tick();
  }
  for (Client& client : clients_) {
    client.DeliverDelayed();
    client.Act();
    client.Read();
  }
}

bool Simulation::AtRest() const {
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const Client& client) { return client.done(); }) &&
         std::all_of(replicas_.begin(), replicas_.end(),
                     [](const auto& replica) { return replica->AtRest(); });
}

Evidence Simulation::Collect() {
  Evidence evidence;
  evidence.founding = shared_.founding;
  for (const log::PartitionId& partition : partitions_) {
    for (log::Offset offset = 0; shared_.Read(partition, offset) != nullptr; ++offset) {
    }
    evidence.log[partition] = shared_.read[partition];
  }
  evidence.appended = shared_.appended;
  evidence.strangers = strangers_;
  evidence.faults = shared_.log.faults();
  evidence.damaged = damaged_;
  evidence.stuck = stuck_;
  evidence.requests.assign(requests_.begin(), requests_.end());
  evidence.readings = readings_;
  for (const auto& replica : replicas_) {
    evidence.replicas.push_back(replica->State());
    for (const log::PartitionId& partition : partitions_) {
      coverage_.Saw("void record", replica->view(partition).voids());
    }
  }
  if (damaged_ && shared_.alarms > 0) coverage_.Saw("damage noticed");
  for (const auto& [partition, records] : evidence.log) {
    for (const auto& record : records) {
      if (record->body().commits_size() > 1) coverage_.Saw("record of several commits");
    }
  }
  coverage_.SawFaults(evidence.faults);
  return evidence;
}

}  // namespace

RunResult Simulate(std::uint64_t seed, Tear tear) { return Simulation(seed, tear).Run(); }

}  // namespace twinledger::simulation
