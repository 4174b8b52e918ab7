// How the relationships of a council stand: their lines in the register, joined with their scores.
#pragma once

#include <optional>
#include <vector>

#include "platform/base/result.h"
#include "platform/fields/partial_date.h"
#include "platform/store/table.h"
#include "reporting/domain/ids.h"
#include "reporting/projection/reporting_view.h"
#include "reporting/scores/council_scores.h"
#include "twinledger/reporting/v1/standing.pb.h"

namespace twinledger::reporting {

inline constexpr risk::Day kChangeDays = 30;  // That a change of R is told over.

// At what is looked: the cut, and the one of 30 days before, both for their days. Rows, rules and
// names outlive it.
struct Moment {
  const store::CutReader& rows;
  const store::CutReader& before;
  const risk::Rules& rules;
  risk::Day day = 0;
};

fields::PartialDate DateOf(risk::Day day);

struct CouncilStandings {
  CouncilScores scores;
  std::vector<v1::RelationshipStanding> relationships;  // Ascending by id, with their sources.
  // Something was recorded in the last 365 days: of the council, and of each relationship.
  bool has_records = false;
  std::vector<bool> relationship_has_records;
  std::vector<std::string> record_events;  // Of that, the newest of each record.
};

// `names` are of the same rows. NOT_FOUND, reason COUNCIL_NOT_FOUND.
Result<CouncilStandings> StandingsOf(const Moment& at, const CouncilId& council, Names& names);

// The latest day on which something is known to have happened, not behind `day`, and its event.
struct Activity {
  fields::PartialDate date;
  std::string event;
};

// Of the council's records alone; of one relationship if there is one.
Activity LastRecorded(const risk::CouncilInputs& inputs, risk::Day day,
                      const std::optional<RelationshipId>& relationship);

}  // namespace twinledger::reporting
