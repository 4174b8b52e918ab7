#include "tests/kafka/broker.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

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

template <class T>
void Need(const Result<T>& result) {
  if (!result.ok()) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  TL_CHECK(result.ok());
}

}  // namespace

log::KafkaAddress FreshKafkaAddress() {
  static std::atomic<int> last{0};
  log::KafkaAddress address;
  address.brokers = Environment("TWINLEDGER_KAFKA");
  address.prefix = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++last);
  address.replication =
      static_cast<std::uint32_t>(std::stoul(Environment("TWINLEDGER_KAFKA_BROKERS")));
  address.properties["security.protocol"] = "plaintext";
  return address;
}

log::KafkaAddress OverTls(log::KafkaAddress address, const std::string& name) {
  address.brokers = Environment("TWINLEDGER_KAFKA_TLS");
  address.properties = {{"security.protocol", "ssl"},
                        {"ssl.ca.location", TlsFolder() / "ca.pem"},
                        {"ssl.certificate.location", TlsFolder() / (name + ".pem")},
                        {"ssl.key.location", TlsFolder() / (name + ".key")}};
  return address;
}

log::KafkaAddress WithPassword(log::KafkaAddress address, const std::filesystem::path& password) {
  address.brokers = Environment("TWINLEDGER_KAFKA_SASL");
  std::string text = "kafka://" + address.brokers + "/" + address.prefix +
                     "?replication=" + std::to_string(address.replication) +
                     "&ssl.ca.location=" + (TlsFolder() / "ca.pem").string() +
                     "&sasl.mechanisms=PLAIN&sasl.username=server" +
                     "&sasl.password.location=" + password.string();
  auto parsed = log::ParseKafkaAddress(text);
  Need(parsed);
  return *std::move(parsed);
}

std::filesystem::path TlsFolder() {
  return std::filesystem::path(Environment("TWINLEDGER_KAFKA_DIR")) / "tls";
}

void CreateKafkaLog(const log::KafkaAddress& address, const log::KafkaTopics& topics) {
  Need(log::KafkaLog::Create(address, topics));
}

std::unique_ptr<log::KafkaLog> OpenKafkaLog(const log::KafkaAddress& address,
                                            const log::KafkaTopics& topics,
                                            const log::KafkaOptions& options) {
  auto opened = log::KafkaLog::Open(address, topics, options);
  Need(opened);
  return *std::move(opened);
}

void KillBroker() { Tool("kill 1"); }
void StopBroker() { Tool("down"); }
void StartBroker() { Tool("start 1"); }
void PauseBroker() { Tool("pause 1"); }
void ResumeBroker() { Tool("resume 1"); }

void SetAsTold(const std::string& command) {
  const std::string program = "kafka-configs.sh";
  TL_CHECK(command.starts_with(program));
  Tool("configs" + command.substr(program.size()));
}

}  // namespace twinledger::testing
