#include "tests/simulation/services/run.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "tests/simulation/draws.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/services/country.h"
#include "tests/simulation/services/node.h"
#include "tests/simulation/services/officer.h"
#include "tests/simulation/services/projections.h"

namespace twinledger::simulation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kEventsMax = 8000;  // A run that faults keep from ending is healed then.
constexpr std::size_t kHealingRoundsMax = 600;
constexpr hours kAheadMost{72};
constexpr int kDaysMost = 60;  // Of a run: a band falls after 30.

class ServicesSimulation {
 public:
  ServicesSimulation(std::uint64_t seed, bool reads_offered);
  ServicesResult Run();

 private:
  enum class Event {
    kLog,
    kReport,
    kRecord,
    kTail,
    kOfficer,
    kDelayed,
    kTick,
    kTurn,
    kHandOver,
    kAnswer,
    kEnd,
    kStart,
    kClock,
    kDay,
  };

  Event Pick();
  void Happen(Event event);
  void End(Node& node);
  void EndPart(Node& node, Part part, bool killed);
  void Start(Node& node);
  void JumpClock(Node& node);
  void PassDays();
  void Heal();
  bool Settle();
  void Round();
  bool AtRest() const;
  void Collect(ServicesEvidence& evidence);

  // Of a part of a node, beginning at any partition: the first that has such an input.
  template <class Deliver>
  void DeliverOne(Node& node, const Deliver& deliver);

  Node& SomeNode() { return *nodes_[dice_.Below(nodes_.size())]; }
  Part SomePart() { return kParts.at(dice_.Below(kParts.size())); }

  Shared shared_;
  Dice& dice_;
  Coverage coverage_;
  ProcessNotes notes_;
  Node::World node_world_;
  const std::vector<log::PartitionId> partitions_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::deque<Request> requests_;
  Officer::World world_;
  std::deque<Officer> officers_;
  std::vector<std::pair<Event, std::size_t>> weights_;
  bool apart_ = false;  // Services of a node end each for itself.
  int days_passed_ = 0;
  bool clocks_jumped_ = false;
  bool stuck_ = false;
};

ServicesSimulation::ServicesSimulation(std::uint64_t seed, bool reads_offered)
    : shared_(seed),
      dice_(shared_.dice),
      node_world_{shared_, coverage_, notes_, {}},
      partitions_(log::PartitionsOf(TheCountry().founding.root)),
      world_{shared_, coverage_, requests_, nodes_} {
  shared_.founding = TheCountry().founding;
  if (reads_offered) shared_.offered.emplace();
  for (const auto& [partition, records] : TheCountry().records) {
    for (const std::string& record : records) {
      shared_.log.Land(partition, record);
      shared_.appended.insert(record);
      if (!shared_.offered) continue;
      auto& offered = (*shared_.offered)[partition];
      offered.push_back(std::make_shared<const log::ReadRecord>(offered.size(), record));
    }
  }
  shared_.log.SetPlan(SomePlan(dice_));
  const writer::WriterLimits limits = SomeLimits(dice_);
  for (int i = 0; i < 2; ++i) {
    nodes_.push_back(std::make_unique<Node>(node_world_, limits, reads_offered));
    for (const Part part : kParts) nodes_.back()->Start(part);
  }
  for (std::size_t i = 0, count = 2 + dice_.Below(2); i < count; ++i) {
    officers_.emplace_back(world_, i, 3 + dice_.Below(5));
  }
  apart_ = dice_.OneIn(2);
  weights_ = {{Event::kLog, 200},   {Event::kReport, 200}, {Event::kRecord, 400},
              {Event::kTail, 150},  {Event::kOfficer, 60}, {Event::kDelayed, 20},
              {Event::kTick, 60},   {Event::kTurn, 60},    {Event::kHandOver, 60},
              {Event::kAnswer, 60}, {Event::kStart, 20},   {Event::kDay, dice_.Below(4)}};
  // Most runs have some of the rarer events; each is left out of some, to let others show.
  if (!dice_.OneIn(3)) weights_.emplace_back(Event::kEnd, 1 + dice_.Below(12));
  if (dice_.OneIn(3)) weights_.emplace_back(Event::kClock, 3);
}

