#include "tests/simulation/services/node.h"

#include <algorithm>
#include <utility>

#include "platform/projection/consistency.h"
#include "risk/process/risk_process.h"
#include "risk/rules/built_in.h"
#include "tests/simulation/services/country.h"
#include "tests/simulation/services/projections.h"
#include "tests/simulation/services/watched_process.h"

namespace twinledger::simulation {
namespace {

const std::vector<std::string> kFollowed{"registry", "engagement"};

}  // namespace

// The life of a process, from a start to an end.
class Node::Following final : public process::Environment {
 public:
  Following(World& world, Replica& risk)
      : world_(world),
        risk_(risk),
        lookout_(std::make_unique<WatchedProcess>(
                     std::make_unique<risk::RiskProcess>(risk::Tl1(), "digest key"),
                     world.shared.founding, world.notes),
                 world.shared.founding, *this,
                 {.agenda = {.retry_most = std::chrono::seconds(5)}, .rests_for_work = 0}) {
    for (const log::PartitionId& partition : log::PartitionsOf(world.shared.founding.root)) {
      tails_[partition] = world.shared.log.Stored(partition).size();
    }
  }
  ~Following() override {
    if (!on_their_way_.empty()) world_.coverage.Saw("process ended between look and submit");
    for (const auto& [subject, request] : unanswered_) {
      world_.coverage.Saw("process ended before an answer");
      --world_.asked[request];
    }
  }

  std::shared_ptr<const store::KeyValueReader> Rows() override { return risk_.Snapshot(); }
  void Submit(const std::string& subject, writer::Command command,
              MonotonicTime deadline) override {
    if (++world_.asked[command.request_id] == 2) world_.coverage.Saw("processes raced");
    unanswered_.emplace(subject, command.request_id);
    on_their_way_.push_back({subject, std::move(command), deadline});
  }
  WallTime Now() override { return risk_.Wall(); }
  MonotonicTime Monotonic() override { return world_.shared.now; }
  bool Stopping() override { return false; }

  // As the runner tells it: the tails of the start were reached.
  bool CaughtUp() {
    std::erase_if(tails_, [&](const auto& tail) {
      return risk_.view(tail.first).next_offset() >= tail.second;
    });
    return tails_.empty();
  }

  bool Turn() {
    if (!CaughtUp()) return false;
    const auto before = lookout_.Status().today;
    lookout_.Turn();
    const auto today = lookout_.Status().today;
    if (before && today != before && risk_.Lags()) {
      world_.coverage.Saw("day changed behind the log");
    }
    return true;
  }

  bool HandOver() {
    if (on_their_way_.empty()) return false;
    Commanded commanded = std::move(on_their_way_.front());
    on_their_way_.pop_front();
    const log::PartitionId partition{
        std::string(risk::kStream),
        log::PartitionOf(commanded.command.key, world_.shared.founding.root.partitions())};
    std::string request = commanded.command.request_id;
    risk_.Submit(std::move(commanded.command), partition, commanded.deadline,
                 [this, subject = commanded.subject,
                  request = std::move(request)](const Result<writer::Outcome>& outcome) {
                   answers_.push_back({subject, request, outcome});
                 });
    return true;
  }

  bool DeliverAnswer() {
    if (answers_.empty()) return false;
    const Answer answer = std::move(answers_.front());
    answers_.pop_front();
    --world_.asked[answer.request];
    unanswered_.erase({answer.subject, answer.request});
    if (!answer.outcome) {
      world_.coverage.Saw("assessment not answered: " + answer.outcome.error().reason);
    }
    lookout_.OnAnswer(answer.subject, answer.outcome);
    return true;
  }

  bool AtRest() const {
    const process::FollowerStatus status = lookout_.Status();
    const auto now = projection::CutOf(risk_.rows(), world_.shared.founding, kFollowed);
    return on_their_way_.empty() && answers_.empty() && status.idle && now && status.cut == *now &&
           status.today == DayOf(risk_.Wall() - process::FollowerOptions().day_grace);
  }

 private:
  struct Commanded {
    std::string subject;
    writer::Command command;
    MonotonicTime deadline;
  };
  struct Answer {
    std::string subject;
    std::string request;
    Result<writer::Outcome> outcome;
  };

  World& world_;
  Replica& risk_;
  std::deque<Commanded> on_their_way_;
  std::deque<Answer> answers_;
  std::set<std::pair<std::string, std::string>> unanswered_;  // Subjects and request ids.
  std::map<log::PartitionId, log::Offset> tails_;             // Not reached yet.
  process::Lookout lookout_;
};

Node::Node(World& world, writer::WriterLimits limits, bool reads_offered) : world_(world) {
  for (const Part part : kParts) {
    const projection::Projection& projection = ProjectionOf(part);
    const std::string stream(projection.name());
    parts_.at(static_cast<std::size_t>(part)) = std::make_unique<Replica>(
        world.shared,
        Service{projection, stream, TheCountry().founder.writer_keys.at(stream),
                reads_offered && part == Part::kRisk},
        limits);
  }
}

Node::~Node() = default;

void Node::Start(Part which) {
  part(which).Start();
  if (which == Part::kRisk) following_ = std::make_unique<Following>(world_, part(which));
}

// Nothing of a process is left; what its writer answers on ending, nobody hears.
std::size_t Node::Kill(Part which) {
  const std::size_t lost = part(which).Kill();
  if (which == Part::kRisk) following_.reset();
  return lost;
}

void Node::Stop(Part which) {
  part(which).Stop();
  if (which == Part::kRisk) following_.reset();
}

void Node::SetWallAhead(std::chrono::microseconds ahead) {
  for (const auto& part : parts_) part->SetWallAhead(ahead);
}

void Node::Tick() {
  for (const auto& part : parts_) part->Tick();
}

bool Node::Turn() { return following_ && following_->Turn(); }
bool Node::HandOver() { return following_ && following_->HandOver(); }
bool Node::DeliverAnswer() { return following_ && following_->DeliverAnswer(); }

bool Node::AtRest() const {
  return following_ && following_->AtRest() &&
         std::ranges::all_of(parts_, [](const auto& part) { return part->up() && part->AtRest(); });
}

}  // namespace twinledger::simulation
