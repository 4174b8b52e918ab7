#include "platform/projection/feed.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/thread_name.h"
#include "platform/crypto/signature.h"
#include "platform/log/founding.h"
#include "platform/log/made_here.h"

namespace twinledger::projection {
namespace {

// How long the reader waits for records: bounds how long the feed takes to end, nothing else, since
// records end the wait.
constexpr std::chrono::milliseconds kReadWait{100};
// Between attempts while the log cannot be read.
constexpr std::chrono::milliseconds kRetryWait{250};

// Whether what the log says may be otherwise later: brokers come back, and topics and rights that
// are wrong are set right.
bool MayPass(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kFailedPrecondition ||
         error.code == Code::kNotFound || error.code == Code::kPermissionDenied ||
         error.code == Code::kUnauthenticated;
}

}  // namespace

bool Feed::Subscriber::Wants(const FedRecord& fed) const {
  const auto start = from.find(fed.partition);
  return start != from.end() && fed.record.offset() >= start->second.offset;
}

Feed::Feed(log::EventLog& log, const log::Founding& founding) : log_(log) {
  for (const std::string& stream : founding.root.streams()) {
    for (const log::v1::PublicKey& key : log::WriterKeysOf(founding.root, stream)) {
      keys_[stream].emplace(crypto::KeyIdOf(key), key);
    }
  }
}

void Feed::Subscribe(std::shared_ptr<Inbox> inbox, const std::vector<FollowFrom>& from,
                     const Projection* projection) {
  TL_CHECK(!thread_.joinable());
  Subscriber subscriber{std::move(inbox), {}, projection};
  for (const FollowFrom& start : from) subscriber.from.emplace(start.partition, start);
  subscribers_.push_back(std::move(subscriber));
  catching_up_.fetch_add(1, std::memory_order_relaxed);
}

void Feed::Start() {
  TL_CHECK(!thread_.joinable());
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void Feed::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Feed::Verify(FedRecord& fed) {
  const auto stream = keys_.find(fed.partition.stream);
  if (stream == keys_.end()) return;
  LikelyTips& tips = tips_.at(fed.partition);
  if (!tips.Follows(fed.record)) return;
  const auto key = stream->second.find(fed.record.record().key_id());
  // The record keeps verdict, hash and commits, and so do its copies.
  if (key == stream->second.end()) return tips.MayHaveMovedBehind(fed.record);
  const log::ReadRecord& record = fed.record;
  if (!record.SignedBy(key->second)) return;
  tips.MoveBehind(fed.record);
  PrepareCommits(fed);
}

// The record keeps them, and so do its copies.
void Feed::PrepareCommits(const FedRecord& fed) const {
  for (const log::AcceptedCommit& accepted : fed.record.commits()) {
    if (accepted.commit.events().empty()) continue;
    for (const Subscriber& subscriber : subscribers_) {
      if (subscriber.projection == nullptr || !subscriber.Wants(fed)) continue;
      subscriber.projection->Prepare(fed.partition, accepted);
    }
  }
}

std::vector<FedRecord> Feed::Prepare(std::vector<log::StoredRecord> records) {
  const bool verify = subscribers_.size() > 1 || catching_up_.load(std::memory_order_relaxed) > 0;
  std::vector<FedRecord> prepared;
  prepared.reserve(records.size());
  for (log::StoredRecord& stored : records) {
    std::optional<log::ReadRecord> made = log::TakeMadeHere(stored.offset, stored.bytes);
    if (!made) made.emplace(stored.offset, std::move(stored.bytes));
    prepared.push_back({std::move(stored.partition), *std::move(made)});
    if (verify && prepared.back().record.parsed()) Verify(prepared.back());
  }
  return prepared;
}

bool Feed::Deliver(std::vector<FedRecord> records) {
  std::vector<const Subscriber*> gone;
  for (const Subscriber& subscriber : subscribers_) {
    const bool last = &subscriber == &subscribers_.back();
    std::vector<FedRecord> wanted;
    for (FedRecord& fed : records) {
      if (!subscriber.Wants(fed)) continue;
      wanted.push_back(last ? std::move(fed) : fed);
    }
    if (!wanted.empty() && !subscriber.inbox->Deliver(std::move(wanted))) {
      gone.push_back(&subscriber);
    }
  }
  std::erase_if(subscribers_, [&gone](const Subscriber& subscriber) {
    return std::ranges::find(gone, &subscriber) != gone.end();
  });
  return !subscribers_.empty();
}

void Feed::DeliverAll(const Error& error) {
  for (const Subscriber& subscriber : subscribers_) subscriber.inbox->Deliver(error);
}

// Of each partition, where the first of its subscribers begins.
std::map<log::PartitionId, FollowFrom> Feed::Beginnings() const {
  std::map<log::PartitionId, FollowFrom> beginnings;
  for (const Subscriber& subscriber : subscribers_) {
    for (const auto& [partition, start] : subscriber.from) {
      const auto [known, added] = beginnings.emplace(partition, start);
      if (!added && start.offset < known->second.offset) known->second = start;
    }
  }
  return beginnings;
}

void Feed::Run(const std::stop_token& stop) {
  NameThread("feed");
  std::map<log::PartitionId, log::Offset> next;
  for (const auto& [partition, start] : Beginnings()) {
    next.emplace(partition, start.offset);
    tips_.emplace(partition, start.tip);
  }
  std::unique_ptr<log::Reader> reader;
  while (!stop.stop_requested() && !next.empty()) {
    if (!reader) {
      std::vector<log::ReadFrom> again;
      again.reserve(next.size());
      for (const auto& [partition, offset] : next) again.push_back({partition, offset});
      Result<std::unique_ptr<log::Reader>> opened = log_.OpenReader(std::move(again));
      if (opened) {
        reader = *std::move(opened);
      } else if (!MayPass(opened.error())) {
        return DeliverAll(opened.error());
      }
    }
    if (!reader) {
      std::this_thread::sleep_for(kRetryWait);
      continue;
    }
    Result<std::vector<log::StoredRecord>> read = reader->Next(kReadWait);
    if (!read && !MayPass(read.error())) return DeliverAll(read.error());
    if (!read) {
      reader.reset();
      std::this_thread::sleep_for(kRetryWait);
      continue;
    }
    if (read->empty()) continue;
    for (const log::StoredRecord& stored : *read) next[stored.partition] = stored.offset + 1;
    if (!Deliver(Prepare(*std::move(read)))) return;
  }
}

}  // namespace twinledger::projection
