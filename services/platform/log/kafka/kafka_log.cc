#include "platform/log/kafka/kafka_log.h"

#include <fmt/format.h>

#include <utility>

#include "platform/log/kafka/delivery.h"
#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/partition_reader.h"
#include "platform/log/kafka/producer.h"
#include "platform/log/kafka/retired_handles.h"
#include "platform/log/kafka/topic_admin.h"
#include "platform/log/kafka/topic_guard.h"

namespace twinledger::log {
namespace {

Error LogExists(const std::string& topic, Offset records) {
  return {Code::kAlreadyExists,
          fmt::format("topic {} holds {} records: a log is there already, and is never replaced; "
                      "name another prefix for a new one",
                      topic, records),
          "LOG_EXISTS",
          {{"topic", topic}, {"records", std::to_string(records)}}};
}

class KafkaSession final : public AppendSession {
 public:
  KafkaSession(std::shared_ptr<Producer> producer, RetiredHandles& retired)
      : producer_(std::move(producer)), retired_(retired) {}

  ~KafkaSession() override {
    producer_->Close();
    retired_.Retire(std::move(producer_));
  }

  void Append(const PartitionId& to, std::string record, AppendCallback done) override {
    producer_->Append(to, std::move(record), std::move(done));
  }

 private:
  std::shared_ptr<Producer> producer_;  // Alone, until it is retired.
  RetiredHandles& retired_;
};

}  // namespace

struct KafkaLog::Parts {
  Parts(KafkaAddress where, const KafkaTopics& topics, KafkaOptions how,
        std::unique_ptr<KafkaHandle> asking)
      : address(std::move(where)),
        options(std::move(how)),
        asker(std::move(asking)),
        admin(*asker, address, options, options.request_timeout),
        tails(*asker, address, options, options.tail_timeout),
        guard(admin, address, topics, options) {}

  const KafkaAddress address;
  const KafkaOptions options;
  const std::unique_ptr<KafkaHandle> asker;
  const TopicAdmin admin;
  const TopicAdmin tails;  // In less time.
  TopicGuard guard;

  RetiredHandles retired;  // Last: what it destroys may still look at the guard.
};

Result<void> KafkaLog::Create(const KafkaAddress& address, const KafkaTopics& topics,
                              const KafkaOptions& options) {
  TL_TRY(const auto asker, KafkaHandle::NewAsker(address, options));
  const TopicAdmin admin(*asker, address, options, options.request_timeout);
  std::vector<std::string> names;
  for (const std::string& stream : topics.streams) names.push_back(address.TopicOf(stream));
  for (const std::string& name : names) {
    const Result<std::vector<std::uint32_t>> there = admin.Copies(name);
    if (!there.ok() && there.error().code == Code::kNotFound) continue;
    if (!there.ok()) return there.error();
    for (std::uint32_t i = 0; i < there->size(); ++i) {
      TL_TRY(const OffsetRange range, admin.Range(name, i));
      if (range.end > 0) return LogExists(name, range.end);
    }
  }
  return admin.Create(names, topics.partitions, address.replication,
                      NeededSettings(address.replication));
}

Result<std::unique_ptr<KafkaLog>> KafkaLog::Open(const KafkaAddress& address,
                                                 const KafkaTopics& topics,
                                                 const KafkaOptions& options) {
  TL_TRY(auto asker, KafkaHandle::NewAsker(address, options));
  auto parts = std::make_unique<Parts>(address, topics, options, std::move(asker));
  TL_TRY_VOID(parts->guard.Check());
  parts->guard.Start();
  return std::unique_ptr<KafkaLog>(new KafkaLog(std::move(parts)));
}

KafkaLog::KafkaLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

KafkaLog::~KafkaLog() = default;

Result<std::unique_ptr<AppendSession>> KafkaLog::OpenSession() {
  TL_TRY(std::shared_ptr<Producer> producer,
         Producer::Open(parts_->address, parts_->options, parts_->guard));
  return std::unique_ptr<AppendSession>(
      std::make_unique<KafkaSession>(std::move(producer), parts_->retired));
}

Result<std::unique_ptr<Reader>> KafkaLog::OpenReader(std::vector<ReadFrom> from) {
  TL_TRY_VOID(parts_->guard.Verdict());
  for (const ReadFrom& start : from) {
    if (!parts_->guard.Has(start.partition)) return NoSuchPartition(start.partition).error;
  }
  return PartitionReader::Open(
      {parts_->address, parts_->options, parts_->admin, parts_->guard, parts_->retired}, from);
}

Result<Offset> KafkaLog::Tail(const PartitionId& partition) {
  if (!parts_->guard.Has(partition)) return NoSuchPartition(partition).error;
  const std::string topic = parts_->address.TopicOf(partition.stream);
  TL_TRY(Offset end, parts_->tails.End(topic, partition.partition));
  if (const Offset known = parts_->guard.KnownEnd(partition); end < known) {
    TL_TRY(const OffsetRange range, parts_->tails.RangeReaching(topic, partition.partition, known));
    end = range.end;
  }
  parts_->guard.NoteEnd(partition, end);
  return end;
}

Result<void> KafkaLog::Verdict() const { return parts_->guard.Verdict(); }

Result<void> KafkaLog::Check() { return parts_->guard.Check(); }

std::uint32_t KafkaLog::partitions() const { return parts_->guard.partitions(); }

}  // namespace twinledger::log
