// What a record says that cannot all be so, whoever wrote which part of it when. Each is named by
// its path, with the remedy: all at once.
#pragma once

#include <string>
#include <vector>

#include "platform/fields/partial_date.h"
#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::engagement {

struct Contradiction {
  std::string path;  // "gift.decided_on"
  std::string text;  // "2026-04-30: want no day before offered_on, 2026-05-01"

  friend bool operator==(const Contradiction&, const Contradiction&) = default;
};

using Contradictions = std::vector<Contradiction>;

// Of the record by itself.
Contradictions ContradictionsOf(const events::v1::RecordFields& record);

// What is said to be done has been done by `today`; what is planned lies at most five years ahead.
Contradictions FutureDatesOf(const events::v1::RecordFields& record,
                             const fields::PartialDate& today);

// "path: text; path: text"
std::string ToText(const Contradictions& contradictions);

}  // namespace twinledger::engagement
