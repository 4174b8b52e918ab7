#include "reporting/scores/standings.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "reporting/domain/outline.h"
#include "reporting/scores/action_text.h"
#include "reporting/scores/events_behind.h"
#include "reporting/scores/resource_names.h"
#include "risk/inputs/retractions.h"

namespace twinledger::reporting {
namespace {

using registry::v1::PartialDate;

constexpr risk::Day kYear = 365;
constexpr int kLineRecordsMost = 20;

PartialDate Date(const fields::PartialDate& parts) {
  return fields::DateMessage<PartialDate>(parts);
}

// Whether the date is certainly later than `known`, or the first that is known.
bool IsLater(const fields::PartialDate& date, const fields::PartialDate& known) {
  return fields::IsKnown(date) && (!fields::IsKnown(known) || fields::IsBefore(known, date));
}

// R of each relationship as it was known then.
using Earlier = std::map<std::string, std::int64_t>;

Result<Earlier> ScoredBefore(const Moment& at, const CouncilId& council) {
  Earlier earlier;
  const Result<CouncilScores> scores =
      ScoreCouncil(at.before, council, at.rules, at.day - kChangeDays);
  if (!scores) {
    if (scores.error().code == Code::kNotFound) return earlier;  // It was not registered yet.
    return scores.error();
  }
  for (const Score& one : scores->relationships) {
    earlier.emplace(one.relationship_id, one.assessment.r());
  }
  return earlier;
}

class Join {
 public:
  Join(const Moment& at, const CouncilScores& scores, const Earlier& earlier, Names& names)
      : at_(at), scores_(scores), earlier_(earlier), names_(names) {}

  Result<v1::RelationshipStanding> StandingOf(const Score& score) {
    const CouncilId council(scores_.inputs.council_id);
    const RelationshipId id(score.relationship_id);
    v1::RelationshipStanding standing;
    standing.set_name(NameOf(council, id));
    standing.set_council(NameOf(council));
    TL_TRY(*standing.mutable_council_display_name(), names_.OfCouncil(council.value()));
    TL_TRY(const auto found, FindRelationship(at_.rows, council, id));
    Activity activity = LastRecorded(scores_.inputs, at_.day, id);
    if (found) {
      TL_TRY_VOID(FillRegister(found->row, standing));
      if (IsLater(fields::PartsOf(found->row.last_step()), activity.date)) {
        activity = {fields::PartsOf(found->row.last_step()), EventOf(*found)};
      }
    }
    if (fields::IsKnown(activity.date)) *standing.mutable_last_activity() = Date(activity.date);
    FillScore(score, standing);
    FillSources(score, activity, found ? EventOf(*found) : "", standing);
    return standing;
  }

 private:
  Result<void> FillRegister(const RelationshipRow& row, v1::RelationshipStanding& standing) {
    standing.set_partner("partners/" + row.partner_id());
    TL_TRY(*standing.mutable_partner_display_name(), names_.OfPartner(row.partner_id()));
    standing.set_kind(static_cast<registry::v1::RelationshipKind>(row.kind()));
    standing.set_status(static_cast<registry::v1::RelationshipStatus>(row.status()));
    const fields::PartialDate since = fields::PartsOf(row.since());
    if (fields::IsKnown(since)) *standing.mutable_since() = Date(since);
    const fields::PartialDate due = fields::PartsOf(row.next_review_due());
    if (!fields::IsKnown(due)) return {};
    *standing.mutable_next_review_due() = Date(due);
    if (fields::IsBefore(due, DateOf(at_.day))) {
      v1::OverdueItem& overdue = *standing.add_overdue();
      overdue.set_kind(v1::OVERDUE_KIND_REVIEW);
      *overdue.mutable_due() = Date(due);
    }
    return {};
  }

