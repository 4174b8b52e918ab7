#include "platform/log/kafka/partition_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/log/kafka/kafka_error.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kBatchBytes = 4u << 20;  // As the contract promises.
// What a record costs beside its bytes, so that a batch of very small ones is no larger.
constexpr std::size_t kRecordOverhead = 512;

// What stands for a record that cannot be unpacked. It parses as no record.
constexpr std::string_view kNotUnpacked = "not unpacked";

KafkaHandle::Properties ConsumerProperties() {
  return {{"check.crcs", "true"},
          {"isolation.level", "read_uncommitted"},  // There are no transactions to wait for.
          {"auto.offset.reset", "error"},           // Never another place than the one asked for.
          {"enable.partition.eof", "true"},
          {"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"fetch.message.max.bytes", "262144"},    // Compressed. A larger batch comes alone.
          {"queued.max.messages.kbytes", "16384"},  // Of each partition, prefetched.
          // To how much a batch may unpack. All readers must agree on what is void.
          {"receive.message.max.bytes", "100000000"},
          // A partition that joins while a fetch waits is asked for when that ends.
          {"fetch.wait.max.ms", "100"},
          {"fetch.error.backoff.ms", "50"}};
}

Error BeyondEndOf(const PartitionId& partition, Offset offset, Offset end) {
  return {Code::kOutOfRange,
          fmt::format("{} ends before offset {}, at which the reader was to go on: the log holds "
                      "{} records there; restore the log from a newer backup, or delete what was "
                      "derived from the longer log",
                      ToString(partition), offset, end),
          "LOG_SHORTER",
          {{"partition", ToString(partition)},
           {"offset", std::to_string(offset)},
           {"tail", std::to_string(end)}}};
}

// Whether the message tells of a batch whose checksum is right. A wrong checksum is an error of the
// same number as some that the library finds in unpacking, and has other words. Memory that is
// short is no property of a batch.
bool CannotBeUnpacked(const rd_kafka_message_t& message) {
  const bool unpacking =
      std::string_view(rd_kafka_message_errstr(&message)).starts_with("Decompression (codec");
  return message.err == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
         (unpacking && message.err == RD_KAFKA_RESP_ERR__BAD_MSG) ||
         (unpacking && message.err == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED);
}

int LeftMs(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  return std::max(0, static_cast<int>(left.count()));
}

}  // namespace

Result<std::unique_ptr<Reader>> PartitionReader::Open(const KafkaParts& parts,
                                                      const std::vector<ReadFrom>& from) {
  auto consumer = std::make_shared<Consumer>();
  TL_TRY(consumer->handle,
         KafkaHandle::New(RD_KAFKA_CONSUMER, parts.address, parts.options, ConsumerProperties()));
  consumer->queue.reset(rd_kafka_queue_new(consumer->handle->get()));
  std::unique_ptr<PartitionReader> reader(new PartitionReader(parts, std::move(consumer)));
  for (const ReadFrom& start : from) {
    Result<void> begun = reader->Begin(start);
    if (!begun.ok()) return WhileOpen(std::move(begun).error());
  }
  return std::unique_ptr<Reader>(std::move(reader));
}

PartitionReader::~PartitionReader() { parts_.retired.Retire(std::move(consumer_)); }

Result<void> PartitionReader::Begin(const ReadFrom& from) {
  const std::string name = parts_.address.TopicOf(from.partition.stream);
  TL_TRY(const OffsetRange range,
         parts_.admin.RangeReaching(name, from.partition.partition, from.offset));
  next_[from.partition] = from.offset;
  if (from.offset > range.end) return BeyondEndOf(from.partition, from.offset, range.end);
  if (from.offset < range.first) {
    return Damaged(from.partition, fmt::format("its first record is {}", range.first));
  }
  parts_.guard.NoteEnd(from.partition, range.end);
  KafkaTopicHandle& topic = consumer_->topics[from.partition.stream];
  if (topic == nullptr) {
    TL_TRY(topic, consumer_->handle->Topic(name, parts_.options.request_timeout));
  }
  if (rd_kafka_consume_start_queue(topic.get(), static_cast<std::int32_t>(from.partition.partition),
                                   static_cast<std::int64_t>(from.offset),
                                   consumer_->queue.get()) != 0) {
    return KafkaError("reading " + ToString(from.partition), rd_kafka_last_error());
  }
  return {};
}

