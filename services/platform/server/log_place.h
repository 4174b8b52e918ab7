// Where a data directory's log is: in its folder log/, or on Kafka. One that was begun in one place
// is not looked for in another, since both would be written to by the same keys.
//
//   log/           embedded
//   kafka_topics   on Kafka: the prefix of the topics, one line
#pragma once

#include <optional>
#include <string>

#include "platform/base/data_directory.h"
#include "platform/base/result.h"
#include "platform/log/kafka/kafka_address.h"

namespace twinledger::server {

// FAILED_PRECONDITION, reason LOG_ELSEWHERE, if the directory's log is not where `kafka` says;
// without an address that is in its folder.
Result<void> CheckLogPlace(const DataDirectory& data,
                           const std::optional<log::KafkaAddress>& kafka);

// The half of it for who brings the log to Kafka: FAILED_PRECONDITION, reason LOG_ELSEWHERE, if
// there is an embedded one.
Result<void> CheckNoEmbeddedLog(const DataDirectory& data, const log::KafkaAddress& kafka);

// Remembers which topics the log is in.
Result<void> StoreTopicPrefix(const DataDirectory& data, const std::string& prefix);

// "kafka://a:9092,b:9092/prefix", without the options.
std::string AddressText(const log::KafkaAddress& kafka);

// Whether a file is there, or a folder with anything in it.
bool HoldsAnything(const std::filesystem::path& path);

}  // namespace twinledger::server
