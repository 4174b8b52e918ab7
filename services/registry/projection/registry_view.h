// Queries on the registry's rows, at whatever cut the reader stands.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/base/result.h"
#include "platform/fields/field_paths.h"
#include "platform/store/table.h"
#include "platform/store/versioned.h"
#include "registry/domain/ids.h"
#include "registry/projection/registry_projection.h"
#include "twinledger/projection/v1/rows.pb.h"

namespace twinledger::registry {

using store::Versioned;
using store::VisitRow;

Result<std::optional<Versioned<Council>>> FindCouncil(const store::RowReader& rows,
                                                      const CouncilId& id);
Result<std::optional<Versioned<Partner>>> FindPartner(const store::RowReader& rows,
                                                      const PartnerId& id);
Result<std::optional<Versioned<Relationship>>> FindRelationship(const store::RowReader& rows,
                                                                const CouncilId& council,
                                                                const RelationshipId& id);

Result<std::optional<Versioned<Official>>> FindOfficial(const store::RowReader& rows,
                                                        const CouncilId& council,
                                                        const OfficialId& id);
Result<std::optional<Versioned<Principal>>> FindPrincipal(const store::RowReader& rows,
                                                          const PrincipalId& id);
Result<std::optional<Versioned<StrategicAsset>>> FindStrategicAsset(const store::RowReader& rows,
                                                                    const CouncilId& council,
                                                                    const AssetId& id);

// In the order of their resource names; those behind `after`, or all if it is empty.
Result<void> VisitCouncils(const store::RowReader& rows, const CouncilId& after,
                           const VisitRow<Council>& visit);
Result<void> VisitPartners(const store::RowReader& rows, const PartnerId& after,
                           const VisitRow<Partner>& visit);
Result<void> VisitRelationshipsOf(const store::RowReader& rows, const CouncilId& council,
                                  const RelationshipId& after, const VisitRow<Relationship>& visit);

Result<void> VisitOfficialsOf(const store::RowReader& rows, const CouncilId& council,
                              const OfficialId& after, const VisitRow<Official>& visit);
Result<void> VisitPrincipals(const store::RowReader& rows, const PrincipalId& after,
                             const VisitRow<Principal>& visit);
Result<void> VisitStrategicAssetsOf(const store::RowReader& rows, const CouncilId& council,
                                    const AssetId& after, const VisitRow<StrategicAsset>& visit);

// Of all councils: behind relationship, official or asset `after` of `council`.
Result<void> VisitRelationships(const store::RowReader& rows, const CouncilId& council,
                                const RelationshipId& after, const VisitRow<Relationship>& visit);
Result<void> VisitOfficials(const store::RowReader& rows, const CouncilId& council,
                            const OfficialId& after, const VisitRow<Official>& visit);
Result<void> VisitStrategicAssets(const store::RowReader& rows, const CouncilId& council,
                                  const AssetId& after, const VisitRow<StrategicAsset>& visit);

// The principal that is left where merges are followed to their end, as far as the reader's cut
// reaches; empty if this one is not merged. A principal is merged into an earlier one, so there is
// an end.
Result<PrincipalId> SurvivorOf(const store::RowReader& rows, const Principal& principal);

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

Result<std::vector<HistoryEntry>> StrategicAssetHistory(const store::CutReader& rows,
                                                        const CouncilId& council,
                                                        const AssetId& id);

// One version of a record with sealed texts: what it changed shows once they are opened.
template <class Row>
struct RecordVersion {
  Versioned<Row> version;
  projection::v1::CommitRow commit;
};

// Newest first; empty if there is no such record within the reader's cut.
Result<std::vector<RecordVersion<Official>>> OfficialVersions(const store::CutReader& rows,
                                                              const CouncilId& council,
                                                              const OfficialId& id);
Result<std::vector<RecordVersion<Principal>>> PrincipalVersions(const store::CutReader& rows,
                                                                const PrincipalId& id);

// One line of the national register: joined at the reader's cut, since the three rows stand in
// partitions of their own. A partner that the cut does not reach yet is absent.
struct RegisterLine {
  struct NamedPartner {
    std::string display_name;
    std::string country;
  };
  Relationship relationship;
  Council council;
  std::optional<NamedPartner> partner;
};

// Makes lines of the relationships of one reader, one after another. Threads: confined to one.
class RegisterJoin {
 public:
  // `rows` must outlive it.
  explicit RegisterJoin(const store::RowReader& rows) : rows_(rows) {}

  Result<RegisterLine> LineOf(Relationship relationship);

 private:
  using NamedPartner = RegisterLine::NamedPartner;

  Result<std::optional<NamedPartner>> NamesOf(const std::string& partner);
  Result<void> ReadAllPartners();

  const store::RowReader& rows_;
  std::map<std::string, Council> councils_;  // Few, and each has many relationships.
  int lookups_ = 0;
  std::optional<std::unordered_map<std::string, NamedPartner>> partners_;
};

}  // namespace twinledger::registry
