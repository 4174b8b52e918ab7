#include "audit/replay/replay.h"

#include <string>
#include <vector>

#include "audit/replay/commit_filter.h"
#include "audit/replay/event_text.h"

namespace twinledger::audit {

Result<void> Replay(log::EventLog& log, const log::Founding& founding,
                    const v1::ReplayCommitsRequest& request, const ReplayVisitor& visitor,
                    const std::function<Result<void>()>& go_on) {
  TL_TRY(const CommitFilter filter, CommitFilter::Of(founding, request));
  const auto visit = [&](const log::PartitionId& partition, const log::ReadRecord& record,
                         const log::AcceptedRecord& accepted) -> Result<void> {
    if (go_on) TL_TRY_VOID(go_on());
    if (!filter.partitions.Has(partition)) return {};
    for (std::size_t i = 0; i < accepted.commits.size(); ++i) {
      const log::AcceptedCommit& commit = accepted.commits[i];
      std::vector<std::string> types;  // Not cheap to tell.
      if (!filter.event_type.empty()) types = TypesIn(partition.stream, commit.commit);
      if (!filter.Matches(partition, commit.commit, types)) continue;
      const std::string& bytes = record.body().commits(static_cast<int>(i));
      TL_TRY_VOID(visitor({partition, record, commit, bytes}));
    }
    return {};
  };
  TL_TRY(const log::Readings readings, log::ReadAccepted(log, founding, visit));
  return CheckReached(filter.from.positions, readings);
}

Result<void> CheckReached(const store::Cut& from, const log::Readings& readings) {
  for (const auto& [partition, sequence] : from) {
    const auto reading = readings.find(partition);
    const log::Sequence last = reading == readings.end() ? 0 : reading->second.view.sequence;
    if (sequence <= last + 1) continue;
    return Error{Code::kOutOfRange,
                 ToString(partition) + "/" + std::to_string(sequence) +
                     " is not in the log: the last commit there is " + std::to_string(last),
                 "BEYOND_TAIL",
                 {{"partition", ToString(partition)}, {"last", std::to_string(last)}}};
  }
  return {};
}

}  // namespace twinledger::audit
