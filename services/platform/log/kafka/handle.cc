#include "platform/log/kafka/handle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/whole_file.h"
#include "platform/log/kafka/kafka_error.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A broker that hangs is noticed before an append is given up, so that a retry has its time.
std::chrono::milliseconds SocketTimeout(const KafkaOptions& options) {
  return std::max(std::chrono::milliseconds(1000), options.append_timeout * 6 / 10);
}

KafkaHandle::Properties EveryHandle(const KafkaAddress& address, const KafkaOptions& options) {
  KafkaHandle::Properties all = address.properties;
  all["bootstrap.servers"] = address.brokers;
  all.try_emplace("client.id", "twinledger");
  all["socket.timeout.ms"] = std::to_string(SocketTimeout(options).count());
  all["socket.keepalive.enable"] = "true";
  all["socket.nagle.disable"] = "true";
  // A broker that is back is found within a second.
  all["reconnect.backoff.ms"] = "50";
  all["reconnect.backoff.max.ms"] = "1000";
  all["topic.metadata.refresh.fast.interval.ms"] = "100";
  all["allow.auto.create.topics"] = "false";
  // Idle brokers close connections; that is no news.
  all["log.connection.close"] = "false";
  return all;
}

// The library says only that such a setting failed, and not what of the file.
Result<void> CheckFiles(const KafkaHandle::Properties& properties) {
  std::error_code ignored;
  for (const auto& [name, value] : properties) {
    if (name.starts_with("ssl.") && name.ends_with(".location") &&
        !std::filesystem::is_directory(value, ignored)) {
      TL_TRY_VOID(ReadWholeFile(value));
    }
  }
  return {};
}

// The library's words for it: to whoever asks it says no more than that there is no connection.
constexpr std::string_view kRefused = "SASL authentication error";

}  // namespace

void KafkaHandle::WriteLine(const rd_kafka_t* handle, int level, const char* facility,
                            const char* text) {
  const auto* self = static_cast<const KafkaHandle*>(rd_kafka_opaque(handle));
  const std::string_view line = text;
  if (line.find(kRefused) != std::string_view::npos) self->SetRefusal(std::string(line));
  if (self->log_) self->log_(fmt::format("librdkafka {} {}: {}", level, facility, text));
}

Result<std::unique_ptr<KafkaHandle>> KafkaHandle::New(rd_kafka_type_t type,
                                                      const KafkaAddress& address,
                                                      const KafkaOptions& options,
                                                      const Properties& properties) {
  std::unique_ptr<KafkaHandle> made(new KafkaHandle(options));
  std::array<char, 512> why{};
  std::unique_ptr<rd_kafka_conf_t, Destroyer<rd_kafka_conf_destroy>> conf(rd_kafka_conf_new());
  Properties all = EveryHandle(address, options);
  for (const auto& [name, value] : properties) all[name] = value;
  TL_TRY_VOID(CheckFiles(all));
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
      return KafkaError("setting " + name, RD_KAFKA_RESP_ERR__INVALID_ARG, why.data());
    }
  }
  rd_kafka_conf_set_opaque(conf.get(), made.get());
  rd_kafka_conf_set_log_cb(conf.get(), &KafkaHandle::WriteLine);
  if (type == RD_KAFKA_PRODUCER) {
    rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  }
  made->handle_ = rd_kafka_new(type, conf.get(), why.data(), why.size());
  if (made->handle_ == nullptr) {
    const rd_kafka_resp_err_t error = rd_kafka_last_error();
    return KafkaError("making a client", error, why.data());
  }
  (void)conf.release();  // It is the handle's now.
  made->main_queue_.reset(rd_kafka_queue_get_main(made->handle_));
  return made;
}

Result<std::unique_ptr<KafkaHandle>> KafkaHandle::NewAsker(const KafkaAddress& address,
                                                           const KafkaOptions& options) {
  return New(RD_KAFKA_CONSUMER, address, options, {{"isolation.level", "read_uncommitted"}});
}

std::string KafkaHandle::Refusal() const {
  absl::MutexLock lock(&mutex_);
  return refusal_;
}

void KafkaHandle::SetRefusal(std::string text) const {
  absl::MutexLock lock(&mutex_);
  refusal_ = std::move(text);
}

KafkaHandle::~KafkaHandle() {
  main_queue_.reset();
  if (handle_ != nullptr) rd_kafka_destroy(handle_);
}

Result<KafkaTopicHandle> KafkaHandle::Topic(const std::string& name,
                                            std::chrono::milliseconds timeout) const {
  KafkaTopicHandle topic(rd_kafka_topic_new(handle_, name.c_str(), nullptr));
  TL_CHECK(topic != nullptr);  // Its name was checked.
  TL_TRY_VOID(Metadata(name, topic.get(), timeout));
  return topic;
}

Result<KafkaMetadata> KafkaHandle::Metadata(const std::string& name, rd_kafka_topic_t* topic,
                                            std::chrono::milliseconds timeout) const {
  const auto deadline = steady_clock::now() + timeout;
  const rd_kafka_metadata_t* answer = nullptr;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    error =
        rd_kafka_metadata(handle_, 0, topic, &answer, std::max(1, static_cast<int>(left.count())));
    // A connection that has just ended is no answer.
    if (error != RD_KAFKA_RESP_ERR__TRANSPORT || steady_clock::now() + kAskAgain >= deadline) break;
    std::this_thread::sleep_for(kAskAgain);
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string refusal = Refusal();
    return KafkaError("asking about topic " + name,
                      refusal.empty() ? error : RD_KAFKA_RESP_ERR__AUTHENTICATION, refusal);
  }
  SetRefusal("");
  KafkaMetadata metadata(answer);
  const rd_kafka_resp_err_t about =
      metadata->topic_cnt == 1 ? TopicOf(metadata).err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  if (about == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    return Error{Code::kNotFound,
                 fmt::format("Kafka has no topic {}; check the address, or make the log's topics "
                             "with `twinledger log init`",
                             name),
                 "TOPIC_MISSING",
                 {{"topic", name}}};
  }
  // Without a leader for a while: whoever needs one waits for it.
  if (about != RD_KAFKA_RESP_ERR_NO_ERROR && about != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
    return KafkaError("asking about topic " + name, about);
  }
  return metadata;
}

}  // namespace twinledger::log