ServicesSimulation::Event ServicesSimulation::Pick() {
  std::size_t all = 0;
  for (const auto& [event, weight] : weights_) all += weight;
  std::size_t drawn = dice_.Below(all);
  for (const auto& [event, weight] : weights_) {
    if (drawn < weight) return event;
    drawn -= weight;
  }
  return Event::kTick;
}

template <class Deliver>
void ServicesSimulation::DeliverOne(Node& node, const Deliver& deliver) {
  Replica& replica = node.part(SomePart());
  const std::size_t begin = dice_.Below(partitions_.size());
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const log::PartitionId& partition = partitions_[(begin + i) % partitions_.size()];
    if (replica.Follows(partition) && deliver(replica, partition)) return;
  }
}

void ServicesSimulation::Happen(Event event) {
  Node& node = SomeNode();
  switch (event) {
    case Event::kLog:
      shared_.log.Step();
      shared_.now = std::max(shared_.now, shared_.log.Now());
      return;
    case Event::kReport:
      return DeliverOne(node, [](Replica& replica, const log::PartitionId& partition) {
        return replica.DeliverReport(partition);
      });
    case Event::kRecord:
      return DeliverOne(node, [](Replica& replica, const log::PartitionId& partition) {
        return replica.DeliverRecord(partition);
      });
    case Event::kTail: {
      const bool fails = dice_.OneIn(10);
      return DeliverOne(node, [fails](Replica& replica, const log::PartitionId& partition) {
        return replica.DeliverTail(partition, fails);
      });
    }
    case Event::kOfficer:
      return officers_[dice_.Below(officers_.size())].Act();
    case Event::kDelayed:
      return officers_[dice_.Below(officers_.size())].DeliverDelayed();
    case Event::kTick:
      shared_.now += milliseconds(dice_.Below(60));
      return node.Tick();
    case Event::kTurn:
      node.Turn();
      return;
    case Event::kHandOver:
      node.HandOver();
      return;
    case Event::kAnswer:
      node.DeliverAnswer();
      return;
    case Event::kEnd:
      return End(node);
    case Event::kStart:
      return Start(node);
    case Event::kClock:
      return JumpClock(node);
    case Event::kDay:
      return PassDays();
  }
}

void ServicesSimulation::End(Node& node) {
  const bool killed = !dice_.OneIn(4);
  if (apart_) return EndPart(node, SomePart(), killed);
  for (const Part part : kParts) EndPart(node, part, killed);
}

void ServicesSimulation::EndPart(Node& node, Part part, bool killed) {
  if (!node.part(part).up()) return;
  if (!killed) {
    coverage_.Saw("service stopped");
    return node.Stop(part);
  }
  coverage_.Saw("service killed");
  coverage_.Saw("batches lost by a kill", node.Kill(part));
  if (!dice_.OneIn(6)) return;
  coverage_.Saw("store lost");
  node.part(part).LoseStore();
}

void ServicesSimulation::Start(Node& node) {
  for (const Part part : kParts) {
    if (!node.part(part).up() && (!apart_ || dice_.OneIn(2))) node.Start(part);
  }
}

void ServicesSimulation::JumpClock(Node& node) {
  static constexpr seconds kJumps[] = {seconds(20),  seconds(-20), seconds(0), hours(1),
                                       seconds(-50), hours(24),    kAheadMost};
  const seconds ahead = kJumps[dice_.Below(std::size(kJumps))];
  clocks_jumped_ = true;
  coverage_.Saw(ahead < seconds(0) ? "clock jumped back" : "clock jumped ahead");
  if (ahead >= hours(24)) coverage_.Saw("clock jumped by days");
  node.SetWallAhead(ahead);
}

