// Which commits a number rests on, so that anybody can look them up in the log.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "risk/inputs/council_inputs.h"
#include "twinledger/reporting/v1/standing.pb.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::reporting {

inline constexpr std::size_t kEventsShownMax = 20;

// Of one number. Each event counts once, in whatever order they come.
// Threads: confined to one.
class EventsBehind {
 public:
  void Add(std::string event);  // "engagement/3/17"; empty is none.
  void Add(const EventsBehind& others);
  v1::Source Render(std::string_view field) const;
  std::size_t bytes() const;  // About.

 private:
  // "engagement/3/17" before "engagement/3/100".
  struct ByPosition {
    bool operator()(std::string_view one, std::string_view other) const;
  };
  std::set<std::string, ByPosition> events_;
};

// The id of the record that a fact is of: "UUID" of "UUID/A1". Empty where it is counted over
// several records.
std::string_view RecordOfFact(const risk::CouncilInputs& inputs, std::string_view fact);

// The newest revisions of the records that an assessment's lines are made of.
EventsBehind EventsOf(const risk::CouncilInputs& inputs, std::string_view relationship_id,
                      const risk::v1::Assessment& assessment);

}  // namespace twinledger::reporting
