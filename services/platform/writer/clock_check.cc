#include "platform/writer/clock_check.h"

#include <fmt/core.h>

namespace twinledger::writer {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

}  // namespace

std::optional<std::string> ClockCheck::Wrong(WallTime wall, MonotonicTime monotonic,
                                             WallTime tip) const {
  const auto drift = (wall - wall_) - (monotonic - monotonic_);
  if (drift > kTolerance || drift < -kTolerance) {
    return fmt::format("The server's clock moved by {} s against the time that passed",
                       duration_cast<seconds>(drift).count());
  }
  if (tip - wall > kTolerance) {
    return fmt::format("The server's clock is {} s behind the log's last record",
                       duration_cast<seconds>(tip - wall).count());
  }
  return std::nullopt;
}

}  // namespace twinledger::writer
