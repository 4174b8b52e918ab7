#include "tests/simulation/services/read_late.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "platform/projection/platform_tables.h"

namespace twinledger::simulation {
namespace {

// Of the commits about a council between two cuts.
std::optional<Day> FirstDayBetween(const store::CutReader& rows, const std::string& council,
                                   const store::Cut& seen, const store::Cut& read) {
  std::optional<Day> first;
  for (const auto& [partition, end] : read) {
    for (log::Sequence at = seen.at(partition) + 1; at <= end; ++at) {
      const auto commit = *rows.Get(projection::kCommits, projection::SequenceKey(partition, at));
      if (!commit || commit->outcome() != log::v1::OUTCOME_DONE) continue;
      if (commit->key().type() != "council" || commit->key().id() != council) continue;
      const Day day = DayOf(WallTime(std::chrono::microseconds(commit->record_time_us())));
      first = std::min(first.value_or(day), day);
    }
  }
  return first;
}

}  // namespace

std::vector<std::string> CheckReadLate(const std::vector<Look>& looks,
                                       const store::KeyValueReader& source, Coverage& coverage) {
  std::vector<std::string> wrong;
  const store::CutReader rows(source);
  std::map<std::pair<std::size_t, std::string>, const Look*> before;  // By life and council.
  for (const Look& look : looks) {
    const Look* const its_last = std::exchange(before[{look.life, look.council}], &look);
    if (its_last == nullptr) continue;
    const auto since = FirstDayBetween(rows, look.council, its_last->read, look.read);
    if (!since) continue;
    if (look.first > *since) {
      wrong.push_back(
          fmt::format("R2 what was read late of {} is of day {}, and was looked at from {} on",
                      look.council, *since, look.first));
    } else if (*since < look.missing.value_or(look.settled)) {
      coverage.Saw("read late and looked at from its own day on");
    }
  }
  return wrong;
}

}  // namespace twinledger::simulation
