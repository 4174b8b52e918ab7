// Verifies a data directory, a log directory or an export, offline and from its first byte: files,
// frames, chain, signatures, the rules of commits, HEAD or manifest, and witnesses.
//
//   valid          every check passed, and the founding is the one that was pinned
//   invalid        something does not check: `first_bad` says where and why
//   indeterminate  nothing is wrong that could be checked; `missing` says what could not
//
// An embedded log stores no void record, so one that stands there was put there.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/log/archive/accepted_records.h"
#include "platform/log/archive/bad_place.h"
#include "platform/log/archive/log_path.h"

namespace twinledger::log {

// What someone else remembers of the log: a projection's cursor, a client's receipt.
struct Witness {
  std::string name;  // Who, for people.
  PartitionId partition;
  Sequence sequence = 0;  // Of a record's last commit.
  crypto::Hash hash{};    // Of that record's body.
};

struct VerifyOptions {
  std::optional<crypto::Hash> founding_hash;
  std::vector<Witness> witnesses;
  ReadProgressCallback progress;
};

struct VerifyReport {
  enum class Verdict { kValid, kInvalid, kIndeterminate };
  struct Partition {
    std::uint64_t records = 0;
    std::uint64_t commits = 0;
    std::uint64_t voids = 0;
    Sequence sequence = 0;
    crypto::Hash hash{};
  };

  Verdict verdict = Verdict::kIndeterminate;
  LogPath path;
  std::optional<crypto::Hash> founding_hash;
  std::string log_id;
  std::map<PartitionId, Partition> partitions;
  std::uint64_t bytes = 0;  // Of records.
  std::optional<BadPlace> first_bad;
  std::vector<std::string> missing;
};

// An error only where nothing could be looked at: no log there, no permission.
Result<VerifyReport> VerifyLog(const std::filesystem::path& path, const VerifyOptions& options);

}  // namespace twinledger::log
