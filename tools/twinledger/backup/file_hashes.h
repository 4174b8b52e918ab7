// The files of a folder with their hashes: what a backup says of itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/crypto/hash.h"

namespace twinledger::client {

struct HashedFile {
  std::string path;  // Relative to the folder, with "/".
  std::uint64_t bytes = 0;
  crypto::Hash hash{};

  friend bool operator==(const HashedFile&, const HashedFile&) = default;
};

// "NAME.new", which NAME is written as first (platform/base/private_file.h): beside a running
// server it may be gone at any moment.
enum class Drafts { kTaken, kPassedOver };

// Every regular file below `folder`, sorted by path. Anything that is neither file nor folder (a
// link, a socket) is an error: it would not be what it seems.
Result<std::vector<std::string>> FilesBelow(const std::filesystem::path& folder,
                                            Drafts drafts = Drafts::kTaken);

Result<HashedFile> HashFile(const std::filesystem::path& folder, const std::string& path);

Error FileProblem(std::string_view what, const std::filesystem::path& path, const std::string& why);

}  // namespace twinledger::client
