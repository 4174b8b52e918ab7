// A disk that changes what it was given.
#pragma once

#include <filesystem>
#include <fstream>
#include <ios>

namespace twinledger::support {

// Flips the lowest bit of the byte at `at`, counted from the begin of the file.
inline void FlipABit(const std::filesystem::path& path, std::streamoff at) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(at);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(at);
  file.put(byte);
}

}  // namespace twinledger::support
