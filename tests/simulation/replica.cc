#include "tests/simulation/replica.h"

#include <algorithm>
#include <utility>

#include "platform/base/check.h"
#include "platform/log/founding.h"
#include "platform/projection/platform_tables.h"
#include "platform/store/table.h"

namespace twinledger::simulation {
namespace {

// When simulated time is zero.
constexpr WallTime kEpoch{std::chrono::hours(24 * 365 * 56)};

}  // namespace

const log::ReadRecord* Shared::Read(const log::PartitionId& partition, log::Offset offset) {
  auto& known = read[partition];
  if (offset >= known.size()) {
    auto reader = log.OpenReader({{partition, known.size()}});
    if (!reader) return nullptr;  // Cut: what was known is the other history.
    Result<std::vector<log::StoredRecord>> next = (*reader)->Next(std::chrono::milliseconds(0));
    if (!next) return nullptr;
    for (log::StoredRecord& stored : *next) {
      known.push_back(
          std::make_shared<const log::ReadRecord>(stored.offset, std::move(stored.bytes)));
    }
  }
  return offset < known.size() ? known[offset].get() : nullptr;
}

class Replica::Partition final : public writer::Environment {
 public:
  Partition(Replica& replica, log::PartitionId id)
      : replica_(replica), shared_(replica.shared_), id_(std::move(id)) {
    view_ = *projection::PartitionView::Open(replica.store_, replica.service_.projection,
                                             shared_.founding, id_);
    if (view_->cursor_offset()) {
      next_ = *view_->cursor_offset();
      static_cast<void>(view_->CheckCursor(Next()));
    }
    next_ = view_->next_offset();
    if (id_.stream != replica.service_.stream) return;
    writer_ = std::make_unique<writer::PartitionWriter>(*view_, replica.service_.key, *this,
                                                        replica.limits_);
    writer_->Start();
  }

  writer::SessionId NewSession() override {
    session_ = *shared_.log.OpenSession();
    return ++session_id_;
  }
  void Append(writer::SessionId session, std::string record) override {
    TL_CHECK(session == session_id_);
    shared_.appended.insert(record);
    if (shared_.offered) Offer(record);
    session_->Append(id_, std::move(record), [this, session](const log::AppendOutcome& outcome) {
      reports.emplace_back(session, outcome);
    });
  }
  void AskTail() override { tails.push_back(*shared_.log.Tail(id_)); }
  void WakeAt(MonotonicTime) override {}  // Ticks come all the time.
  WallTime Now() override { return replica_.Wall(); }
  MonotonicTime Monotonic() override { return shared_.now; }
  RandomSource& Random() override { return shared_.dice; }
  void AfterStoring(const Stored& then) override {
    if (!replica_.gathers_) return then({});
    after_storing_.push_back(then);
  }
  void Alarm(const Error&) override { ++shared_.alarms; }

  bool ReadOne() {
    const log::ReadRecord* record = Next();
    if (record == nullptr) return false;
    ++next_;
    if (writer_ == nullptr) {
      static_cast<void>(view_->Consume(*record));  // A view that stops says so.
    } else {
      writer_->OnRecord(*record);
    }
    return true;
  }
  bool Lags() const { return Next() != nullptr; }
  bool AtRest() const {
    const bool written = writer_ == nullptr || (writer_->queued() == 0 && !writer_->in_flight());
    return reports.empty() && tails.empty() && written && view_->gathered().empty() && !Lags();
  }
  void TellStored() {
    for (const auto& then : std::exchange(after_storing_, {})) then({});
  }
  void Tick() {
    if (writer_ != nullptr) writer_->OnTick();
  }

  writer::PartitionWriter& writer() { return *writer_; }
  projection::PartitionView& view() const { return *view_; }

  std::deque<std::pair<writer::SessionId, log::AppendOutcome>> reports;
  std::deque<Result<log::Offset>> tails;

 private:
  const log::ReadRecord* Next() const {
    const bool own = id_.stream == replica_.service_.stream;
    if (own || !replica_.service_.reads_offered) return shared_.Read(id_, next_);
    const auto& records = (*shared_.offered)[id_];
    return next_ < records.size() ? records[next_].get() : nullptr;
  }
  void Offer(const std::string& record) {
    auto& records = (*shared_.offered)[id_];
    records.push_back(std::make_shared<const log::ReadRecord>(records.size(), record));
  }

