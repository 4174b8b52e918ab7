// Where a log on Kafka is, written as people write it:
//
//   kafka://HOST:PORT[,HOST:PORT...][/PREFIX][?NAME=VALUE[&NAME=VALUE...]]
//   kafka://kafka-1:9093,kafka-2:9093/twinledger?ssl.ca.location=/etc/twinledger/kafka-ca.pem
//
// The topic of a stream is PREFIX.STREAM; the prefix is "twinledger" unless given. Options are
// `replication`, and the settings of TLS and SASL that name who is who: none of them loosens a
// check or holds a secret, which is in a file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::log {

inline constexpr std::uint32_t kReplicationDefault = 3;

struct KafkaAddress {
  std::string brokers;  // "HOST:PORT,HOST:PORT"
  std::string prefix = "twinledger";
  // Of every topic. With 1 each record is flushed to the disk of its only broker.
  std::uint32_t replication = kReplicationDefault;
  // As the client library names them; `security.protocol` is always there.
  std::map<std::string, std::string> properties;

  std::string TopicOf(std::string_view stream) const;
};

bool IsKafkaAddress(std::string_view text);  // Whether it begins as one.

// INVALID_ARGUMENT, reason BAD_KAFKA_ADDRESS: the part, its value, and what would be right.
Result<KafkaAddress> ParseKafkaAddress(std::string_view text);

}  // namespace twinledger::log
