#include "platform/projection/runner.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <map>
#include <thread>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/thread_name.h"
#include "platform/log/ask_within.h"
#include "platform/projection/cursor_check.h"
#include "platform/projection/feed.h"
#include "platform/projection/inbox.h"
#include "platform/projection/platform_tables.h"
#include "platform/projection/read_lag.h"
#include "platform/projection/store_row.h"
#include "platform/projection/tail_rounds.h"
#include "platform/projection/timers.h"
#include "platform/projection/unstored_rows.h"
#include "platform/store/ingest_aside.h"
#include "platform/store/replaceable_store.h"

namespace twinledger::projection {
namespace {

// An idle runner looks at its deadlines this often; in spare time oftener, to be seen kept from it.
constexpr std::chrono::milliseconds kIdle{1000}, kSpareIdle{100}, kSpareLate{150};

// With more records to read, they are folded in memory and stored by sorted files. Fewer are stored
// one by one in about a tenth of a second.
constexpr log::Offset kBulkRecords = 1000;

// How soon a store without room is tried again.
constexpr std::chrono::milliseconds kRoomRetry{250};

}  // namespace

class Runner::State {
 public:
  struct Lane {
    std::unique_ptr<PartitionView> view;
    RecordSink* sink = nullptr;
    log::Offset opening_tail = 0;
  };

  State(log::EventLog& source, log::Founding root, const Projection& rules,
        std::unique_ptr<store::KeyValueStore> rows, const Clock& time)
      : log(source),
        founding(std::move(root)),
        projection(rules),
        clock(time),
        store(std::move(rows)) {}

  Result<void> OpenLanes();
  Result<log::Offset> OpenLane(const log::PartitionId& partition);
  void Run();
  // These answer false where the store has no room. Records that are not consumed wait.
  bool ConsumeWaiting();
  bool Consume(const FedRecord& fed);
  bool EndBulk();
  bool EndCatchUp();
  bool TakeAndStore();
  void Publish();
  void TellStored();
  std::chrono::microseconds WaitTime() const;
  bool Rests() const;
  Lane& LaneOf(const log::PartitionId& partition) {
    const auto found = lanes.find(partition);
    TL_CHECK(found != lanes.end());
    return found->second;
  }
  PartitionStatus StatusOf(const log::PartitionId& partition, const store::KeyValueReader& rows);
  std::vector<log::PartitionId> Partitions() const;
  void NoteTail(const log::PartitionId& partition, MonotonicTime asked, log::Offset tail);
  bool WaitFor(const TailRounds::Tails& tails, MonotonicTime deadline, Positions::Then then);

  log::EventLog& log;
  const log::Founding founding;
  const Projection& projection;
  const Clock& clock;
  store::ReplaceableStore store;
  store::IngestAside aside{store};  // What the views have: of their thread,
  UnstoredRows unstored{aside};     // as this.

  // Of the thread that opens until Start, then of the runner's.
  std::map<log::PartitionId, Lane> lanes;
  Timers timers;
  bool bulk = false;
  std::deque<FedBatch> waiting;
  std::size_t consumed = 0;  // Of the first of them.
  std::vector<std::pair<log::PartitionId, Positions::Then>> after_storing;
  std::optional<MonotonicTime> try_again;  // When the store has no room.
  std::chrono::milliseconds rest{0};       // Behind records.
  MonotonicTime rests_until{};
  SpareTime* spare = nullptr;  // To join once it has caught up: all wait for that, and for helpers.

