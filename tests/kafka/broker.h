// The Kafka that a test runs beside: with_broker.sh tells where it is.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_log.h"
#include "platform/log/kafka/kafka_options.h"

namespace twinledger::testing {

// Of a log that no other test has, with a copy on each broker.
log::KafkaAddress FreshKafkaAddress();

// The same log, by the listener that demands client certificates, as one who has a certificate.
log::KafkaAddress OverTls(log::KafkaAddress address, const std::string& name = "client");
// The same, by the listener that demands a password, as "server".
log::KafkaAddress WithPassword(log::KafkaAddress address, const std::filesystem::path& password);
std::filesystem::path TlsFolder();  // As tools/kafka/kafka says.

// Abort the test if it cannot be done.
void CreateKafkaLog(const log::KafkaAddress& address, const log::KafkaTopics& topics);
std::unique_ptr<log::KafkaLog> OpenKafkaLog(const log::KafkaAddress& address,
                                            const log::KafkaTopics& topics,
                                            const log::KafkaOptions& options = {});

// Broker 1, through tools/kafka/kafka. They return when it is so.
void KillBroker();
void StopBroker();  // In peace: its files are whole.
void StartBroker();
void PauseBroker();
void ResumeBroker();

// Runs a command line that an operator is told, which begins with `kafka-configs.sh`.
void SetAsTold(const std::string& command);

}  // namespace twinledger::testing
