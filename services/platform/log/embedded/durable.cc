#include "platform/log/embedded/durable.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace twinledger::log {

void StopAfterFailedWrite(std::string_view verb, const std::filesystem::path& path,
                          int error_number) {
  std::fprintf(
      stderr,
      "twinledger: cannot %.*s %s: %s; what is on the disk is unknown, so the process stops. "
      "Check the disk, then start again: what was acknowledged is kept.\n",
      static_cast<int>(verb.size()), verb.data(), path.c_str(),
      std::generic_category().message(error_number).c_str());
  std::abort();
}

void SyncOrStop(const File& file, const std::function<int(int)>& sync) {
  const int result = sync ? sync(file.descriptor()) : ::fdatasync(file.descriptor());
  if (result != 0) StopAfterFailedWrite("sync", file.path(), errno);
}

}  // namespace twinledger::log
