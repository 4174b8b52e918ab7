// The rows of risk: what is scored (inputs/input_tables.h), and what scoring came to.
//
//   assessments  council id, relationship id  AssessmentRow  risk, council/<id>
//   alerts       council id, alert id         AlertRow       risk, council/<id>
//
// The relationship id of a council's own assessments is empty. Versions of an assessment's row are
// its receipts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::risk {

inline constexpr std::string_view kStream = "risk";
inline constexpr std::string_view kRegistryStream = "registry";
inline constexpr std::string_view kEngagementStream = "engagement";

inline constexpr store::Table<state::v1::AssessmentRow> kAssessments{16, "assessments"};
inline constexpr store::Table<state::v1::AlertRow> kAlerts{17, "alerts"};

log::v1::EntityKey CouncilKey(const std::string& council_id);

// Threads: immutable, thread-safe.
class RiskProjection final : public projection::Projection {
 public:
  std::string_view name() const override { return kStream; }
  std::uint32_t schema_version() const override { return 4; }
  std::vector<std::string> streams() const override;
  bool Decides(std::string_view stream) const override { return stream == kStream; }
  std::optional<projection::Unapplicable> Apply(const log::PartitionId& partition,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override;
  void Prepare(const log::PartitionId& partition,
               const log::AcceptedCommit& accepted) const override;
};

}  // namespace twinledger::risk
