// The register of an authority: which certificates it issued, and which of them it revoked.
//
//   issued.jsonl   one JSON object a line, appended and synced:
//                    serial, uri, not_after_s   before the certificate leaves the authority
//                    revoked, at_s              a serial, after revoked.txt has it
//
// It only grows, so it is what a shorter revocation list is told by. A line that cannot be read
// vouches for nobody and is skipped: a crash can cut the last one, and its certificate was never
// handed out.
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

struct IssuedRegister {
  std::vector<IssuedEntry> entries;         // In order of issue.
  std::unordered_set<std::string> revoked;  // Serials.
};

std::filesystem::path IssuedFile(const std::filesystem::path& folder);

// Empty without the file. Threads: any; two programs may append at once.
Result<IssuedRegister> ReadIssued(const std::filesystem::path& folder);
Result<void> AppendIssued(const std::filesystem::path& folder, const IssuedEntry& entry);

// For who holds the lock of the register.
Result<void> AppendRevocations(const std::filesystem::path& folder, int locked_fd,
                               const std::vector<std::string>& serials, WallTime now);

}  // namespace twinledger::identity
