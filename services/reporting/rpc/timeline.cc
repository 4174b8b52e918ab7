#include "reporting/rpc/timeline.h"

#include "platform/fields/partial_date.h"
#include "platform/rpc/timestamp.h"
#include "reporting/domain/outline.h"
#include "reporting/domain/summary.h"

namespace twinledger::reporting {
namespace {

bool IsScore(state::v1::EntryKind kind) {
  return kind == state::v1::ENTRY_KIND_ASSESSED || kind == state::v1::ENTRY_KIND_ALERT_OPENED;
}

}  // namespace

v1::TimelineEntry ResourceOf(const Versioned<TimelineRow>& entry, const RelationshipName& name,
                             Audience audience) {
  using registry::v1::PartialDate;
  const TimelineRow& row = entry.row;
  v1::TimelineEntry shown;
  shown.set_event(EventOf(entry));
  *shown.mutable_record_time() = rpc::TimestampOf(row.record_time_us());
  shown.set_kind(static_cast<v1::EntryKind>(row.kind()));
  shown.set_actor(row.actor());
  if (!row.record_id().empty() && !IsFor(audience, row.record().release_class())) {
    shown.set_withheld_class(
        static_cast<engagement::v1::ReleaseClass>(row.record().release_class()));
    return shown;
  }
  const Move move = MoveOf(row, name.relationship.value());
  const Days days = move == Move::kNone
                        ? Days{fields::PartsOf(row.occur_date()), fields::PartsOf(row.occur_end())}
                        : DaysOf(row.record());
  if (fields::IsKnown(days.first)) {
    *shown.mutable_occur_date() = fields::DateMessage<PartialDate>(days.first);
  }
  if (fields::IsKnown(days.last)) {
    *shown.mutable_occur_end() = fields::DateMessage<PartialDate>(days.last);
  }
  shown.set_summary(SummaryOf(row, move));
  if (!row.record_id().empty()) shown.set_record(NameOf(name.council, RecordId(row.record_id())));
  shown.set_from_band(static_cast<risk::v1::Band>(row.from_band()));
  shown.set_to_band(static_cast<risk::v1::Band>(row.to_band()));
  if (IsScore(row.kind())) shown.set_r(row.r());
  return shown;
}

}  // namespace twinledger::reporting
