#include "risk/inputs/retractions.h"

#include <algorithm>

#include "risk/inputs/moves.h"

namespace twinledger::risk {
namespace {

bool IsPending(const Revision& revision) {
  return revision.state == state::v1::RECORD_STATE_RETRACTION_PENDING;
}

const Revision* NewestBy(const RecordInputs& record, Day as_of) {
  const Revision* newest = nullptr;
  for (const Revision& revision : record.revisions) {
    if (revision.recorded > as_of) break;
    newest = &revision;
  }
  return newest;
}

bool Counts(const RecordInputs& record, std::string_view relationship_id, Day as_of,
            bool moves_count_at_once) {
  bool counts = false;
  for (const Revision& revision : record.revisions) {
    if (revision.recorded > as_of) break;
    counts = StaysOf(relationship_id, counts && !moves_count_at_once, revision);
  }
  return counts;
}

}  // namespace

std::vector<std::string> PendingRetractions(const CouncilInputs& inputs,
                                            std::optional<std::string_view> relationship_id,
                                            Day as_of) {
  std::vector<std::string> pending;
  for (const RecordInputs& record : inputs.records) {
    const Revision* const newest = NewestBy(record, as_of);
    if (newest == nullptr || !IsPending(*newest)) continue;
    if (!relationship_id || Counts(record, *relationship_id, as_of, inputs.moves_count_at_once)) {
      pending.push_back(record.record_id);
    }
  }
  std::ranges::sort(pending);
  return pending;
}

}  // namespace twinledger::risk