  void FillScore(const Score& score, v1::RelationshipStanding& standing) {
    const risk::v1::Assessment& assessment = score.assessment;
    standing.set_band(score.band);
    standing.set_band_level(score.band);
    standing.set_r(assessment.r());
    standing.set_uncapped(assessment.uncapped());
    if (const auto then = earlier_.find(score.relationship_id); then != earlier_.end()) {
      standing.set_change(assessment.r() - then->second);
    }
    standing.set_a(assessment.assurance().a());
    if (score.records_known) standing.set_records(assessment.records());
    standing.set_partial(assessment.partial());
    const auto name_of = [this](const std::string& id) {
      return NameOf(CouncilId(scores_.inputs.council_id), RecordId(id));
    };
    risk::SetPending(risk::PendingRetractions(scores_.inputs, score.relationship_id, at_.day),
                     name_of, standing);
    for (const int place : assessment.top_lines()) {
      const risk::v1::Line& line = assessment.lines(place);
      v1::StandingLine& shown = *standing.add_top_lines();
      shown.set_indicator(line.indicator());
      shown.set_text(LineText(line, at_.rules));
      shown.set_net(line.net());
      AddRecords(line.facts(), kLineRecordsMost, shown);
    }
    for (const risk::v1::Reduction& action : assessment.reductions()) {
      v1::StandingAction& shown = *standing.add_actions();
      shown.set_kind(action.kind());
      shown.set_mitigation(action.mitigation());
      shown.set_text(ActionText(action, at_.rules));
      shown.set_drop(action.drop());
      AddRecords(action.facts(), action.facts_size(), shown);
    }
  }

  template <class Facts, class Shown>
  void AddRecords(const Facts& facts, int most, Shown& shown) {
    for (const std::string& fact : facts) {
      const std::string_view record = RecordOfFact(scores_.inputs, fact);
      if (record.empty()) continue;
      if (shown.records_size() == most) break;
      shown.add_records(
          NameOf(CouncilId(scores_.inputs.council_id), RecordId(std::string(record))));
    }
  }

  void FillSources(const Score& score, const Activity& activity, const std::string& registered,
                   v1::RelationshipStanding& standing) {
    const auto add = [&](std::string_view field, const std::string& event) {
      if (event.empty()) return;
      EventsBehind one;
      one.Add(event);
      *standing.add_sources() = one.Render(field);
    };
    add("status", registered);
    add("last_activity", activity.event);
    add("band", score.band_event);
    *standing.add_sources() =
        EventsOf(scores_.inputs, score.relationship_id, score.assessment).Render("r");
  }

  const Moment& at_;
  const CouncilScores& scores_;
  const Earlier& earlier_;
  Names& names_;
};

// Whether something was recorded in the last year.
bool IsRecent(const risk::RecordInputs& record, risk::Day day) {
  return record.revisions.back().state != risk::state::v1::RECORD_STATE_RETRACTED &&
         record.revisions.front().recorded > day - kYear;
}

void NoteRecent(risk::Day day, CouncilStandings& standings) {
  standings.relationship_has_records.resize(standings.relationships.size());
  for (const risk::RecordInputs& record : standings.scores.inputs.records) {
    if (!IsRecent(record, day)) continue;
    standings.has_records = true;
    const risk::Revision& newest = record.revisions.back();
    standings.record_events.push_back(EventOf(newest.partition, newest.sequence));
    const auto at = std::ranges::find(standings.scores.relationships,
                                      newest.fields.relationship_id(), &Score::relationship_id);
    if (at == standings.scores.relationships.end()) continue;
    const auto place = at - standings.scores.relationships.begin();
    standings.relationship_has_records[static_cast<std::size_t>(place)] = true;
  }
}

}  // namespace

fields::PartialDate DateOf(risk::Day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

Activity LastRecorded(const risk::CouncilInputs& inputs, risk::Day day,
                      const std::optional<RelationshipId>& relationship) {
  Activity latest;
  for (const risk::RecordInputs& record : inputs.records) {
    const risk::Revision& newest = record.revisions.back();
    if (newest.state == risk::state::v1::RECORD_STATE_RETRACTED) continue;
    if (relationship && newest.fields.relationship_id() != relationship->value()) continue;
    const Days days = DaysOf(newest.fields);
    for (const fields::PartialDate& date : {days.first, days.last}) {
      if (fields::IsBefore(DateOf(day), date) || !IsLater(date, latest.date)) continue;
      latest = {date, EventOf(newest.partition, newest.sequence)};
    }
  }
  return latest;
}

Result<CouncilStandings> StandingsOf(const Moment& at, const CouncilId& council, Names& names) {
  CouncilStandings standings;
  TL_TRY(standings.scores, ScoreCouncil(at.rows, council, at.rules, at.day));
  TL_TRY(const Earlier earlier, ScoredBefore(at, council));
  Join join(at, standings.scores, earlier, names);
  for (const Score& score : standings.scores.relationships) {
    TL_TRY(v1::RelationshipStanding standing, join.StandingOf(score));
    standings.relationships.push_back(std::move(standing));
  }
  NoteRecent(at.day, standings);
  return standings;
}

}  // namespace twinledger::reporting
