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
    const log::PartitionId& partition, const log::v1::Commit& commit,
    store::RowWriter& rows) const {
  if (auto failed = risk::FollowInputs(partition, commit, rows)) return failed;
  TimelineWriter timeline(partition, commit, rows);
  if (partition.stream == kRegistryStream) return FollowRegistry(commit, timeline, rows);
  if (partition.stream == kEngagementStream) return FollowEngagement(commit, timeline, rows);
  return FollowRisk(partition, commit, timeline, rows);
}

}  // namespace twinledger::reporting
