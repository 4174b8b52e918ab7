#include "platform/log/kafka/producer.h"

#include <fmt/format.h>

#include <utility>

#include "platform/base/thread_name.h"
#include "platform/log/kafka/delivery.h"
#include "platform/log/kafka/kafka_error.h"

namespace twinledger::log {
namespace {

using std::chrono::steady_clock;

// How late an append whose time is over is given up.
constexpr int kPollMs = 100;

KafkaHandle::Properties ProducerProperties(const KafkaOptions& options) {
  const std::string timeout = std::to_string(options.append_timeout.count());
  return {{"enable.idempotence", "true"},
          {"acks", "all"},
          {"linger.ms", "0"},  // The writer has made its batch.
          {"compression.type", "zstd"},
          {"message.timeout.ms", timeout},
          {"request.timeout.ms", timeout},
          {"queue.buffering.max.kbytes", "262144"}};
}

}  // namespace

Result<std::unique_ptr<Producer>> Producer::Open(const KafkaAddress& address,
                                                 const KafkaOptions& options, TopicGuard& guard) {
  std::unique_ptr<Producer> producer(new Producer(address, options, guard));
  TL_TRY(producer->handle_,
         KafkaHandle::New(RD_KAFKA_PRODUCER, address, options, ProducerProperties(options)));
  producer->thread_ = std::jthread([self = producer.get()] { self->Run(); });
  return producer;
}

Producer::~Producer() {
  Close();
  if (thread_.joinable()) thread_.join();
}

void Producer::Close() {
  {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  if (handle_ == nullptr) return;
  rd_kafka_purge(handle_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                     RD_KAFKA_PURGE_F_NON_BLOCKING);
  rd_kafka_queue_yield(handle_->main_queue());
}

void Producer::Append(const PartitionId& to, std::string record, AppendCallback done) {
  {
    const absl::MutexLock lock(&waiting_mutex_);
    waiting_.push_back({to, std::move(record), std::move(done)});
  }
  rd_kafka_queue_yield(handle_->main_queue());
}

void Producer::Run() {
  NameThread("producer");
  while (!closed()) {
    std::vector<Waiting> arrived;
    {
      const absl::MutexLock lock(&waiting_mutex_);
      arrived.swap(waiting_);
    }
    for (Waiting& append : arrived) Send(std::move(append));
    const KafkaEvent event(rd_kafka_queue_poll(handle_->main_queue(), kPollMs));
    if (event != nullptr) TakeReports(event.get());
    GiveUpWhatIsLate();
  }
}

void Producer::Send(Waiting append) {
  if (closed()) return;
  if (append.record.size() > kRecordBytesMax) {
    return Report(append.done, RecordTooLarge(append.to, append.record.size()));
  }
  if (!guard_.Has(append.to)) return Report(append.done, NoSuchPartition(append.to));
  if (Result<void> verdict = guard_.Verdict(); !verdict.ok()) {
    return Report(append.done, NotSent(std::move(verdict).error()));
  }
  if (broken_) return Report(append.done, SessionBroken(append.to));
  Result<rd_kafka_topic_t*> topic = TopicFor(append.to.stream);
  if (!topic.ok()) return Report(append.done, NotSent(std::move(topic).error()));

  const std::uint64_t number = ++last_number_;
  const int result = rd_kafka_produce(
      *topic, static_cast<std::int32_t>(append.to.partition), RD_KAFKA_MSG_F_COPY,
      append.record.data(), append.record.size(), nullptr, 0,
      reinterpret_cast<void*>(number));  // NOLINT(performance-no-int-to-ptr): comes back as it is.
  if (result != 0) {
    const rd_kafka_resp_err_t error = rd_kafka_last_error();
    broken_ = error == RD_KAFKA_RESP_ERR__FATAL;
    return Report(append.done,
                  broken_ ? SessionBroken(append.to)
                          : NotSent(KafkaError("appending to " + ToString(append.to), error)));
  }
  in_flight_.emplace(number, InFlight{std::move(append.to), std::move(append.done),
                                      steady_clock::now() + options_.append_timeout});
}

Result<rd_kafka_topic_t*> Producer::TopicFor(const std::string& stream) {
  const auto known = topics_.find(stream);
  if (known != topics_.end()) return known->second.get();
  TL_TRY(KafkaTopicHandle topic,
         handle_->Topic(address_.TopicOf(stream), options_.request_timeout));
  return topics_.emplace(stream, std::move(topic)).first->second.get();
}

void Producer::TakeReports(rd_kafka_event_t* event) {
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__FATAL) broken_ = true;
  if (rd_kafka_event_type(event) != RD_KAFKA_EVENT_DR) return;
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    const auto place = in_flight_.find(reinterpret_cast<std::uint64_t>(message->_private));
    if (place == in_flight_.end()) continue;  // Given up.
    const InFlight append = std::move(place->second);
    in_flight_.erase(place);
    const AppendOutcome outcome =
        OutcomeOf(append.to, message->err, rd_kafka_message_status(message), message->offset);
    if (outcome.kind == AppendOutcome::Kind::kAppended) {
      guard_.NoteEnd(append.to, outcome.offset + 1);
    }
    Report(append.done, outcome);
  }
}

// The library gives up too, but only when it looks, and for what is on its way only when the
// request's own time is over.
void Producer::GiveUpWhatIsLate() {
  const auto now = steady_clock::now();
  while (!in_flight_.empty() && in_flight_.begin()->second.deadline <= now) {
    const InFlight append = std::move(in_flight_.begin()->second);
    in_flight_.erase(in_flight_.begin());
    Report(append.done, NoReport(append.to, options_.append_timeout));
  }
}

void Producer::Report(const AppendCallback& done, const AppendOutcome& outcome) {
  const absl::MutexLock lock(&mutex_);
  if (!closed_) done(outcome);
}

}  // namespace twinledger::log
