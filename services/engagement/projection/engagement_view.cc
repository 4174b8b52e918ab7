#include "engagement/projection/engagement_view.h"

#include <algorithm>
#include <utility>

#include "platform/projection/commit_of_row.h"

namespace twinledger::engagement {
namespace {

// As the slash behind an id puts them in names: a dash is before it, the end of a key's part before
// any.
bool IsNamedBefore(const CouncilId& a, const CouncilId& b) {
  return a.value() + "/" < b.value() + "/";
}

Result<std::vector<CouncilId>> HoldersByName(const store::RowReader& rows) {
  std::vector<CouncilId> ids;
  TL_TRY_VOID(rows.Scan(kRecordHolders.id, {}, {}, [&](const store::RowVersion& holder) {
    ids.emplace_back(holder.key.back());
    return true;
  }));
  std::ranges::sort(ids, IsNamedBefore);
  return ids;
}

// Answers whether the walk goes on.
Result<bool> VisitBehind(const store::RowReader& rows, const CouncilId& council,
                         const RecordId& after, const VisitRow<Record>& visit) {
  const store::RowKey from =
      after.empty() ? store::RowKey() : store::RowKey{council.value(), after.value()};
  return store::VisitVersioned(rows, kRecords, {council.value()}, from, visit);
}

}  // namespace

Result<std::optional<Versioned<Record>>> FindRecord(const store::RowReader& rows,
                                                    const CouncilId& council, const RecordId& id) {
  return store::FindVersioned(rows, kRecords, {council.value(), id.value()});
}

Result<void> VisitRecordsOf(const store::RowReader& rows, const CouncilId& council,
                            const RecordId& after, const VisitRow<Record>& visit) {
  TL_TRY_VOID(VisitBehind(rows, council, after, visit));
  return {};
}

Result<void> VisitRecords(const store::RowReader& rows, const CouncilId& council,
                          const RecordId& after, const VisitRow<Record>& visit) {
  TL_TRY(const std::vector<CouncilId> holders, HoldersByName(rows));
  for (auto at = std::ranges::lower_bound(holders, council, IsNamedBefore); at != holders.end();
       ++at) {
    TL_TRY(const bool goes_on, VisitBehind(rows, *at, *at == council ? after : RecordId(), visit));
    if (!goes_on) return {};
  }
  return {};
}

Result<std::vector<RecordVersion>> RecordHistory(const store::CutReader& rows,
                                                 const CouncilId& council, const RecordId& id) {
  TL_TRY(std::vector<Versioned<Record>> versions,
         store::AllVersions(rows, kRecords, {council.value(), id.value()}));
  std::vector<RecordVersion> history;
  for (Versioned<Record>& version : versions) {
    TL_TRY(projection::v1::CommitRow commit,
           projection::CommitOfRow(rows, version.partition, version.sequence));
    history.push_back({std::move(version), std::move(commit)});
  }
  return history;
}

Result<std::optional<state::v1::KnownCouncilRow>> FindKnownCouncil(const store::RowReader& rows,
                                                                   const CouncilId& id) {
  return rows.Get(kKnownCouncils, {id.value()});
}

Result<bool> IsKnownRelationship(const store::RowReader& rows, const CouncilId& council,
                                 const RelationshipId& id) {
  TL_TRY(const std::optional<state::v1::KnownRelationshipRow> found,
         rows.Get(kKnownRelationships, {council.value(), id.value()}));
  return found.has_value();
}

Result<bool> IsKnownOfficial(const store::RowReader& rows, const CouncilId& council,
                             const std::string& id) {
  TL_TRY(const auto found, rows.Get(kKnownOfficials, {council.value(), id}));
  return found.has_value();
}

Result<bool> IsKnownAsset(const store::RowReader& rows, const CouncilId& council,
                          const std::string& id) {
  TL_TRY(const auto found, rows.Get(kKnownAssets, {council.value(), id}));
  return found.has_value();
}

Result<bool> IsKnownPrincipal(const store::RowReader& rows, const CouncilId& council,
                              const std::string& id) {
  TL_TRY(const std::optional<state::v1::KnownPrincipalRow> found, rows.Get(kKnownPrincipals, {id}));
  if (!found) return false;
  return found->kind() != registry::events::v1::PRINCIPAL_KIND_PERSON ||
         found->registrar_id() == council.value();
}

}  // namespace twinledger::engagement
