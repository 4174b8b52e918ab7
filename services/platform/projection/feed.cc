#include "platform/projection/feed.h"

#include <chrono>
#include <utility>

#include "platform/crypto/signature.h"
#include "platform/log/founding.h"

namespace twinledger::projection {
namespace {

// How long the reader waits for records: bounds how long the feed takes to end, nothing else, since
// records end the wait.
constexpr std::chrono::milliseconds kReadWait{100};
// Between attempts while the log cannot be read.
constexpr std::chrono::milliseconds kRetryWait{250};

}  // namespace

Feed::Feed(log::EventLog& log, const log::Founding& founding, Inbox& inbox)
    : log_(log), inbox_(inbox) {
  for (const std::string& stream : founding.root.streams()) {
    for (const log::v1::PublicKey& key : log::WriterKeysOf(founding.root, stream)) {
      keys_[stream].emplace(crypto::KeyIdOf(key), key);
    }
  }
}

void Feed::Start(std::vector<log::ReadFrom> from) {
  thread_ = std::jthread([this, from = std::move(from)](const std::stop_token& stop) mutable {
    Run(stop, std::move(from));
  });
}

void Feed::Verify(const FedRecord& fed) const {
  const auto stream = keys_.find(fed.partition.stream);
  if (stream == keys_.end()) return;
  const auto key = stream->second.find(fed.record.record().key_id());
  // The record keeps both verdict and hash.
  if (key != stream->second.end() && fed.record.SignedBy(key->second)) fed.record.hash();
}

std::vector<FedRecord> Feed::Prepare(std::vector<log::StoredRecord> records) const {
  const bool verify = catching_up_.load(std::memory_order_relaxed);
  std::vector<FedRecord> prepared;
  prepared.reserve(records.size());
  for (log::StoredRecord& stored : records) {
    prepared.push_back(
        {std::move(stored.partition), log::ReadRecord(stored.offset, std::move(stored.bytes))});
    if (verify && prepared.back().record.parsed()) Verify(prepared.back());
  }
  return prepared;
}

void Feed::Run(const std::stop_token& stop, std::vector<log::ReadFrom> from) {
  std::map<log::PartitionId, log::Offset> next;
  for (log::ReadFrom& start : from) next.emplace(std::move(start.partition), start.offset);
  std::unique_ptr<log::Reader> reader;
  while (!stop.stop_requested() && !next.empty()) {
    if (!reader) {
      std::vector<log::ReadFrom> again;
      for (const auto& [partition, offset] : next) again.push_back({partition, offset});
      Result<std::unique_ptr<log::Reader>> opened = log_.OpenReader(std::move(again));
      if (opened) reader = *std::move(opened);
      if (!opened && opened.error().code != Code::kUnavailable) {
        inbox_.Deliver(std::move(opened).error());
        return;
      }
    }
    if (!reader) {
      std::this_thread::sleep_for(kRetryWait);
      continue;
    }
    Result<std::vector<log::StoredRecord>> read = reader->Next(kReadWait);
    if (!read && read.error().code != Code::kUnavailable) {
      inbox_.Deliver(std::move(read).error());
      return;
    }
    if (!read) {
      reader.reset();
      std::this_thread::sleep_for(kRetryWait);
      continue;
    }
    if (read->empty()) continue;
    for (const log::StoredRecord& stored : *read) next[stored.partition] = stored.offset + 1;
    if (!inbox_.Deliver(Prepare(*std::move(read)))) return;
  }
}

}  // namespace twinledger::projection
