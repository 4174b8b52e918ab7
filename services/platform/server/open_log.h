// The log of a data directory: founded where nothing is, opened where one is, and never made anew
// where one was.
//
//   nothing there             -> founding.draft, identity (empty), keys, keyring, log, foundings,
//                                pin; the draft goes last
//   founding.draft            -> a founding that was cut short: completed as it was begun
//   log                       -> opened, and held against the pin
//   keys or projections only  -> refused: a log was here
//
// With its log on Kafka a directory has the same but for the log: keys or a pin say that one was
// founded, topics that hold none are refused, and only who founds it on purpose makes topics.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/data_directory.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/log/chain.h"
#include "platform/log/embedded/options.h"
#include "platform/log/event_log.h"
#include "platform/log/kafka/kafka_address.h"
#include "platform/log/kafka/kafka_options.h"
#include "platform/server/key_files.h"

namespace twinledger::server {

// The streams that a new log has. The first one holds the root founding.
const std::vector<std::string>& FoundingStreams();

struct OpenLogOptions {
  std::optional<crypto::Hash> pin = std::nullopt;  // Beside the one in keys/.
  log::EmbeddedOptions embedded = {};
  std::optional<log::KafkaAddress> kafka = std::nullopt;  // Where it is instead.
  log::KafkaOptions kafka_options = {};
  // Of each stream of a log that is founded, 1 to kPartitionsMax; 0: as many as suit where it is.
  std::uint32_t partitions = 0;
};

struct OpenedLog {
  std::unique_ptr<log::EventLog> log;
  log::Founding founding;
  Keys keys;
  bool founded = false;   // By this call.
  std::string torn;       // What a crash left behind the last whole record, for people; else empty.
  std::string head_slot;  // What does not check in HEAD, for people; else empty.
};

// Founds the log of a data directory that holds none, or completes a founding that was cut short.
// ALREADY_EXISTS, reason LOG_EXISTS; FAILED_PRECONDITION, reason LOG_MISSING, where one was,
// LOG_ELSEWHERE, or PARTITIONS_DIFFER, where it was begun with another number than is asked for.
Result<OpenedLog> FoundDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                     const Clock& clock, RandomSource& random);

// Opens it, founding an embedded one first where nothing is. DATA_LOSS with file and position where
// it is damaged; FAILED_PRECONDITION: LOG_MISSING, LOG_ELSEWHERE, KEYS_MISSING, OTHER_FOUNDING, or
// as LoadKeys; on Kafka also as KafkaLog::Open.
Result<OpenedLog> OpenDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                    const Clock& clock, RandomSource& random);

}  // namespace twinledger::server
