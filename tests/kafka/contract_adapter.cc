// The adapter under the contract's suite (tests/contract) where there is a broker.
#include <chrono>

#include "platform/log/kafka/kafka_log.h"
#include "tests/contract/adapters.h"
#include "tests/kafka/broker.h"

namespace twinledger::testing {
namespace {

// The broker stays: a program that restarts opens its log there anew.
class KafkaUnderTest final : public LogUnderTest {
 public:
  KafkaUnderTest() {
    CreateKafkaLog(address_, topics_);
    Reopen();
  }
  log::EventLog& log() override { return *log_; }
  void Reopen() override {
    log_.reset();
    // However busy the machine is: the suite is not about time limits.
    log::KafkaOptions options;
    options.append_timeout = std::chrono::seconds(60);
    options.request_timeout = std::chrono::seconds(60);
    options.tail_timeout = std::chrono::seconds(60);
    log_ = OpenKafkaLog(address_, topics_, options);
  }

 private:
  const log::KafkaAddress address_ = FreshKafkaAddress();
  const log::KafkaTopics topics_{{"registry", "audit"}, 2};
  std::unique_ptr<log::KafkaLog> log_;
};

}  // namespace

std::vector<Adapter> AllAdapters() {
  return {{"Kafka", true, [] { return std::make_unique<KafkaUnderTest>(); }}};
}

}  // namespace twinledger::testing
