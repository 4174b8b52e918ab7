#include "risk/inputs/extraction_version.h"

namespace twinledger::risk {
namespace {

// A log of that time has no confirmation.
void CountRetractionsAtOnce(CouncilInputs& inputs) {
  for (RecordInputs& record : inputs.records) {
    for (Revision& revision : record.revisions) {
      if (revision.state != state::v1::RECORD_STATE_RETRACTION_PENDING) continue;
      revision.state = state::v1::RECORD_STATE_RETRACTED;
    }
  }
}

}  // namespace

void TakeAsVersion(int version, CouncilInputs& inputs) {
  if (version < 1) CountRetractionsAtOnce(inputs);
  inputs.moves_count_at_once = version < 2;
}

}  // namespace twinledger::risk
