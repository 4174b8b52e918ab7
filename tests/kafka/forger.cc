#include "tests/kafka/forger.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

#include "platform/base/check.h"
#include "platform/log/event_log.h"
#include "platform/log/founding.h"
#include "tests/support/test_chain.h"

namespace twinledger::testing {
namespace {

template <class T>
T Value(Result<T> result) {
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  TL_CHECK(result.ok());
  return *std::move(result);
}

}  // namespace

Forger::Forger(log::KafkaLog& log, log::PartitionId partition)
    : log_(log),
      founding_(Value(log::ReadFounding(log, {"registry", 0}, std::nullopt))),
      reader_(Value(log.OpenReader({{partition, 0}}))),
      view_(log::EmptyView(std::move(partition))) {
  Follow();
  TL_CHECK(view_.sequence > 0);
}

void Forger::Follow() {
  const log::Offset tail = Value(log_.Tail(view_.partition));
  while (next_ < tail) {
    for (log::StoredRecord& stored : Value(reader_->Next(std::chrono::seconds(1)))) {
      next_ = stored.offset + 1;
      const log::ReadRecord record(stored.offset, std::move(stored.bytes));
      log::Verdict verdict = log::Accept(view_, founding_, record);
      auto* accepted = std::get_if<log::AcceptedRecord>(&verdict);
      if (accepted == nullptr) continue;
      view_ = std::move(accepted->next);
      last_accepted_ = record.bytes();
    }
  }
}

log::v1::Record Forger::Forge(crypto::Hash previous) {
  ChainWriter writer(view_.partition, KeyNamed("a stranger"), founding_.root.partitions());
  writer.Follow(last_accepted_);
  writer.set_payload("forged");
  log::v1::Commit commit = writer.NextCommit();
  commit.set_record_time_us(view_.record_time_us);
  commit.set_request_id("forged-" + std::to_string(++made_));
  log::v1::RecordBody body = writer.Body({commit});
  body.set_previous_hash(std::string(crypto::Bytes(previous)));
  log::v1::Record record;
  TL_CHECK(record.ParseFromString(writer.Sign(body.SerializeAsString())));
  return record;
}

std::string Forger::ForgedSignature() {
  log::v1::Record record = Forge(view_.hash);
  record.set_key_id(crypto::KeyIdOf(view_.keys.front()));
  return record.SerializeAsString();
}

std::string Forger::WrongHash() {
  log::v1::Record record = Forge(crypto::Sha256("another history"));
  record.set_key_id(crypto::KeyIdOf(view_.keys.front()));
  return record.SerializeAsString();
}

std::string Forger::SignedByAnotherLog() { return Forge(view_.hash).SerializeAsString(); }

std::string Forger::LateCopy() const { return last_accepted_; }

}  // namespace twinledger::testing