  Positions positions;
  absl::Mutex lag_mutex;
  std::map<log::PartitionId, ReadLag> lags ABSL_GUARDED_BY(lag_mutex);
  const std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
  std::atomic<bool> caught_up{false};
  std::optional<Feed> own_feed;
  Feed* feed = nullptr;
  // Of a log that others write to; one of our own knows its ends at once.
  std::optional<TailRounds> rounds;
  std::jthread thread;
};

std::vector<log::PartitionId> Runner::State::Partitions() const {
  std::vector<log::PartitionId> all;
  for (const auto& [partition, lane] : lanes) all.push_back(partition);
  return all;
}

void Runner::State::NoteTail(const log::PartitionId& partition, MonotonicTime asked,
                             log::Offset tail) {
  const log::Offset next = positions.Get(partition).next_offset;
  const absl::MutexLock lock(&lag_mutex);
  lags.at(partition).Note(asked, tail, next);
}

bool Runner::State::WaitFor(const TailRounds::Tails& tails, MonotonicTime deadline,
                            Positions::Then then) {
  Targets targets;
  for (const auto& [partition, tail] : tails) targets[partition].next_offset = tail;
  return positions.Wait(std::move(targets), deadline, std::move(then));
}

// How many records it has to read.
Result<log::Offset> Runner::State::OpenLane(const log::PartitionId& partition) {
  Lane& lane = lanes[partition];
  TL_TRY(lane.view, PartitionView::Open(aside, projection, founding, partition));
  unstored.Add(*lane.view);
  if (log.HasSoleWriter()) lane.view->ForbidVoids();
  const MonotonicTime asked = clock.Monotonic();
  TL_TRY(lane.opening_tail, log::AskWithin(log::kLogPatience, [&] { return log.Tail(partition); }));
  {
    const absl::MutexLock lock(&lag_mutex);
    lags[partition] = ReadLag(asked);
  }
  TL_TRY_VOID(CheckCursor(log, clock, lane.opening_tail, *lane.view));
  return lane.opening_tail - std::min(lane.opening_tail, lane.view->next_offset());
}

Result<void> Runner::State::OpenLanes() {
  TL_TRY_VOID(CheckStoreRow(store, projection, founding));
  TL_TRY_VOID(aside.WatchTable(kParked.id));  // Every event asks for one, and mostly there is none.
  log::Offset behind = 0;
  for (const std::string& stream : projection.streams()) {
    for (std::uint32_t i = 0; i < founding.root.partitions(); ++i) {
      TL_TRY(const log::Offset to_read, OpenLane({stream, i}));
      behind += to_read;
    }
  }
  bulk = behind > kBulkRecords;
  for (auto& [partition, lane] : lanes) {
    if (bulk) TL_TRY_VOID(lane.view->SetBulk(true));
  }
  const auto is_new = [](const auto& one) { return one.second.view->chain().sequence == 0; };
  if (bulk && std::ranges::all_of(lanes, is_new)) aside.RememberRows();
  if (!bulk) positions.SetVisible();
  Publish();
  for (const auto& [partition, lane] : lanes) {
    NoteTail(partition, clock.Monotonic(), lane.opening_tail);
  }
  if (!log.HasSoleWriter()) {
    rounds.emplace(log, clock, Partitions(), [this](const auto& partition, auto asked, auto tail) {
      NoteTail(partition, asked, tail);
    });
  }
  return {};
}

bool Runner::State::ConsumeWaiting() {
  for (; !waiting.empty(); waiting.pop_front(), consumed = 0) {
    const FedBatch& batch = waiting.front();
    if (!batch) {
      for (auto& [partition, lane] : lanes) lane.view->Stop(batch.error());
      continue;
    }
    for (; consumed < batch->size(); ++consumed) {
      if (!Consume((*batch)[consumed])) return false;
    }
  }
  return true;
}

// The view keeps its error.
bool Runner::State::Consume(const FedRecord& fed) {
  Lane& lane = LaneOf(fed.partition);
  if (lane.view->stopped()) return true;
  if (lane.sink != nullptr) {
    lane.sink->OnRecord(fed.record);
  } else {
    static_cast<void>(lane.view->Consume(fed.record));
  }
  const bool taken = lane.view->next_offset() > fed.record.offset();
  if (!taken && lane.view->no_room()) return false;
  return bulk ? unstored.TookInBulk() : unstored.Took();
}

bool Runner::State::EndBulk() {
  if (!bulk) return true;
  if (!unstored.StoreBulk() || !unstored.SettleBulk()) return false;
  for (auto& [partition, lane] : lanes) {
    static_cast<void>(lane.view->SetBulk(false));  // The view keeps its error.
    if (lane.view->no_room()) return false;
  }
  bulk = false;
  aside.ForgetRows();
  const Result<void> stored = aside.Settle();
  // Whose rows are missing nobody knows: none are served.
  stored.ok() ? positions.SetVisible() : positions.Close(stored.error());
  return true;
}

bool Runner::State::EndCatchUp() {
  for (const auto& [partition, lane] : lanes) {
    if (lane.view->next_offset() < lane.opening_tail && !lane.view->stopped()) return true;
  }
  // A partition that is stopped is no reason to keep the others from their readers.
  if (!EndBulk() || !unstored.Store()) return false;
  if (Feed* const reading = std::exchange(feed, nullptr)) reading->EndCatchUp();
  for (const auto& [partition, lane] : lanes) {
    if (lane.view->stopped()) return true;
  }
  Publish();
  caught_up.store(true);
  return true;
}

bool Runner::State::TakeAndStore() {
  if (try_again && !unstored.Store()) return false;  // What had no room comes first.
  return ConsumeWaiting() && (caught_up.load() || EndCatchUp()) && unstored.Store();
}

void Runner::State::Publish() {
  for (const auto& [partition, lane] : lanes) {
    const PartitionView& view = *lane.view;
    Position at{view.chain().sequence, view.next_offset(), view.voids(), view.voids_read()};
    if (!view.gathered().empty()) at = positions.Get(partition);  // As far as it is stored.
    at.stopped = view.stopped();
    at.no_room = view.no_room();
    positions.Set(partition, std::move(at));
  }
}

// Who is told may ask to be told of something else.
void Runner::State::TellStored() {
  std::vector<std::pair<Positions::Then, Result<void>>> due;
  std::erase_if(after_storing, [&](auto& one) {
    const PartitionView& view = *LaneOf(one.first).view;
    const bool stored = view.gathered().empty();
    if (!stored && !view.stopped()) return false;
    due.emplace_back(std::move(one.second), stored ? Result<void>() : *view.stopped());
    return true;
  });
  for (const auto& [then, stored] : due) then(stored);
}

std::chrono::microseconds Runner::State::WaitTime() const {
  const MonotonicTime now = clock.Monotonic();
  MonotonicTime until = timers.Next(now + kIdle);
  if (const auto deadline = positions.NextDeadline()) until = std::min(until, *deadline);
  if (try_again) until = std::min(until, *try_again);
  if (rests_until > now) until = std::min(until, rests_until);
  return std::max(until - now, std::chrono::microseconds(0));
}

bool Runner::State::Rests() const {
  return caught_up.load() && rests_until > clock.Monotonic() && !positions.NextDeadline();
}

void Runner::State::Run() {
  NameThread("rows " + std::string(projection.name()));
  unstored.Begin();
  std::unique_ptr<SpareTime::Place> place;
  std::chrono::microseconds wait{0};  // First of all it finds whether it has anything to read.
  for (bool closed = false; !closed; wait = WaitTime()) {
    if (spare && caught_up.load()) place = std::exchange(spare, nullptr)->Join(kSpareLate);
    if (place) place->Sleeps(wait = std::min<std::chrono::microseconds>(wait, kSpareIdle));
    Inbox::Taken taken = inbox->Take(wait, !try_again && !Rests());
    if (place) place->Works();
    closed = taken.closed;
    for (Task& task : taken.tasks) task();
    if (!taken.batches.empty()) rests_until = clock.Monotonic() + rest;
    std::ranges::move(taken.batches, std::back_inserter(waiting));
    timers.Run(clock.Monotonic());
    if (!try_again || *try_again <= clock.Monotonic()) {
      const bool room = TakeAndStore();
      try_again.reset();
      if (!room) try_again = clock.Monotonic() + kRoomRetry;
    }
    Publish();
    positions.Settle(clock.Monotonic());
    TellStored();
  }
  for (const auto& [partition, then] : std::exchange(after_storing, {})) then(ShuttingDown());
  EndBulk();
  unstored.End();
}

PartitionStatus Runner::State::StatusOf(const log::PartitionId& partition,
                                        const store::KeyValueReader& rows) {
  Position at = positions.Get(partition);
  PartitionStatus status;
  status.partition = partition;
  status.next_offset = at.next_offset;
  status.voids = at.voids;
  status.voids_read = std::move(at.voids_read);
  status.stopped = std::move(at.stopped);
  status.no_room = std::move(at.no_room);
  const MonotonicTime now = clock.Monotonic();
  if (log.HasSoleWriter()) {
    if (const Result<log::Offset> tail = log.Tail(partition)) NoteTail(partition, now, *tail);
  }
  {
    const absl::MutexLock lock(&lag_mutex);
    ReadLag& lag = lags.at(partition);
    status.behind = lag.Behind(now, at.next_offset);
    status.tail = lag.tail();
  }
  ReadStored(rows, status);
  return status;
}

Runner::Runner(std::unique_ptr<State> state) : state_(std::move(state)) {}
Runner::~Runner() { Stop(); }

Result<std::unique_ptr<Runner>> Runner::Open(log::EventLog& log, log::Founding founding,
                                             const Projection& projection,
                                             std::unique_ptr<store::KeyValueStore> store,
                                             const Clock& clock) {
  auto state =
      std::make_unique<State>(log, std::move(founding), projection, std::move(store), clock);
  TL_TRY_VOID(state->OpenLanes());
  return std::unique_ptr<Runner>(new Runner(std::move(state)));
}

PartitionView& Runner::view(const log::PartitionId& partition) {
  return *state_->LaneOf(partition).view;
}

void Runner::SetSink(const log::PartitionId& partition, RecordSink& sink) {
  state_->LaneOf(partition).sink = &sink;
}

void Runner::Start() {
  Start(state_->own_feed.emplace(state_->log, state_->founding));
  state_->own_feed->Start();
}

void Runner::Start(Feed& feed) {
  TL_CHECK(!state_->thread.joinable());
  std::vector<FollowFrom> from;
  for (const auto& [partition, lane] : state_->lanes) {
    const PartitionView& view = *lane.view;
    if (view.stopped()) continue;
    from.push_back({partition, view.next_offset(), {view.chain().sequence, view.chain().hash}});
  }
  feed.Subscribe(state_->inbox, from, &state_->projection);
  state_->feed = &feed;
  state_->thread = std::jthread([state = state_.get()] { state->Run(); });
}

void Runner::Stop() {
  state_->inbox->Close();
  if (state_->thread.joinable()) state_->thread.join();
  state_->own_feed.reset();
  state_->rounds.reset();
  state_->positions.Close(ShuttingDown());
}

void Runner::Post(std::function<void()> task) { state_->inbox->Post(std::move(task)); }

void Runner::Every(std::chrono::milliseconds period, std::function<void()> task) {
  state_->timers.Every(period, state_->clock.Monotonic() + period, std::move(task));
}

void Runner::At(MonotonicTime time, std::function<void()> task) {
  state_->timers.At(time, std::move(task));
}

void Runner::AfterStoring(const log::PartitionId& partition,
                          std::function<void(const Result<void>&)> then) {
  state_->after_storing.emplace_back(partition, std::move(then));
}

void Runner::RestBehindRecords(std::chrono::milliseconds rest) { state_->rest = rest; }

void Runner::WorkInSpareTime(SpareTime& spare_time) { state_->spare = &spare_time; }

std::shared_ptr<store::KeyValueStore> Runner::ReplaceStore(
    std::shared_ptr<store::KeyValueStore> store) {
  return state_->store.Replace(std::move(store));
}

std::shared_ptr<store::KeyValueStore> Runner::TakeStore() {
  TL_CHECK(!state_->thread.joinable());
  return state_->store.Replace(nullptr);
}

std::shared_ptr<const store::KeyValueReader> Runner::Snapshot() const {
  return state_->store.Snapshot();
}

const store::KeyValueStore& Runner::store() const { return state_->store; }

std::vector<PartitionStatus> Runner::Status() const {
  const std::shared_ptr<const store::KeyValueReader> rows = Snapshot();
  std::vector<PartitionStatus> all;
  for (const std::string& stream : state_->projection.streams()) {
    for (std::uint32_t i = 0; i < state_->founding.root.partitions(); ++i) {
      all.push_back(state_->StatusOf({stream, i}, *rows));
    }
  }
  return all;
}

bool Runner::CaughtUp() const { return state_->caught_up.load(); }

void Runner::WaitFor(const store::Cut& at_least, MonotonicTime deadline,
                     std::function<void(const Result<void>&)> then) {
  Targets targets;
  for (const auto& [partition, sequence] : at_least) targets[partition].sequence = sequence;
  // The runner's thread learns of the new deadline by waking.
  if (!state_->positions.Wait(std::move(targets), deadline, std::move(then))) Post([] {});
}

void Runner::WaitForTail(MonotonicTime deadline, std::function<void(const Result<void>&)> then) {
  State& state = *state_;
  if (state.rounds) {
    return state.rounds->Ask([&state, deadline, then](const Result<TailRounds::Tails>& tails) {
      if (!tails) return then(tails.error());
      if (!state.WaitFor(*tails, deadline, then)) state.inbox->Post([] {});
    });
  }
  TailRounds::Tails tails;
  for (const log::PartitionId& partition : state.Partitions()) {
    const Result<log::Offset> tail = state.log.Tail(partition);
    if (!tail) return then(tail.error());
    tails[partition] = *tail;
  }
  if (!state.WaitFor(tails, deadline, std::move(then))) Post([] {});
}

}  // namespace twinledger::projection
