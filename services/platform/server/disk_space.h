// What files take, and what is left of their disk.
#pragma once

#include <cstdint>
#include <filesystem>

namespace twinledger::server {

struct DiskSpace {
  std::uint64_t size_bytes = 0;
  std::uint64_t free_bytes = 0;  // For this process.
};

// Zeros if the disk does not tell.
DiskSpace SpaceOf(const std::filesystem::path& folder);

// Of the files in a folder at this moment; those that go meanwhile, and a folder that is not there,
// count nothing.
std::uint64_t BytesIn(const std::filesystem::path& folder);

}  // namespace twinledger::server