  Replica& replica_;
  Shared& shared_;
  const log::PartitionId id_;
  std::unique_ptr<projection::PartitionView> view_;
  log::Offset next_ = 0;
  writer::SessionId session_id_ = 0;
  std::unique_ptr<log::AppendSession> session_;
  std::vector<Stored> after_storing_;
  std::unique_ptr<writer::PartitionWriter> writer_;
};

Replica::Replica(Shared& shared, Service service, writer::WriterLimits limits, Tear tear)
    : shared_(shared), service_(std::move(service)), limits_(limits), store_(tear) {}

Replica::~Replica() {
  if (heard_) *heard_ = false;
}

void Replica::Start() {
  TL_CHECK(!up());
  heard_ = std::make_shared<bool>(true);
  const std::vector<std::string> streams = service_.projection.streams();
  for (const log::PartitionId& id : log::PartitionsOf(shared_.founding.root)) {
    if (std::ranges::find(streams, id.stream) == streams.end()) continue;
    partitions_.emplace(id, std::make_unique<Partition>(*this, id));
  }
  if (!gathers_) return;
  unstored_.emplace(aside_);
  for (const auto& [id, partition] : partitions_) unstored_->Add(partition->view());
  unstored_->Begin();
}

void Replica::StoreSometimes() {
  if (gathers_ && shared_.dice.Below(2) == 0) StoreAll();
}

void Replica::StoreAll() {
  if (!gathers_) return;
  TL_CHECK(unstored_->Store());
  for (const auto& [id, partition] : partitions_) partition->TellStored();
}

std::size_t Replica::Kill() {
  *heard_ = false;
  unstored_.reset();
  partitions_.clear();
  const std::size_t unsynced = store_.unsynced();
  const std::size_t kept = shared_.dice.Below(unsynced + 1);
  store_.Crash(kept);
  return unsynced - kept;
}

void Replica::Stop() {
  StoreAll();
  unstored_.reset();
  partitions_.clear();
}

void Replica::Submit(writer::Command command, const log::PartitionId& partition,
                     MonotonicTime deadline, writer::Reply reply) {
  at(partition).writer().OnCommand(
      std::move(command), deadline,
      [heard = heard_, reply = std::move(reply)](const Result<writer::Outcome>& outcome) {
        if (*heard) reply(outcome);
      });
}

bool Replica::DeliverReport(const log::PartitionId& partition) {
  Partition& its = at(partition);
  if (its.reports.empty()) return false;
  const auto [session, outcome] = std::move(its.reports.front());
  its.reports.pop_front();
  its.writer().OnReport(session, outcome);
  StoreSometimes();
  return true;
}

bool Replica::DeliverTail(const log::PartitionId& partition, bool fails) {
  Partition& its = at(partition);
  if (its.tails.empty()) return false;
  Result<log::Offset> tail = std::move(its.tails.front());
  its.tails.pop_front();
  if (fails) tail = Error{Code::kUnavailable, "the tail cannot be told", "LOG_UNAVAILABLE"};
  its.writer().OnTail(tail);
  return true;
}

bool Replica::DeliverRecord(const log::PartitionId& partition) {
  const bool read = at(partition).ReadOne();
  StoreSometimes();
  return read;
}

void Replica::Tick() {
  for (const auto& [id, partition] : partitions_) partition->Tick();
  StoreAll();
}

WallTime Replica::Wall() const { return kEpoch + shared_.now.time_since_epoch() + wall_ahead_; }

const projection::PartitionView& Replica::view(const log::PartitionId& partition) const {
  return at(partition).view();
}

const writer::PartitionWriter& Replica::writer(const log::PartitionId& partition) const {
  return at(partition).writer();
}

bool Replica::Lags() const {
  return std::ranges::any_of(partitions_, [](const auto& its) { return its.second->Lags(); });
}

bool Replica::AtRest() const {
  for (const auto& [id, partition] : partitions_) {
    if (!partition->AtRest()) return false;
  }
  return true;
}

ReplicaState Replica::State() const {
  ReplicaState state;
  state.rows = store_.Rows();
  const store::CutReader rows(store_);
  for (const auto& [id, partition] : partitions_) {
    const projection::PartitionView& view = partition->view();
    ReplicaState::Partition& its = state.partitions[id];
    its.sequence = view.chain().sequence;
    its.digest = view.digest().Summary();
    its.rows = view.rows();
    its.stopped = view.stopped();
    for (log::Sequence sequence = 1; sequence <= its.sequence; ++sequence) {
      const auto row = rows.Get(projection::kCommits, projection::SequenceKey(id, sequence));
      if (!row || !*row) continue;
      crypto::HashFromBytes((*row)->hash(), its.commits[sequence]);
    }
  }
  return state;
}

}  // namespace twinledger::simulation
