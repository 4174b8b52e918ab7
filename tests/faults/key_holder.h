// A hand that holds the writer keys of a data directory that nobody serves at the moment: what it
// appends is accepted by every reader, whatever is in it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/log/archive/accepted_records.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/server/key_files.h"

namespace twinledger {

// Threads: confined to one. The log is its own until it is destroyed.
class KeyHolder {
 public:
  explicit KeyHolder(const std::filesystem::path& data);

  // One record with one commit of the entity, as if its command had been done with that event.
  void Append(const std::string& stream, const log::v1::EntityKey& entity,
              const std::string& event);

  std::uint32_t partitions() const { return founding_.root.partitions(); }

 private:
  const std::unique_ptr<log::EmbeddedLog> log_;
  const log::Founding founding_;
  const server::Keys keys_;
  log::Readings readings_;
  const std::unique_ptr<log::AppendSession> session_;
  crypto::SystemRandom random_;
};

}  // namespace twinledger
