#include "risk/inputs/input_tables.h"

#include "risk/inputs/follow_engagement.h"
#include "risk/inputs/follow_registry.h"

namespace twinledger::risk {

std::optional<projection::Unapplicable> FollowInputs(const log::PartitionId& partition,
                                                     const log::v1::Commit& commit,
                                                     store::RowWriter& rows) {
  if (partition.stream == "registry") return FollowRegistry(commit, rows);
  if (partition.stream == "engagement") return FollowEngagement(commit, rows);
  return std::nullopt;
}

}  // namespace twinledger::risk
