#include "platform/log/kafka/topic_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/log/kafka/kafka_error.h"
#include "platform/log/kafka/topic_settings.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;

// What is wrong is looked at again soon: it is being mended.
constexpr milliseconds kFailedInterval{5'000};

Error Lost(const std::string& topic, const PartitionId& partition, std::string_view what,
           Offset found, Offset needed) {
  return {Code::kDataLoss,
          fmt::format("topic {}, partition {}: {} is {} and was {}: {} records are gone; stop what "
                      "deletes them, and restore the log from a backup or an export",
                      topic, partition.partition, what, found, needed,
                      found > needed ? found - needed : needed - found),
          "LOG_LOST",
          {{"topic", topic},
           {"partition", ToString(partition)},
           {"found", std::to_string(found)},
           {"needed", std::to_string(needed)}}};
}

}  // namespace

TopicGuard::TopicGuard(const TopicAdmin& admin, KafkaAddress address, KafkaTopics topics,
                       const KafkaOptions& options)
    : admin_(admin),
      address_(std::move(address)),
      options_(options),
      streams_(std::move(topics.streams)),
      partitions_(topics.partitions) {}

TopicGuard::~TopicGuard() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void TopicGuard::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void TopicGuard::Run(const std::stop_token& stop) {
  bool stopping = false;
  const std::stop_callback wake(stop, [&] {
    const absl::MutexLock lock(&mutex_);
    stopping = true;
  });
  while (true) {
    {
      const absl::MutexLock lock(&mutex_);
      const milliseconds wait =
          failure_ ? std::min(kFailedInterval, options_.check_interval) : options_.check_interval;
      mutex_.AwaitWithTimeout(absl::Condition(&stopping), absl::FromChrono(wait));
      if (stopping) return;
    }
    const Result<void> found = Check();
    if (options_.on_check) options_.on_check(found);
  }
}

Result<void> TopicGuard::Check() {
  Result<void> found = Look();
  const absl::MutexLock lock(&mutex_);
  if (found.ok()) {
    failure_.reset();
  } else if (found.error().code != Code::kUnavailable) {
    failure_ = WhileOpen(found.error());
  }
  return found;
}

Result<void> TopicGuard::Verdict() const {
  const absl::MutexLock lock(&mutex_);
  if (failure_) return *failure_;
  return {};
}

Result<void> TopicGuard::Look() {
  std::vector<std::string> topics;
  for (const std::string& stream : streams_) topics.push_back(address_.TopicOf(stream));
  for (const std::string& topic : topics) TL_TRY_VOID(LookAtCopies(topic));
  TL_TRY(auto settings, admin_.Settings(topics));
  const std::vector<TopicSetting> needed = NeededSettings(address_.replication);
  for (const std::string& topic : topics) {
    TL_TRY_VOID(CheckSettings(topic, needed, settings[topic]));
  }
  for (const std::string& stream : streams_) {
    for (std::uint32_t i = 0; i < partitions(); ++i) TL_TRY_VOID(LookAtRange({stream, i}));
  }
  return {};
}

Result<void> TopicGuard::LookAtCopies(const std::string& topic) {
  TL_TRY(const std::vector<std::uint32_t> copies, admin_.Copies(topic));
  {
    const absl::MutexLock lock(&mutex_);
    if (partitions_ == 0) partitions_ = static_cast<std::uint32_t>(copies.size());
  }
  if (copies.size() != partitions()) {
    return WrongTopic(topic, "partition count", std::to_string(copies.size()),
                      std::to_string(partitions()),
                      "It cannot be set right, since records stay where they are: name another "
                      "prefix, or restore the log from an export");
  }
  const std::uint32_t fewest = *std::min_element(copies.begin(), copies.end());
  if (fewest < address_.replication) {
    return WrongTopic(topic, "replication factor", std::to_string(fewest),
                      fmt::format("at least {}", address_.replication),
                      "Add copies with `kafka-reassign-partitions.sh`, or name what the log is to "
                      "have as `replication` in the address");
  }
  return {};
}

Result<void> TopicGuard::LookAtRange(const PartitionId& partition) {
  const std::string topic = address_.TopicOf(partition.stream);
  const Offset known = KnownEnd(partition);
  TL_TRY(const OffsetRange range, admin_.RangeReaching(topic, partition.partition, known));
  if (range.first != 0) return Lost(topic, partition, "its first offset", range.first, 0);
  if (range.end < known) return Lost(topic, partition, "its end", range.end, known);
  NoteEnd(partition, range.end);
  return {};
}

void TopicGuard::NoteEnd(const PartitionId& partition, Offset end) {
  const absl::MutexLock lock(&mutex_);
  Offset& known = known_ends_[partition];
  known = std::max(known, end);
}

Offset TopicGuard::KnownEnd(const PartitionId& partition) const {
  const absl::MutexLock lock(&mutex_);
  const auto known = known_ends_.find(partition);
  return known == known_ends_.end() ? 0 : known->second;
}

bool TopicGuard::Has(const PartitionId& partition) const {
  return partition.partition < partitions() &&
         std::find(streams_.begin(), streams_.end(), partition.stream) != streams_.end();
}

std::uint32_t TopicGuard::partitions() const {
  const absl::MutexLock lock(&mutex_);
  return partitions_;
}

}  // namespace twinledger::log
