#include "risk/projection/risk_projection.h"

#include <fmt/format.h>

#include "platform/fields/understood.h"
#include "risk/inputs/input_tables.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::risk {
namespace {

using events::v1::RiskEvent;
using projection::Unapplicable;
using Applied = std::optional<Unapplicable>;

// An event about another council than its commit would write another partition's row.
Applied OfAnother(const log::v1::Commit& commit, const std::string& council_id) {
  if (commit.key().type() == "council" && commit.key().id() == council_id) return std::nullopt;
  return Unapplicable{fmt::format("event of council/{} in a commit of {}/{}", council_id,
                                  commit.key().type(), commit.key().id())};
}

Applied ApplyEvent(const log::v1::Commit& commit, const RiskEvent& event,
                   const std::string& position, store::RowWriter& rows) {
  if (const std::string unknown = fields::UnknownIn(event); !unknown.empty()) {
    return Unapplicable{fmt::format("event with something new in {}", unknown)};
  }
  switch (event.kind_case()) {
    case RiskEvent::kAssessmentRecorded: {
      const events::v1::AssessmentRecorded& receipt = event.assessment_recorded();
      if (Applied failed = OfAnother(commit, receipt.council_id())) return failed;
      state::v1::AssessmentRow row;
      *row.mutable_receipt() = receipt;
      row.set_event(position);
      row.set_record_time_us(commit.record_time_us());
      rows.Put(kAssessments, {receipt.council_id(), receipt.relationship_id()}, row);
      return std::nullopt;
    }
    case RiskEvent::kAlertOpened: {
      const events::v1::AlertOpened& alert = event.alert_opened();
      if (Applied failed = OfAnother(commit, alert.council_id())) return failed;
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
                                                  const log::v1::Commit& commit,
                                                  store::RowWriter& rows) const {
  if (partition.stream != kStream) return FollowInputs(partition, commit, rows);
  for (int i = 0; i < commit.events_size(); ++i) {
    RiskEvent event;
    if (!event.ParseFromString(commit.events(i))) return Unapplicable{"event that does not parse"};
    const std::string position =
        fmt::format("{}/{}.{}", log::ToString(partition), commit.sequence(), i);
    if (Applied failed = ApplyEvent(commit, event, position, rows)) return failed;
  }
  return std::nullopt;
}

}  // namespace twinledger::risk
