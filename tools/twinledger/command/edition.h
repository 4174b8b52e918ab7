// What a build of the client can do beside files of this machine and a server.
//
//   whole    with the server: founds, keeps and moves logs, reads topics and projections
//   client   alone: needs neither Kafka's library nor RocksDB, and tells where the rest is
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/archive/verify.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/log/kafka/kafka_address.h"
#include "twinledger/command/program.h"

namespace twinledger::client {

struct OpenedForReading {
  std::unique_ptr<log::EventLog> log;
  log::Founding founding;
};

struct Edition {
  // Adds the commands that keep data directories: to the root, and to its group `log`.
  void (*add_keeping)(Command root, Command log);

  Result<OpenedForReading> (*open_topics)(const log::KafkaAddress& address);

  // How far the projections of a data directory had read its log.
  Result<std::vector<log::Witness>> (*read_cursors)(const std::filesystem::path& projections,
                                                    const log::Founding& founding);
};

extern const Edition kWholeEdition;
// What it cannot do is INVALID_ARGUMENT, reason NOT_IN_THIS_PROGRAM.
extern const Edition kClientEdition;

}  // namespace twinledger::client
