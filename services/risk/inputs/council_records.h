// The records of a council as the log had them by a day, each with the days on which it happened.
//
// A date of which only the month or the year is known can mean any of their days. An event is taken
// to begin on the first day that it can have begun, and to end on the last that it can have ended,
// but not behind the day on which that date was recorded, unless all of its days lie there: what is
// not known makes nothing late and nothing old. A device has the days of its journey; what has no
// date at all, the day on which it was recorded.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "risk/inputs/council_inputs.h"

namespace twinledger::risk {

struct EventDays {
  Day first = 0;
  Day last = 0;
  Day last_at_earliest = 0;  // The first day that can have been the last; kDayMin if any can.

  friend bool operator==(const EventDays&, const EventDays&) = default;
};

// One revision of a record.
struct Told {
  const Revision* revision = nullptr;
  EventDays days;

  const engagement::events::v1::RecordFields& fields() const { return revision->fields; }
  bool verified() const { return revision->state == state::v1::RECORD_STATE_VERIFIED; }
};

struct RecordHistory {
  std::string_view id;
  std::vector<Told> revisions;      // Oldest first; at least one.
  bool retraction_pending = false;  // Said by one person alone: none of the revisions.

  const Told& newest() const { return revisions.back(); }
  const engagement::events::v1::RecordFields& fields() const { return newest().fields(); }
  bool retracted() const;
};

// Threads: immutable. `inputs` must outlive it.
class CouncilRecords {
 public:
  // Of what was recorded by that day.
  CouncilRecords(const CouncilInputs& inputs, Day as_of);

  const CouncilInputs& inputs() const { return inputs_; }
  Day as_of() const { return as_of_; }

  const std::vector<RecordHistory>& all() const { return all_; }  // Ascending by id.

  // Of a journey: those that name it, and were not retracted.
  std::vector<const RecordHistory*> DevicesOf(std::string_view travel_record_id) const;

 private:
  const CouncilInputs& inputs_;
  const Day as_of_;
  std::vector<RecordHistory> all_;
  std::multimap<std::string_view, std::size_t> devices_;  // By journey; places in `all_`.
};

}  // namespace twinledger::risk
