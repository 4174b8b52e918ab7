// Sealed fields of a log whose keys a keyring lacks.
//
// A key is on disk before a field that it seals is recorded. So where a log has one writer, what
// the keyring lacks was lost since: an older copy was brought back, or its file was cut at the end
// of a key, which leaves one that opens like any other; or records were imported without their
// keys. Of a replica the first server may have it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/keyring/keyring.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/log/founding.h"

namespace twinledger::server {

struct LostKeys {
  std::uint64_t fields = 0;
  std::string first = {};  // "engagement/0@17, gift_recorded.description_sealed".
};

// Counts them commit by commit. Threads: confined to one.
class LostKeysCount {
 public:
  explicit LostKeysCount(const keyring::Keyring& keyring)
      : keyring_(keyring) {}  // Which must outlive it.

  // Fields of events that this program does not know are passed over. Errors of reading the
  // keyring.
  Result<void> Look(const log::PartitionId& partition, const log::v1::Commit& commit);

  const LostKeys& found() const { return found_; }

 private:
  const keyring::Keyring& keyring_;
  LostKeys found_;
};

// Of what was recorded last in a log in `directory`: of each partition `records` at the most, and
// no further back than the last segment. Whoever lost keys lost the last ones. Errors of the log.
Result<LostKeys> FindLostKeys(log::EventLog& log, const std::filesystem::path& directory,
                              const log::Founding& founding, const keyring::Keyring& keyring,
                              std::uint64_t records);

}  // namespace twinledger::server
