// The adapter under the contract's suite (tests/contract) where there is a broker.
#include "platform/base/check.h"
#include "platform/log/kafka/kafka_log.h"
#include "tests/contract/adapters.h"
#include "tests/kafka/broker.h"

namespace twinledger::testing {
namespace {

// The brokers stay: a program that restarts opens its log there anew.
class KafkaUnderTest final : public LogUnderTest {
 public:
  KafkaUnderTest() {
    const Result<void> created = log::KafkaLog::Create(address_, {topics_.streams, 2});
    if (!created.ok()) std::fprintf(stderr, "%s\n", created.error().message.c_str());
    TL_CHECK(created.ok());
    Reopen();
  }
  log::EventLog& log() override { return *log_; }
  void Reopen() override {
    log_.reset();
    auto opened = log::KafkaLog::Open(address_, topics_);
    if (!opened.ok()) std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    TL_CHECK(opened.ok());
    log_ = *std::move(opened);
  }

 private:
  const log::KafkaAddress address_ = FreshKafkaAddress();
  const log::KafkaTopics topics_{{"registry", "audit"}, 0};
  std::unique_ptr<log::KafkaLog> log_;
};

}  // namespace

std::vector<Adapter> AllAdapters() {
  return {{"Kafka", true, [] { return std::make_unique<KafkaUnderTest>(); }}};
}

}  // namespace twinledger::testing
