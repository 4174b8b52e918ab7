// The commits of a log, decoded, in the order in which they were stored.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "platform/log/archive/accepted_records.h"

namespace twinledger::log {

// What to show; an empty field shows all.
struct ReplayFilter {
  std::string stream;
  std::string key_type;
  std::string key_id;
  std::optional<std::int64_t> from_us;  // Record time, inclusive.
  std::optional<std::int64_t> to_us;    // Record time, exclusive.
};

struct ReplayedCommit {
  PartitionId partition;
  Offset offset = 0;         // Of the record.
  const v1::Commit& commit;  // Its sequence completes the position.
  const crypto::Hash& hash;
  const crypto::Hash& record_hash;
  const std::string& key_id;  // That signed the record.
};
using CommitVisitor = std::function<Result<void>(const ReplayedCommit&)>;

// Reads and checks all of the log, shows what the filter lets through. Errors as of ReadAccepted.
Result<Readings> ReplayLog(EventLog& log, const Founding& founding, const ReplayFilter& filter,
                           const CommitVisitor& visitor, const ReadProgressCallback& progress = {});

}  // namespace twinledger::log
