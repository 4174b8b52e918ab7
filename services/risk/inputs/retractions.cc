#include "risk/inputs/retractions.h"

#include <algorithm>

namespace twinledger::risk {
namespace {

const Revision* NewestBy(const RecordInputs& record, Day as_of) {
  const Revision* newest = nullptr;
  for (const Revision& revision : record.revisions) {
    if (revision.recorded > as_of) break;
    newest = &revision;
  }
  return newest;
}

}  // namespace

std::vector<std::string> PendingRetractions(const CouncilInputs& inputs,
                                            std::optional<std::string_view> relationship_id,
                                            Day as_of) {
  std::vector<std::string> pending;
  for (const RecordInputs& record : inputs.records) {
    const Revision* const newest = NewestBy(record, as_of);
    if (newest == nullptr || newest->state != state::v1::RECORD_STATE_RETRACTION_PENDING) continue;
    const std::string& of = newest->fields.relationship_id();
    if (!relationship_id || of.empty() || of == *relationship_id) {
      pending.push_back(record.record_id);
    }
  }
  std::ranges::sort(pending);
  return pending;
}

}  // namespace twinledger::risk
