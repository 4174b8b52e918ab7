#include "platform/server/disk_space.h"

#include <system_error>

namespace twinledger::server {

namespace fs = std::filesystem;

DiskSpace SpaceOf(const fs::path& folder) {
  std::error_code problem;
  const fs::space_info space = fs::space(folder, problem);
  if (problem) return {};
  return {space.capacity, space.available};
}

std::uint64_t BytesIn(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code gone;
    if (!at->is_regular_file(gone) || gone) continue;
    const std::uintmax_t size = at->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

}  // namespace twinledger::server