Result<std::vector<StoredRecord>> PartitionReader::Next(milliseconds wait) {
  if (failure_) return *failure_;
  TL_TRY_VOID(parts_.guard.Verdict());
  const auto deadline = steady_clock::now() + wait;
  std::vector<StoredRecord> batch;
  std::size_t bytes = 0;
  while (bytes < kBatchBytes) {
    if (AddVoid(batch)) {
      bytes += kRecordOverhead;
      continue;
    }
    // What is there is taken at once; only for the first record there is a wait.
    KafkaMessage message(
        rd_kafka_consume_queue(consumer_->queue.get(), batch.empty() ? LeftMs(deadline) : 0));
    if (message == nullptr) break;
    const std::size_t before = batch.size();
    const Result<void> taken = Take(std::move(message), batch);
    if (batch.size() > before) bytes += batch.back().bytes.size() + kRecordOverhead;
    if (!taken.ok()) {
      failure_ = taken.error();
      if (batch.empty()) return *failure_;
      break;
    }
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    // Of each run of one partition's, the last.
    if (i + 1 < batch.size() && batch[i + 1].partition == batch[i].partition) continue;
    parts_.guard.NoteEnd(batch[i].partition, batch[i].offset + 1);
  }
  return batch;
}

PartitionId PartitionReader::PartitionOf(const rd_kafka_message_t& message) const {
  const std::string_view topic = rd_kafka_topic_name(message.rkt);
  return {std::string(topic.substr(parts_.address.prefix.size() + 1)),
          static_cast<std::uint32_t>(message.partition)};
}

Result<void> PartitionReader::Take(KafkaMessage message, std::vector<StoredRecord>& batch) {
  if (message->rkt == nullptr) return {};  // About the whole client; it goes on by itself.
  const PartitionId partition = PartitionOf(*message);
  const auto wanted = next_.find(partition);
  if (wanted == next_.end()) return {};
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return TakeError(*message, partition);
  const auto offset = static_cast<Offset>(message->offset);
  if (const auto searched = searches_.find(partition); searched != searches_.end()) {
    return offset < searched->second.asked() ? Result<void>() : MeetAnother(partition, offset);
  }
  if (offset < wanted->second) return {};  // Of a batch that begins before it.
  if (offset > wanted->second) {
    return Damaged(partition,
                   fmt::format("the record there is missing: the next one is {}", offset));
  }
  batch.push_back(
      {partition, offset, std::string(static_cast<const char*>(message->payload), message->len)});
  ++wanted->second;
  return {};
}

Result<void> PartitionReader::TakeError(const rd_kafka_message_t& message,
                                        const PartitionId& partition) {
  if (CannotBeUnpacked(message)) return MeetUnreadable(message, partition);
  switch (static_cast<int>(message.err)) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      if (searches_.contains(partition)) {
        return MeetAnother(partition, static_cast<Offset>(message.offset));
      }
      if (static_cast<Offset>(message.offset) <= next_.at(partition)) return {};
      return Damaged(partition, fmt::format("the record there is missing, and the next one would "
                                            "be {}: a transaction was written",
                                            message.offset));
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return MeetOutOfRange(message, partition);
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return Damaged(partition, rd_kafka_message_errstr(&message));
    default:
      // A broker that is away comes back, or the next check of the topics tells what is wrong.
      if (MayPass(message.err)) return {};
      return WhileOpen(KafkaError("reading " + ToString(partition), message.err,
                                  rd_kafka_message_errstr(&message)));
  }
}

// It is the leader's answer only if most brokers name that leader: whoever reads on opens anew.
Result<void> PartitionReader::MeetOutOfRange(const rd_kafka_message_t& message,
                                             const PartitionId& partition) {
  const std::int32_t broker = rd_kafka_message_broker_id(&message);
  const Result<bool> leads =
      parts_.admin.IsLeader(broker, parts_.address.TopicOf(partition.stream), partition.partition);
  if (!leads.ok()) return WhileOpen(leads.error());
  if (*leads) return Damaged(partition, WhatIsGone(partition));
  return Error{Code::kUnavailable,
               fmt::format("{} was read from broker {}, which leads it no more",
                           ToString(partition), broker),
               "LEADER_GONE",
               {{"partition", ToString(partition)}}};
}

