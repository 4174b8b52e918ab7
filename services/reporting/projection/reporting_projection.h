// The rows of reports. The service writes no stream: it follows those of others, and knows them by
// their events alone.
//
//   councils       council id                    CouncilRow       registry, council/<id>
//   partners       partner id                    PartnerRow       registry, partner/<id>
//   relationships  council id, relationship id   RelationshipRow  registry, council/<id>
//   officials      council id, official id       OfficialRow      registry, council/<id>
//   principals     principal id                  PrincipalRow     registry, principal/<id>
//   records        council id, record id         RecordRow        engagement, council/<id>
//   timeline       timeline_writer.h             TimelineRow      as its key says, council/<id>
//   assessments    council id, relationship id   AssessmentRow    risk, council/<id>
//   alerts         council id, alert id          AlertRow         risk, council/<id>
//
// Each row comes from one partition of one stream; what spans them is joined when it is read.
// Beside them stand the tables of what is scored (risk/inputs/input_tables.h): scores are computed
// when they are read, by the code that made the receipts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "reporting/domain/ids.h"
#include "twinledger/reporting/state/v1/rows.pb.h"
#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::reporting {

inline constexpr std::string_view kName = "reporting";  // Of the service and its projection.
inline constexpr std::string_view kRegistryStream = "registry";
inline constexpr std::string_view kEngagementStream = "engagement";
inline constexpr std::string_view kRiskStream = "risk";

using CouncilRow = state::v1::CouncilRow;
using RelationshipRow = state::v1::RelationshipRow;
using RecordRow = state::v1::RecordRow;
using TimelineRow = state::v1::TimelineRow;
using AssessmentRow = risk::state::v1::AssessmentRow;
using AlertRow = risk::state::v1::AlertRow;

inline constexpr store::Table<CouncilRow> kCouncils{16, "councils"};
inline constexpr store::Table<state::v1::PartnerRow> kPartners{17, "partners"};
inline constexpr store::Table<RelationshipRow> kRelationships{18, "relationships"};
inline constexpr store::Table<state::v1::OfficialRow> kOfficials{19, "officials"};
inline constexpr store::Table<state::v1::PrincipalRow> kPrincipals{20, "principals"};
inline constexpr store::Table<RecordRow> kRecords{21, "records"};
inline constexpr store::Table<TimelineRow> kTimeline{22, "timeline"};
inline constexpr store::Table<AssessmentRow> kAssessments{23, "assessments"};
inline constexpr store::Table<AlertRow> kAlerts{24, "alerts"};

// Of the council's own, in every stream.
log::v1::EntityKey KeyOf(const CouncilId& id);

// Threads: immutable, thread-safe.
class ReportingProjection final : public projection::Projection {
 public:
  std::string_view name() const override { return kName; }
  std::uint32_t schema_version() const override { return 4; }
  std::vector<std::string> streams() const override;
  bool Decides(std::string_view) const override { return false; }
  std::optional<projection::Unapplicable> Apply(const log::PartitionId& partition,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override;
  void Prepare(const log::PartitionId& partition,
               const log::AcceptedCommit& accepted) const override;
};

}  // namespace twinledger::reporting
