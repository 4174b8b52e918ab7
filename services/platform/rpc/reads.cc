#include "platform/rpc/reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "platform/projection/consistency.h"
#include "platform/projection/platform_tables.h"
#include "platform/rpc/violations.h"

namespace twinledger::rpc {
namespace {

// Reads are short and mostly in memory: two threads serve them on the smallest machine.
constexpr std::size_t kWorkers = 2;
constexpr std::size_t kWaitingReadsMax = 1024;
constexpr std::size_t kTokensMax = 64;

constexpr std::int64_t kSecondsMax = 253'402'300'799;  // 9999-12-31T23:59:59Z, as protobuf ends.

Error TooManyReads() {
  return {.code = Code::kResourceExhausted,
          .message = "too many reads wait already: repeat this one a little later",
          .reason = "READS_FULL",
          .retry_after = std::chrono::milliseconds(200)};
}

Error BeyondTail(const log::PartitionId& partition, log::Sequence asked, log::Sequence end) {
  return {
      .code = Code::kOutOfRange,
      .message = fmt::format("position {}/{} is behind the end of the log, {}: ask for one that an "
                             "answer gave",
                             log::ToString(partition), asked, end),
      .reason = "BEYOND_TAIL",
      .metadata = {{"partition", log::ToString(partition)},
                   {"sequence", std::to_string(asked)},
                   {"end", std::to_string(end)}}};
}

log::Sequence SequenceIn(const store::Cut& cut, const log::PartitionId& partition) {
  const auto found = cut.find(partition);
  return found == cut.end() ? 0 : found->second;
}

}  // namespace

Reading::Reading(std::shared_ptr<const store::KeyValueReader> source, store::Cut cut)
    : source_(std::move(source)),
      cut_(std::move(cut)),
      rows_(std::make_unique<store::CutReader>(*source_, cut_)) {}

void Reading::Serve(Admission admission, std::function<bool()> is_cancelled) {
  admission_ = std::move(admission);
  is_cancelled_ = std::move(is_cancelled);
}

Result<std::unique_ptr<const store::CutReader>> Reading::RowsAt(WallTime time) const {
  TL_TRY(store::Cut earlier, projection::CutAt(*source_, cut_, time));
  return std::make_unique<const store::CutReader>(*source_, std::move(earlier));
}

Result<void> Reading::Touch(const log::v1::EntityKey& entity) {
  return rows_->Scan(projection::kParked.id, {}, {}, [&](const store::RowVersion& parked) {
    const store::RowKey& key = parked.key;  // stream, partition, type, id
    incomplete_ =
        incomplete_ || (key.size() == 4 && key[2] == entity.type() && key[3] == entity.id());
    return !incomplete_;
  });
}

Result<void> Reading::TouchAll() {
  return rows_->Scan(projection::kParked.id, {}, {}, [&](const store::RowVersion&) {
    incomplete_ = true;
    return false;
  });
}

Result<std::set<std::string>> Reading::Parked(std::string_view type) const {
  std::set<std::string> ids;
  TL_TRY_VOID(rows_->Scan(projection::kParked.id, {}, {}, [&](const store::RowVersion& parked) {
    if (parked.key.size() == 4 && parked.key[2] == type) ids.insert(parked.key[3]);
    return true;
  }));
  return ids;
}

void Reading::FillPosition(v1::ReadPosition& position) const {
  for (const auto& [partition, sequence] : cut_) {
    auto& entry = *position.mutable_positions()->add_positions();
    entry.set_stream(partition.stream);
    entry.set_partition(partition.partition);
    entry.set_sequence(sequence);
  }
  position.set_incomplete(incomplete_);
}

// What the options ask for, understood.
struct Reads::Wish {
  std::vector<projection::ConsistencyToken> tokens;
  bool latest = false;
  std::optional<WallTime> as_of;
  std::optional<store::Cut> cut;
};

Reads::Reads(projection::Runner& runner, const log::Founding& founding, const Clock& clock,
             std::vector<std::string> streams)
    : runner_(runner),
      founding_(founding),
      clock_(clock),
      streams_(std::move(streams)),
      workers_(kWorkers, kWaitingReadsMax) {}

void Reads::Begin(const v1::ReadOptions& options, const store::Cut* page_cut,
                  MonotonicTime deadline, const Then& then) {
  Result<Wish> wish = WishOf(options, page_cut);
  if (!wish) return then(std::move(wish).error());
  if (wish->latest) return AwaitTail(*wish, deadline, then);
  Work(
      [this, wish = *wish, deadline, then] {
        const Result<bool> reached = Reaches(*runner_.Snapshot(), wish);
        if (!reached) return then(reached.error());
        if (!*reached) return AwaitTail(wish, deadline, then);
        then(Read(wish));
      },
      then);
}

void Reads::AwaitTail(const Wish& wish, MonotonicTime deadline, const Then& then) {
  AwaitEnd(deadline, [this, wish, then](const Result<void>& waited) {
    if (!waited) return then(waited.error());
    then(Read(wish));
  });
}

void Reads::AwaitEnd(MonotonicTime deadline, const std::function<void(const Result<void>&)>& then) {
  runner_.WaitForTail(deadline, [this, then](const Result<void>& waited) {
    if (!workers_.Post([then, waited] { then(waited); })) then(TooManyReads());
  });
}

void Reads::Work(Workers::Task task, const Then& then) {
  if (!workers_.Post(std::move(task))) then(TooManyReads());
}

Result<Reads::Wish> Reads::WishOf(const v1::ReadOptions& options,
                                  const store::Cut* page_cut) const {
  Violations wrong;
  Wish wish;
  wish.latest = options.latest();
  wrong.AtMost("read_options.consistency_tokens",
               static_cast<std::size_t>(options.consistency_tokens_size()), kTokensMax);
  for (int i = 0; i < options.consistency_tokens_size() && wrong.empty(); ++i) {
    const std::string field = fmt::format("read_options.consistency_tokens[{}]", i);
    Result<projection::ConsistencyToken> token =
        projection::DecodeToken(options.consistency_tokens(i));
    if (!token) {
      wrong.Add(field, "is no token: give one that a receipt holds");
    } else if (!IsKnown(token->partition)) {
      wrong.Add(field, "is of another service: give it to that one");
    } else {
      wish.tokens.push_back(*std::move(token));
    }
  }
  if (options.as_of().has_time()) {
    const auto& time = options.as_of().time();
    wrong.Between("read_options.as_of.time.seconds", time.seconds(), 0, kSecondsMax);
    wrong.Between("read_options.as_of.time.nanos", time.nanos(), 0, 999'999'999);
    if (wrong.empty()) {
      wish.as_of = WallTime(std::chrono::seconds(time.seconds()) +
                            std::chrono::microseconds(time.nanos() / 1000));
      // What will have been recorded by then is not known: the same question would get another
      // answer later.
      if (*wish.as_of > clock_.Now()) {
        wrong.Add("read_options.as_of.time",
                  "is in the future: give a time that is past, or leave as_of out for what is "
                  "recorded by now");
      }
    }
  }
  if (options.as_of().has_positions()) {
    wish.cut.emplace();
    for (const auto& position : options.as_of().positions().positions()) {
      const log::PartitionId partition{position.stream(), position.partition()};
      // What a client knows of other services' streams is not this one's to judge.
      if (IsKnown(partition)) (*wish.cut)[partition] = position.sequence();
    }
  }
  if (page_cut != nullptr) {
    wish.cut = *page_cut;
    wish.as_of.reset();
  }
  TL_TRY_VOID(wrong.Verdict());
  return wish;
}

bool Reads::IsKnown(const log::PartitionId& partition) const {
  return partition.partition < founding_.root.partitions() &&
         std::ranges::find(streams_, partition.stream) != streams_.end();
}

Result<bool> Reads::Reaches(const store::KeyValueReader& rows, const Wish& wish) const {
  if (wish.tokens.empty() && !wish.cut) return true;
  TL_TRY(const store::Cut read, projection::CutOf(rows, founding_, streams_));
  for (const auto& token : wish.tokens) {
    if (SequenceIn(read, token.partition) < token.sequence) return false;
  }
  if (!wish.cut) return true;
  return std::ranges::all_of(
      *wish.cut, [&](const auto& asked) { return SequenceIn(read, asked.first) >= asked.second; });
}

Result<Reading> Reads::Read(const Wish& wish) const {
  std::shared_ptr<const store::KeyValueReader> rows = runner_.Snapshot();
  for (const auto& token : wish.tokens) TL_TRY_VOID(projection::CheckToken(*rows, token));
  TL_TRY(store::Cut cut, projection::CutOf(*rows, founding_, streams_));
  if (wish.cut) {
    for (const auto& [partition, sequence] : *wish.cut) {
      const log::Sequence end = SequenceIn(cut, partition);
      if (sequence > end) return BeyondTail(partition, sequence, end);
    }
    cut = *wish.cut;
  } else if (wish.as_of) {
    TL_TRY(cut, projection::CutAt(*rows, cut, *wish.as_of));
  }
  return Reading(std::move(rows), std::move(cut));
}

}  // namespace twinledger::rpc