Result<void> PartitionReader::MeetUnreadable(const rd_kafka_message_t& message,
                                             const PartitionId& partition) {
  const auto base = static_cast<Offset>(message.offset);
  const Offset next = next_.at(partition);
  if (const auto searched = searches_.find(partition); searched != searches_.end()) {
    if (searched->second.base() != base) return MeetAnother(partition, base);
    searched->second.Inside();
    return GoOnWith(partition, searched->second);
  }
  if (base > next) {
    return Damaged(partition, fmt::format("the record there is missing: the next one is {}", base));
  }
  const BatchEndSearch search(base, next, EndOf(partition));
  searches_.emplace(partition, search);
  return ReadFromPlace(partition, search.asked());
}

// Where the batch that is searched for was thought to be, or behind it.
Result<void> PartitionReader::MeetAnother(const PartitionId& partition, Offset begin) {
  BatchEndSearch& search = searches_.at(partition);
  if (search.Outside(begin)) return GoOnWith(partition, search);
  searches_.erase(partition);
  return ReadFromPlace(partition, next_.at(partition));
}

Result<void> PartitionReader::GoOnWith(const PartitionId& partition, const BatchEndSearch& search) {
  const std::optional<Offset> last = search.last();
  if (!last) return ReadFromPlace(partition, search.asked());
  if (parts_.options.log) {
    parts_.options.log(
        fmt::format("{}: the records from {} to {} are void: they are in one batch, which cannot "
                    "be unpacked or is over 100 MB when it is",
                    ToString(partition), search.base(), *last));
  }
  searches_.erase(partition);
  void_before_[partition] = *last + 1;
  return ReadFromPlace(partition, *last + 1);
}

// What was read ahead from elsewhere is dropped.
Result<void> PartitionReader::ReadFromPlace(const PartitionId& partition, Offset offset) {
  const rd_kafka_resp_err_t error = rd_kafka_seek(
      consumer_->topics.at(partition.stream).get(), static_cast<std::int32_t>(partition.partition),
      static_cast<std::int64_t>(offset), static_cast<int>(parts_.options.request_timeout.count()));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return WhileOpen(KafkaError("reading on in " + ToString(partition), error));
}

// One of those that stand for a batch that cannot be unpacked.
bool PartitionReader::AddVoid(std::vector<StoredRecord>& batch) {
  if (void_before_.empty()) return false;
  const auto& [partition, end] = *void_before_.begin();
  Offset& next = next_.at(partition);
  batch.push_back({partition, next, std::string(kNotUnpacked)});
  if (++next >= end) void_before_.erase(void_before_.begin());
  return true;
}

// As the broker last said along with records; behind all that was read.
Offset PartitionReader::EndOf(const PartitionId& partition) const {
  std::int64_t first = 0;
  std::int64_t end = 0;
  const rd_kafka_resp_err_t error = rd_kafka_get_watermark_offsets(
      consumer_->handle->get(), parts_.address.TopicOf(partition.stream).c_str(),
      static_cast<std::int32_t>(partition.partition), &first, &end);
  const Offset next = next_.at(partition);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || end < 0) return next + 1;
  return std::max(static_cast<Offset>(end), next + 1);
}

std::string PartitionReader::WhatIsGone(const PartitionId& partition) const {
  std::string gone = "the broker does not have that offset any more";
  const Offset next = next_.at(partition);
  const Result<OffsetRange> range =
      parts_.admin.Range(parts_.address.TopicOf(partition.stream), partition.partition);
  if (range && range->end < next) {
    gone += fmt::format(": it ends at {}, and the last {} records before it are lost", range->end,
                        next - range->end);
  }
  return gone;
}

Error PartitionReader::Damaged(const PartitionId& partition, std::string_view what) const {
  const std::string topic = parts_.address.TopicOf(partition.stream);
  const std::string offset = std::to_string(next_.at(partition));
  return {Code::kDataLoss,
          fmt::format("the log is damaged: topic {}, partition {}, offset {}: {}; change nothing "
                      "in the topic, and restore the log from a backup or an export",
                      topic, partition.partition, offset, what),
          "LOG_DAMAGED",
          {{"topic", topic},
           {"partition", ToString(partition)},
           {"offset", offset},
           {"what", std::string(what)}}};
}

}  // namespace twinledger::log
