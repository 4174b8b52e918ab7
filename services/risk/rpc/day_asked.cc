#include "risk/rpc/day_asked.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "platform/rpc/violations.h"

namespace twinledger::risk {
namespace {

// The last day on which something was recorded that is scored.
Day LastRecorded(const CouncilInputs& inputs) {
  Day last = kDayMin;
  for (const RecordInputs& record : inputs.records) {
    for (const Revision& revision : record.revisions) last = std::max(last, revision.recorded);
  }
  return last;
}

}  // namespace

Result<Day> DayAsked(const v1::GetAssessmentRequest& asked, const CouncilInputs& inputs,
                     WallTime now) {
  const Day last = LastRecorded(inputs);
  const auto& as_of = asked.read_options().as_of();
  if (!asked.has_day() && !as_of.has_time()) return std::max(DayOf(now), last);
  const Day day =
      asked.has_day() ? asked.day() : DayOf(WallTime(std::chrono::seconds(as_of.time().seconds())));
  rpc::Violations wrong;
  if (day < last) {
    wrong.Add("day", fmt::format("{} is before {}, on which something was recorded that is scored: "
                                 "give a later day, or read as of a time of that day",
                                 ToText(day), ToText(last)));
  }
  TL_TRY_VOID(wrong.Verdict());
  return day;
}

}  // namespace twinledger::risk
