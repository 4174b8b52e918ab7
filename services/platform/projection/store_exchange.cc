#include "platform/projection/store_exchange.h"

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <utility>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"

namespace twinledger::projection {
namespace {

// What is written while the rebuilt one reads the last that stood at Begin, mostly well under a
// second.
constexpr std::size_t kKeptBytesMax = std::size_t{64} << 20;
constexpr std::size_t kKeptRecordOverhead = 1024;  // As of one that waits in an inbox.

// The serving one has only to take what its feed has read already.
constexpr std::chrono::seconds kPatience{60};

Error NotExchanged() {
  return {Code::kUnavailable, "the server is shutting down; what served is untouched",
          "SHUTTING_DOWN"};
}

Error Busy() {
  Error busy{Code::kUnavailable,
             "more was written than is kept while the rebuilt store catches up; repeat it when "
             "less is written",
             "BUSY"};
  busy.retry_after = std::chrono::seconds(60);
  return busy;
}

std::vector<log::PartitionId> PartitionsOf(const Projection& projection,
                                           const log::Founding& founding) {
  std::vector<log::PartitionId> all;
  for (const std::string& stream : projection.streams()) {
    for (std::uint32_t i = 0; i < founding.root.partitions(); ++i) all.push_back({stream, i});
  }
  return all;
}

// Runs `task` on the runner's thread and returns what it does.
template <class T>
Result<T> RunOn(Runner& runner, std::function<Result<T>()> task) {
  // The promise is the task's alone: one that is dropped, since the runner was stopped, breaks it.
  auto done = std::make_shared<std::promise<void>>();
  const std::future<void> ended = done->get_future();
  const auto answer = std::make_shared<std::optional<Result<T>>>();
  runner.Post([task = std::move(task), answer, done = std::move(done)] {
    answer->emplace(task());
    done->set_value();
  });
  ended.wait();
  return answer->has_value() ? std::move(**answer) : Result<T>(NotExchanged());
}

}  // namespace

// Of the runner's thread.
struct StoreExchange::Kept {
  void Keep(const log::PartitionId& partition, const log::ReadRecord& record) {
    bytes += record.bytes().size() + kKeptRecordOverhead;
    if (bytes > kKeptBytesMax) return records.clear();
    records[partition].push_back(record);
  }

  bool overflowed() const { return bytes > kKeptBytesMax; }

  std::map<log::PartitionId, std::vector<log::ReadRecord>> records;
  std::size_t bytes = 0;
};

bool AllEqual(const std::vector<DigestPair>& pairs) {
  return std::ranges::all_of(pairs,
                             [](const DigestPair& pair) { return pair.serving == pair.rebuilt; });
}

StoreExchange::StoreExchange(Runner& serving, const Projection& projection,
                             const log::Founding& founding, const Clock& clock)
    : serving_(serving),
      partitions_(PartitionsOf(projection, founding)),
      clock_(clock),
      kept_(std::make_shared<Kept>()) {}

StoreExchange::~StoreExchange() {
  serving_.Post([&serving = serving_, partitions = partitions_] {
    for (const log::PartitionId& partition : partitions) {
      serving.view(partition).OnConsumed(nullptr);
    }
  });
}

Result<void> StoreExchange::Begin() {
  return RunOn<void>(serving_, [this] {
    for (const log::PartitionId& partition : partitions_) {
      serving_.view(partition).OnConsumed([kept = kept_, partition](const log::ReadRecord& record) {
        kept->Keep(partition, record);
      });
    }
    return Result<void>();
  });
}

// Until the serving one has all that the rebuilt one read ahead of it.
Result<void> StoreExchange::WaitFor(Runner& rebuilt) {
  store::Cut read;
  for (const log::PartitionId& partition : partitions_) {
    read[partition] = rebuilt.view(partition).chain().sequence;
  }
  std::promise<Result<void>> reached;
  serving_.WaitFor(read, clock_.Monotonic() + kPatience,
                   [&reached](const Result<void>& result) { reached.set_value(result); });
  return reached.get_future().get();
}

Result<Exchanged> StoreExchange::Finish(Runner& rebuilt, bool replace) {
  TL_TRY_VOID(WaitFor(rebuilt));
  return RunOn<Exchanged>(serving_, [&] { return Compare(rebuilt, replace); });
}

Result<Exchanged> StoreExchange::Compare(Runner& rebuilt, bool replace) {
  if (kept_->overflowed()) return Busy();
  Exchanged exchanged;
  for (const log::PartitionId& partition : partitions_) {
    const PartitionView& serves = serving_.view(partition);
    PartitionView& built = rebuilt.view(partition);
    if (serves.stopped()) return *serves.stopped();
    for (const log::ReadRecord& record : kept_->records[partition]) {
      TL_TRY([[maybe_unused]] const auto consumed, built.Consume(record));
    }
    TL_CHECK(built.chain().sequence == serves.chain().sequence);
    exchanged.pairs.push_back({partition, serves.chain().sequence,
                               crypto::Hex(serves.digest().Summary()),
                               crypto::Hex(built.digest().Summary())});
  }
  if (replace && AllEqual(exchanged.pairs)) {
    exchanged.retired = serving_.ReplaceStore(rebuilt.TakeStore());
  }
  return exchanged;
}

}  // namespace twinledger::projection
