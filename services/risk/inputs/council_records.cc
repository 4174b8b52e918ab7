#include "risk/inputs/council_records.h"

#include <algorithm>
#include <optional>

#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

using engagement::events::v1::RecordFields;

// What a record says of its days.
struct Span {
  std::optional<Period> begin;
  std::optional<Period> end;

  friend bool operator==(const Span&, const Span&) = default;
};

Span SpanOf(const RecordFields& fields) {
  Span span;
  if (fields.has_gift()) {
    span.begin = PeriodOf(fields.gift().offered_on());
  } else if (fields.has_travel()) {
    span = {PeriodOf(fields.travel().depart_on()), PeriodOf(fields.travel().return_on())};
  } else {
    span = {PeriodOf(fields.occur_date()), PeriodOf(fields.occur_end())};
  }
  if (!span.end) span.end = span.begin;
  return span;
}

EventDays DaysOf(const Span& span, Day recorded) {
  const Period end = span.end.value_or(Period{recorded, recorded});
  const Period begin = span.begin.value_or(end);
  const Day last = std::max(begin.first, std::min(end.last, std::max(end.first, recorded)));
  return {.first = begin.first,
          .last = last,
          .last_at_earliest = span.end ? std::max(begin.first, end.first) : kDayMin};
}

RecordHistory HistoryOf(const RecordInputs& record, Day as_of) {
  RecordHistory history{.id = record.record_id, .revisions = {}};
  std::optional<Span> said;
  Day recorded = 0;  // When that was said first.
  for (const Revision& revision : record.revisions) {
    if (revision.recorded > as_of) break;
    history.retraction_pending = revision.state == state::v1::RECORD_STATE_RETRACTION_PENDING;
    if (history.retraction_pending) continue;
    const Span span = SpanOf(revision.fields);
    if (said != span) recorded = revision.recorded;
    said = span;
    history.revisions.push_back({.revision = &revision, .days = DaysOf(span, recorded)});
  }
  return history;
}

}  // namespace

bool RecordHistory::retracted() const {
  return newest().revision->state == state::v1::RECORD_STATE_RETRACTED;
}

CouncilRecords::CouncilRecords(const CouncilInputs& inputs, Day as_of)
    : inputs_(inputs), as_of_(as_of) {
  std::map<std::string_view, EventDays> journeys;
  for (const RecordInputs& record : inputs.records) {
    RecordHistory history = HistoryOf(record, as_of);
    if (history.revisions.empty()) continue;
    if (history.fields().has_travel() && !history.retracted()) {
      journeys.emplace(history.id, history.newest().days);
    }
    all_.push_back(std::move(history));
  }
  std::ranges::sort(all_, {}, &RecordHistory::id);
  for (std::size_t i = 0; i < all_.size(); ++i) {
    for (Told& told : all_[i].revisions) {
      const auto journey = journeys.find(told.fields().device().travel_record_id());
      if (journey != journeys.end()) told.days = journey->second;
    }
    if (!all_[i].fields().has_device() || all_[i].retracted()) continue;
    devices_.emplace(all_[i].fields().device().travel_record_id(), i);
  }
}

std::vector<const RecordHistory*> CouncilRecords::DevicesOf(
    std::string_view travel_record_id) const {
  std::vector<const RecordHistory*> devices;
  const auto [begin, end] = devices_.equal_range(travel_record_id);
  for (auto at = begin; at != end; ++at) devices.push_back(&all_[at->second]);
  return devices;
}

}  // namespace twinledger::risk
