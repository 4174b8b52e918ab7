#include "risk/inputs/input_tables.h"

#include "risk/inputs/follow_engagement.h"
#include "risk/inputs/follow_registry.h"

namespace twinledger::risk {

std::optional<projection::Unapplicable> FollowInputs(const log::PartitionId& partition,
                                                     const log::AcceptedCommit& accepted,
                                                     store::RowWriter& rows) {
  if (partition.stream == "registry") return FollowRegistry(accepted, rows);
  if (partition.stream == "engagement") return FollowEngagement(accepted, rows);
  return std::nullopt;
}

void PrepareInputs(const log::PartitionId& partition, const log::AcceptedCommit& accepted) {
  if (partition.stream == "registry") PrepareRegistry(accepted);
  if (partition.stream == "engagement") PrepareEngagement(accepted);
}

}  // namespace twinledger::risk
