#include "reporting/projection/reporting_projection.h"

#include "reporting/projection/engagement_rows.h"
#include "reporting/projection/registry_rows.h"
#include "reporting/projection/risk_rows.h"
#include "risk/inputs/input_tables.h"

namespace twinledger::reporting {

log::v1::EntityKey KeyOf(const CouncilId& id) {
  log::v1::EntityKey key;
  key.set_type("council");
  key.set_id(id.value());
  return key;
}

std::vector<std::string> ReportingProjection::streams() const {
  return {std::string(kRegistryStream), std::string(kEngagementStream), std::string(kRiskStream)};
}

std::optional<projection::Unapplicable> ReportingProjection::Apply(
    const log::PartitionId& partition, const log::AcceptedCommit& accepted,
    store::RowWriter& rows) const {
  if (auto failed = risk::FollowInputs(partition, accepted, rows)) return failed;
  TimelineWriter timeline(partition, accepted.commit, rows);
  if (partition.stream == kRegistryStream) return FollowRegistry(accepted, timeline, rows);
  if (partition.stream == kEngagementStream) return FollowEngagement(accepted, timeline, rows);
  return FollowRisk(partition, accepted, timeline, rows);
}

void ReportingProjection::Prepare(const log::PartitionId& partition,
                                  const log::AcceptedCommit& accepted) const {
  risk::PrepareInputs(partition, accepted);
  if (partition.stream == kRiskStream) PrepareRisk(accepted);
}

}  // namespace twinledger::reporting
