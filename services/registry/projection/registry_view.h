// Queries on the registry's rows, at whatever cut the reader stands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/fields/field_paths.h"
#include "platform/store/table.h"
#include "registry/domain/ids.h"
#include "registry/projection/registry_projection.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::registry {

// A row, and the version that it is.
template <class Row>
struct Versioned {
  Row row;
  log::PartitionId partition = {};
  log::Sequence sequence = 0;
  std::string etag = {};
};

// Hex of the first 16 bytes of SHA-256(row bytes || sequence, u64be).
std::string EtagOf(const store::RowVersion& version);

Result<std::optional<Versioned<Council>>> FindCouncil(const store::RowReader& rows,
                                                      const CouncilId& id);
Result<std::optional<Versioned<Partner>>> FindPartner(const store::RowReader& rows,
                                                      const PartnerId& id);
Result<std::optional<Versioned<Relationship>>> FindRelationship(const store::RowReader& rows,
                                                                const CouncilId& council,
                                                                const RelationshipId& id);

// In the order of their ids; of the relationships, first of their council's.
Result<std::vector<Versioned<Council>>> AllCouncils(const store::RowReader& rows);
Result<std::vector<Versioned<Partner>>> AllPartners(const store::RowReader& rows);
Result<std::vector<Versioned<Relationship>>> AllRelationships(const store::RowReader& rows);
Result<std::vector<Versioned<Relationship>>> RelationshipsOf(const store::RowReader& rows,
                                                             const CouncilId& council);

// Those that are not ENDED.
Result<std::vector<Versioned<Relationship>>> OpenRelationshipsWith(const store::RowReader& rows,
                                                                   const CouncilId& council,
                                                                   const PartnerId& partner);

// One version of a record: its commit, and what it changed against the version before.
struct HistoryEntry {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  std::string etag;
  projection::v1::CommitRow commit;
  std::string reason;  // As its writer said; empty if nobody did.
  std::vector<fields::Change> changes;
};

// Newest first; empty if there is no such record within the reader's cut.
Result<std::vector<HistoryEntry>> CouncilHistory(const store::CutReader& rows, const CouncilId& id);
Result<std::vector<HistoryEntry>> PartnerHistory(const store::CutReader& rows, const PartnerId& id);
Result<std::vector<HistoryEntry>> RelationshipHistory(const store::CutReader& rows,
                                                      const CouncilId& council,
                                                      const RelationshipId& id);

// One line of the national register: joined at the reader's cut, since the three rows stand in
// partitions of their own. A partner that the cut does not reach yet is absent.
struct RegisterLine {
  Relationship relationship;
  Council council;
  std::optional<Partner> partner;
};
Result<std::vector<RegisterLine>> NationalRegister(const store::RowReader& rows,
                                                   const std::optional<CouncilId>& only_council);

}  // namespace twinledger::registry
