// The files that say which certificates are good.
//
//   issued.jsonl   one JSON object a line: serial, uri, not_after; appended and synced before the
//                  certificate leaves the authority
//   revoked.txt    one serial number a line, then for people since when, and whose; '#' begins a
//                  comment; replaced whole
//
// A line of issued.jsonl that cannot be read vouches for nobody and is skipped: a crash can cut the
// last one, and its certificate was never handed out. One of revoked.txt is an error: it may be the
// one that matters.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"

namespace twinledger::identity {

struct IssuedEntry {
  std::string serial;
  std::string uri;
  WallTime not_after;
};

std::filesystem::path IssuedFile(const std::filesystem::path& folder);
std::filesystem::path RevokedFile(const std::filesystem::path& folder);

// Empty without the file. Threads: any; two programs may append at once.
Result<std::vector<IssuedEntry>> ReadIssued(const std::filesystem::path& folder);
Result<void> AppendIssued(const std::filesystem::path& folder, const IssuedEntry& entry);

// Serials; empty without the file. FAILED_PRECONDITION, reason BAD_REVOCATION_LIST, with the line.
Result<std::unordered_set<std::string>> ReadRevoked(const std::filesystem::path& folder);
Result<void> AddRevoked(const std::filesystem::path& folder,
                        const std::vector<IssuedEntry>& entries, WallTime now);

}  // namespace twinledger::identity
