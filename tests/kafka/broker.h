// The Kafka that a test runs beside: with_broker.sh tells where it is.
#pragma once

#include <chrono>
#include <string>

#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"

namespace twinledger::testing {

// Of a log that no other test of this broker has.
log::KafkaAddress FreshKafkaAddress();

// What the address is written as.
std::string TextOf(const log::KafkaAddress& address);

// Broker 1, through tools/kafka/kafka. They return when it is so.
void KillBroker();
void StartBroker();
void PauseBroker();
void ResumeBroker();

}  // namespace twinledger::testing
