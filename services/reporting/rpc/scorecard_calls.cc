// One council, with each of its relationships.
#include <algorithm>

#include "platform/rpc/errors.h"
#include "reporting/rpc/reporting_service.h"
#include "reporting/rpc/scoring.h"
#include "reporting/rpc/touch.h"
#include "reporting/scores/events_behind.h"
#include "reporting/scores/resource_names.h"
#include "risk/domain/council_score.h"
#include "risk/rules/built_in.h"

namespace twinledger::reporting {
namespace {

constexpr std::string_view kGetScorecard = "twinledger.reporting.v1.ReportingService/GetScorecard";

rpc::Scope CheckScorecard(const v1::GetScorecardRequest& request, rpc::Violations& wrong) {
  const CouncilId council = ReadCouncilName("name", request.name(), wrong);
  return rpc::Scope::OfCouncil(council.value(), request.name());
}

void AddSource(std::string_view field, const std::string& event, v1::Scorecard& card) {
  if (event.empty()) return;
  EventsBehind events;
  events.Add(event);
  *card.add_sources() = events.Render(field);
}

bool IsWorkedOnBefore(const v1::RelationshipStanding& a, const v1::RelationshipStanding& b) {
  return std::tuple(-a.band_level(), -a.r(), -a.uncapped(), std::string_view(a.name())) <
         std::tuple(-b.band_level(), -b.r(), -b.uncapped(), std::string_view(b.name()));
}

// A council's R is of the relationship that is lower than none.
bool IsLower(const v1::RelationshipStanding& a, const v1::RelationshipStanding& b) {
  return std::tuple(-a.r(), -a.uncapped(), std::string_view(a.name())) >
         std::tuple(-b.r(), -b.uncapped(), std::string_view(b.name()));
}

Result<void> FillScorecard(const Moment& at, const CouncilId& council, v1::Scorecard& card) {
  Names names(at.rows);
  TL_TRY(CouncilStandings standings, StandingsOf(at, council, names));
  TL_TRY(const Score whole, ScoreWhole(at.rows, standings.scores, at.rules, at.day));
  TL_TRY(*card.mutable_council_display_name(), names.OfCouncil(council.value()));
  card.set_r(whole.assessment.r());
  card.set_band(whole.band);
  card.set_a(whole.assessment.assurance().a());
  auto& relationships = standings.relationships;
  if (!relationships.empty()) {
    card.set_highest_relationship(std::ranges::max_element(relationships, IsLower)->name());
  }
  const Activity activity = LastRecorded(standings.scores.inputs, at.day, std::nullopt);
  if (fields::IsKnown(activity.date)) {
    *card.mutable_last_activity() = fields::DateMessage<registry::v1::PartialDate>(activity.date);
  }
  AddSource("band", whole.band_event, card);
  AddSource("last_activity", activity.event, card);
  *card.add_sources() = EventsOf(standings.scores.inputs, "", whole.assessment).Render("a");
  std::ranges::sort(relationships, IsWorkedOnBefore);
  card.mutable_relationships()->Assign(relationships.begin(), relationships.end());
  return {};
}

void ClearSources(v1::Scorecard& card) {
  card.clear_sources();
  for (v1::RelationshipStanding& one : *card.mutable_relationships()) one.clear_sources();
}

}  // namespace

grpc::ServerUnaryReactor* ReportingService::GetScorecard(grpc::CallbackServerContext* context,
                                                         const v1::GetScorecardRequest* request,
                                                         v1::GetScorecardResponse* response) {
  return calls_.Query(
      context, kGetScorecard, *request, *response, CheckScorecard,
      [this](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
        const CouncilId council = CouncilIn(asked.name());
        TL_TRY_VOID(TouchCouncil(reading, council));
        const risk::Day day = DayOf(asked.read_options(), clock_);
        TL_TRY(const auto before, reading.RowsAt(EndOf(day - kChangeDays)));
        answer.mutable_scorecard()->set_council(asked.name());
        const Result<void> filled = FillScorecard(
            {.rows = reading.rows(), .before = *before, .rules = risk::Tl1(), .day = day}, council,
            *answer.mutable_scorecard());
        if (!filled && filled.error().code == Code::kNotFound) return rpc::NotFound(asked.name());
        TL_TRY_VOID(filled);
        if (!asked.explain()) ClearSources(*answer.mutable_scorecard());
        *answer.mutable_scoring() = ScoringOf(day, risk::Tl1());
        return {};
      });
}

}  // namespace twinledger::reporting
