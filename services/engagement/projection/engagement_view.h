// Queries on the rows of engagements, at whatever cut the reader stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engagement/domain/ids.h"
#include "engagement/projection/engagement_projection.h"
#include "platform/base/result.h"
#include "platform/store/table.h"
#include "platform/store/versioned.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::engagement {

using store::Versioned;
using store::VisitRow;

Result<std::optional<Versioned<Record>>> FindRecord(const store::RowReader& rows,
                                                    const CouncilId& council, const RecordId& id);

// In the order of their resource names; those behind `after`, or all if it is empty.
Result<void> VisitRecordsOf(const store::RowReader& rows, const CouncilId& council,
                            const RecordId& after, const VisitRow<Record>& visit);

// Of all councils: behind record `after` of `council`.
Result<void> VisitRecords(const store::RowReader& rows, const CouncilId& council,
                          const RecordId& after, const VisitRow<Record>& visit);

// One version of a record, and the commit that made it.
struct RecordVersion {
  Versioned<Record> record;
  projection::v1::CommitRow commit;
};

// Newest first; empty if there is no such record within the reader's cut.
Result<std::vector<RecordVersion>> RecordHistory(const store::CutReader& rows,
                                                 const CouncilId& council, const RecordId& id);

// As the stream "registry" has told so far.
Result<std::optional<state::v1::KnownCouncilRow>> FindKnownCouncil(const store::RowReader& rows,
                                                                   const CouncilId& id);
Result<bool> IsKnownRelationship(const store::RowReader& rows, const CouncilId& council,
                                 const RelationshipId& id);
Result<bool> IsKnownOfficial(const store::RowReader& rows, const CouncilId& council,
                             const std::string& id);
Result<bool> IsKnownAsset(const store::RowReader& rows, const CouncilId& council,
                          const std::string& id);
// Organisations are shared; a person is known to the council that registered it.
Result<bool> IsKnownPrincipal(const store::RowReader& rows, const CouncilId& council,
                              const std::string& id);

}  // namespace twinledger::engagement
