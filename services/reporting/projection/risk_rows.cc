#include "reporting/projection/risk_rows.h"

#include <fmt/format.h>

#include <string>

#include "platform/projection/events_of.h"
#include "reporting/projection/assessment_rows.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::reporting {
namespace {

using projection::Unapplicable;
using risk::events::v1::RiskEvent;
using Applied = std::optional<Unapplicable>;

// One event of one commit.
class RiskApplication {
 public:
  RiskApplication(const log::PartitionId& partition, const log::v1::Commit& commit,
                  TimelineWriter& timeline, store::RowWriter& rows)
      : commit_(commit),
        position_(
            fmt::format("{}/{}.{}", log::ToString(partition), commit.sequence(), timeline.place())),
        timeline_(timeline),
        rows_(rows) {}

  Applied OnAssessed(const risk::events::v1::AssessmentRecorded& receipt) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, "council", receipt.council_id())) {
      return wrong;
    }
    const store::RowKey key{receipt.council_id(), receipt.relationship_id()};
    const Result<std::optional<store::RowVersion>> before = rows_.Find(kAssessments.id, key);
    if (!before.ok()) return Unapplicable{before.error().message};
    std::optional<risk::events::v1::Band> band_before;
    if (*before) {
      band_before = BandInAssessmentRow((*before)->bytes);
      if (!band_before) return Unapplicable{store::UnreadableRow(kAssessments.name, key).message};
    }
    rows_.PutBytes(kAssessments.id, key,
                   AssessmentRowBytes(receipt, position_, commit_.record_time_us()));

    TimelineRow told;
    told.set_kind(state::v1::ENTRY_KIND_ASSESSED);
    if (band_before) told.set_from_band(*band_before);
    told.set_to_band(receipt.band());
    told.set_r(receipt.r());
    told.set_a(receipt.a());
    Tell(receipt.council_id(), receipt.relationship_id(), std::move(told));
    return std::nullopt;
  }

  Applied OnAlert(const risk::events::v1::AlertOpened& alert) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, "council", alert.council_id())) {
      return wrong;
    }
    AlertRow row;
    *row.mutable_alert() = alert;
    row.set_event(position_);
    row.set_record_time_us(commit_.record_time_us());
    rows_.Put(kAlerts, {alert.council_id(), alert.alert_id()}, row);

    TimelineRow told;
    told.set_kind(state::v1::ENTRY_KIND_ALERT_OPENED);
    told.set_from_band(alert.from_band());
    told.set_to_band(alert.to_band());
    told.set_r(alert.r());
    Tell(alert.council_id(), alert.relationship_id(), std::move(told));
    return std::nullopt;
  }

 private:
  // What is of the council as a whole is of no relationship.
  void Tell(const std::string& council, const std::string& relationship, TimelineRow told) {
    if (!relationship.empty()) timeline_.Add(council, relationship, std::move(told));
  }

  const log::v1::Commit& commit_;
  const std::string position_;
  TimelineWriter& timeline_;
  store::RowWriter& rows_;
};

Applied FollowScore(const RiskEvent& event, RiskApplication application) {
  switch (event.kind_case()) {
    case RiskEvent::kAssessmentRecorded:
      return application.OnAssessed(event.assessment_recorded());
    case RiskEvent::kAlertOpened:
      return application.OnAlert(event.alert_opened());
    case RiskEvent::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of risk of a kind that this program does not know"};
}

}  // namespace

Applied FollowRisk(const log::PartitionId& partition, const log::AcceptedCommit& accepted,
                   TimelineWriter& timeline, store::RowWriter& rows) {
  for (const auto& parsed : projection::EventsOf<RiskEvent>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    if (Applied failed = FollowScore(parsed.event, {partition, accepted.commit, timeline, rows})) {
      return failed;
    }
    timeline.NextEvent();
  }
  return std::nullopt;
}

void PrepareRisk(const log::AcceptedCommit& accepted) { projection::EventsOf<RiskEvent>(accepted); }

}  // namespace twinledger::reporting
