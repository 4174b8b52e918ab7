#include "risk/projection/risk_projection.h"

#include <fmt/format.h>

#include "platform/projection/events_of.h"
#include "risk/inputs/input_tables.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::risk {
namespace {

using events::v1::RiskEvent;
using projection::Unapplicable;
using Applied = std::optional<Unapplicable>;

Applied ApplyEvent(const log::v1::Commit& commit, const projection::ParsedEvent<RiskEvent>& parsed,
                   const std::string& position, store::RowWriter& rows) {
  const RiskEvent& event = parsed.event;
  if (Applied newer = projection::NotUnderstood(parsed)) return newer;
  switch (event.kind_case()) {
    case RiskEvent::kAssessmentRecorded: {
      const events::v1::AssessmentRecorded& receipt = event.assessment_recorded();
      if (Applied wrong = projection::OfAnotherEntity(commit, "council", receipt.council_id())) {
        return wrong;
      }
      state::v1::AssessmentRow row;
      *row.mutable_receipt() = receipt;
      row.set_event(position);
      row.set_record_time_us(commit.record_time_us());
      rows.Put(kAssessments, {receipt.council_id(), receipt.relationship_id()}, row);
      return std::nullopt;
    }
    case RiskEvent::kAlertOpened: {
      const events::v1::AlertOpened& alert = event.alert_opened();
      if (Applied wrong = projection::OfAnotherEntity(commit, "council", alert.council_id())) {
        return wrong;
      }
      state::v1::AlertRow row;
      *row.mutable_alert() = alert;
      row.set_event(position);
      row.set_record_time_us(commit.record_time_us());
      rows.Put(kAlerts, {alert.council_id(), alert.alert_id()}, row);
      return std::nullopt;
    }
    case RiskEvent::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of a kind that this program does not know"};
}

}  // namespace

log::v1::EntityKey CouncilKey(const std::string& council_id) {
  log::v1::EntityKey key;
  key.set_type("council");
  key.set_id(council_id);
  return key;
}

std::vector<std::string> RiskProjection::streams() const {
  return {std::string(kStream), std::string(kRegistryStream), std::string(kEngagementStream)};
}

std::optional<Unapplicable> RiskProjection::Apply(const log::PartitionId& partition,
                                                  const log::AcceptedCommit& accepted,
                                                  store::RowWriter& rows) const {
  if (partition.stream != kStream) return FollowInputs(partition, accepted, rows);
  int place = 0;
  for (const auto& parsed : projection::EventsOf<RiskEvent>(accepted)) {
    const std::string position =
        fmt::format("{}/{}.{}", log::ToString(partition), accepted.commit.sequence(), place++);
    if (Applied failed = ApplyEvent(accepted.commit, parsed, position, rows)) return failed;
  }
  return std::nullopt;
}

void RiskProjection::Prepare(const log::PartitionId& partition,
                             const log::AcceptedCommit& accepted) const {
  if (partition.stream != kStream) return PrepareInputs(partition, accepted);
  projection::EventsOf<RiskEvent>(accepted);
}

}  // namespace twinledger::risk
