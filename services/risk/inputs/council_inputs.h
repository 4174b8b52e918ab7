// All that is scored of one council, read at one cut: what extraction is a pure function of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/partition.h"
#include "platform/store/table.h"
#include "risk/domain/day.h"
#include "twinledger/engagement/events/v1/records.pb.h"
#include "twinledger/risk/state/v1/rows.pb.h"
#include "twinledger/risk/v1/scoring_input.pb.h"

namespace twinledger::risk {

// What a record said from one commit on.
struct Revision {
  engagement::events::v1::RecordFields fields;  // As ScoredRecordRow.
  state::v1::RecordState state = state::v1::RECORD_STATE_UNSPECIFIED;
  Day recorded = 0;
  log::PartitionId partition = {};
  log::Sequence sequence = 0;
};

struct RecordInputs {
  std::string record_id;
  std::vector<Revision> revisions;  // Oldest first; at least one.
};

struct CouncilInputs {
  std::string council_id;
  std::optional<Day> reporting_since;
  std::vector<std::string> relationships;           // Ids, ascending.
  std::vector<RecordInputs> records;                // By record id. Retracted ones too.
  std::map<std::string, v1::Criticality> assets;    // By asset id.
  std::map<std::string, std::string> donor_groups;  // By principal id, after merges.
  std::set<std::string> principals;  // That groups rest on: donors, and whom they were merged into.
  // Of each partition that something above was read from, the last commit that wrote of it. At a
  // cut of just these, the same is read.
  store::Cut positions;
  bool moves_count_at_once = false;  // As they did (extraction_version.h).
};

// NOT_FOUND, reason COUNCIL_NOT_FOUND, where the registry knows no such council.
Result<CouncilInputs> ReadCouncilInputs(const store::CutReader& rows,
                                        const std::string& council_id);

// Ids of all councils, ascending.
Result<std::vector<std::string>> ScoredCouncils(const store::RowReader& rows);

}  // namespace twinledger::risk
