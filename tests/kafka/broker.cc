#include "tests/kafka/broker.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "platform/base/check.h"

namespace twinledger::testing {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) std::fprintf(stderr, "run it by tests/kafka/with_broker.sh\n");
  TL_CHECK(value != nullptr);
  return value;
}

void Tool(const std::string& command) {
  const std::string line = Environment("TWINLEDGER_KAFKA_TOOL") + " " + command;
  TL_CHECK(std::system(line.c_str()) == 0);
}

}  // namespace

log::KafkaAddress FreshKafkaAddress() {
  static std::atomic<int> last{0};
  log::KafkaAddress address;
  address.brokers = Environment("TWINLEDGER_KAFKA");
  address.prefix = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++last);
  address.replication = 1;
  address.properties["security.protocol"] = "plaintext";
  return address;
}

std::string TextOf(const log::KafkaAddress& address) {
  return "kafka://" + address.brokers + "/" + address.prefix +
         "?replication=" + std::to_string(address.replication);
}

void KillBroker() { Tool("kill 1"); }
void StartBroker() { Tool("start 1"); }
void PauseBroker() { Tool("pause 1"); }
void ResumeBroker() { Tool("resume 1"); }

}  // namespace twinledger::testing
