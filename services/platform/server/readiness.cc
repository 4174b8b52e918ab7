#include "platform/server/readiness.h"

#include <fmt/format.h>

#include <algorithm>

namespace twinledger::server {

using projection::PartitionStatus;

std::string_view Name(Unready why) {
  switch (why) {
    case Unready::kNot:
      return "";
    case Unready::kStopped:
      return "stopped";
    case Unready::kNoRoom:
      return "no_room";
    case Unready::kCatchingUp:
      return "catching_up";
    case Unready::kBehind:
      return "behind";
  }
  return "";
}

Readiness ReadinessOf(const projection::Runner& runner,
                      const std::vector<PartitionStatus>& partitions,
                      std::chrono::seconds behind_max) {
  const auto stopped = std::ranges::find_if(
      partitions, [](const PartitionStatus& status) { return status.stopped.has_value(); });
  if (stopped != partitions.end()) {
    return {Unready::kStopped, ToString(stopped->partition) + " is stopped"};
  }
  const auto full = std::ranges::find_if(
      partitions, [](const PartitionStatus& status) { return status.no_room.has_value(); });
  if (full != partitions.end()) {
    return {Unready::kNoRoom, fmt::format("{} waits for room on the disk: {}",
                                          ToString(full->partition), full->no_room->message)};
  }
  if (!runner.CaughtUp()) return {Unready::kCatchingUp, "it has not read all of the log yet"};
  const auto last = std::ranges::max_element(partitions, {}, &PartitionStatus::behind);
  if (last == partitions.end() || last->behind <= behind_max) return {};
  return {Unready::kBehind,
          fmt::format(
              "{} was last known to be read to its end {} seconds ago, and lag_seconds_max is {}",
              ToString(last->partition),
              std::chrono::duration_cast<std::chrono::seconds>(last->behind).count(),
              behind_max.count())};
}

}  // namespace twinledger::server