// For all alike; what is in flight lands on a later day.
void ServicesSimulation::PassDays() {
  static constexpr int kSpans[] = {1, 1, 2, 3, 31, 31};
  const int span = kSpans[dice_.Below(std::size(kSpans))];
  if (days_passed_ + span > kDaysMost) return;
  days_passed_ += span;
  shared_.now += days(span) - hours(dice_.Below(3));
  coverage_.Saw("days passed", static_cast<std::uint64_t>(span));
}

ServicesResult ServicesSimulation::Run() {
  const auto all_done = [this] {
    return std::ranges::all_of(officers_, [](const Officer& officer) { return officer.done(); });
  };
  for (std::size_t events = 0; events < kEventsMax && !all_done(); ++events) Happen(Pick());
  Heal();
  ServicesResult result;
  Collect(result.evidence);
  result.coverage = coverage_;
  return result;
}

// The faults end: clocks agree and are not behind what was recorded. In half of the runs whose
// clocks were right, what is up goes on as it is, so that what it has in mind must do; else all
// start anew.
void ServicesSimulation::Heal() {
  world_.faults = false;
  shared_.log.SetPlan({});
  const bool anew = dice_.OneIn(2) || clocks_jumped_;
  for (const auto& node : nodes_) {
    if (clocks_jumped_) node->SetWallAhead(kAheadMost + hours(1));
    for (const Part part : kParts) {
      if (node->part(part).up() && anew) node->Stop(part);
      if (!node->part(part).up()) node->Start(part);
    }
  }
  if (!anew) coverage_.Saw("healed without a restart of all");
  const bool settled = Settle();
  shared_.now += days(1);
  stuck_ = !Settle() || !settled;
}

bool ServicesSimulation::Settle() {
  for (std::size_t rounds = 0; rounds < kHealingRoundsMax; ++rounds) {
    Round();
    if (AtRest()) return true;
  }
  return false;
}

void ServicesSimulation::Round() {
  while (shared_.log.Step()) {
  }
  shared_.now = std::max(shared_.now, shared_.log.Now()) + milliseconds(500);
  for (const auto& node : nodes_) {
    for (const Part part : kParts) {
      Replica& replica = node->part(part);
      for (const log::PartitionId& partition : partitions_) {
        if (!replica.Follows(partition)) continue;
        while (replica.DeliverRecord(partition)) {
        }
        while (replica.DeliverTail(partition, false)) {
        }
        while (replica.DeliverReport(partition)) {
        }
      }
    }
    node->Tick();
    node->Turn();
    while (node->HandOver()) {
    }
    while (node->DeliverAnswer()) {
    }
  }
  for (Officer& officer : officers_) {
    officer.DeliverDelayed();
    officer.Act();
  }
}

bool ServicesSimulation::AtRest() const {
  return std::ranges::all_of(officers_, [](const Officer& officer) { return officer.done(); }) &&
         std::ranges::all_of(nodes_, [](const auto& node) { return node->AtRest(); });
}

void ServicesSimulation::Collect(ServicesEvidence& evidence) {
  evidence.log.founding = shared_.founding;
  for (const log::PartitionId& partition : partitions_) {
    for (log::Offset offset = 0; shared_.Read(partition, offset) != nullptr; ++offset) {
    }
    evidence.log.log[partition] = shared_.read[partition];
  }
  evidence.log.appended = shared_.appended;
  evidence.log.faults = shared_.log.faults();
  evidence.log.stuck = stuck_;
  evidence.log.requests.assign(requests_.begin(), requests_.end());
  for (const auto& node : nodes_) {
    for (const Part part : kParts) {
      evidence.replicas.at(static_cast<std::size_t>(part)).push_back(node->part(part).State());
    }
  }
  evidence.processes = std::move(notes_);
  const WallTime now = nodes_.front()->part(Part::kRisk).Wall();
  evidence.today = DayOf(now - process::FollowerOptions().day_grace);
  coverage_.SawFaults(evidence.log.faults);
}

}  // namespace

ServicesResult SimulateServices(std::uint64_t seed, bool reads_offered) {
  return ServicesSimulation(seed, reads_offered).Run();
}

}  // namespace twinledger::simulation
