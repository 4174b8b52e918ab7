#include "registry/projection/registry_view.h"

#include <algorithm>
#include <utility>

#include "platform/projection/commit_of_row.h"

namespace twinledger::registry {
namespace {

// Partners of more lines are read in one go: a row of a scan costs a fifth of a lookup.
constexpr int kLookupsMax = 10'000;

template <class Row>
Result<std::vector<Versioned<Row>>> All(const store::RowReader& rows,
                                        const store::Table<Row>& table,
                                        const store::RowKey& prefix) {
  std::vector<Versioned<Row>> all;
  TL_TRY_VOID(store::VisitVersioned<Row>(rows, table, prefix, {}, [&](Versioned<Row> row) {
    all.push_back(std::move(row));
    return true;
  }));
  return all;
}

// As the slash behind an id puts them in names: a dash is before it, the end of a key's part before
// any.
bool IsNamedBefore(const CouncilId& a, const CouncilId& b) {
  return a.value() + "/" < b.value() + "/";
}

// Of all councils, in the order of their relationships' names.
Result<std::vector<CouncilId>> CouncilsByName(const store::RowReader& rows) {
  std::vector<CouncilId> ids;
  TL_TRY_VOID(rows.Scan(kCouncils.id, {}, {}, [&](const store::RowVersion& council) {
    ids.emplace_back(council.key.back());
    return true;
  }));
  std::ranges::sort(ids, IsNamedBefore);
  return ids;
}

// No key at all if the last part is missing.
store::RowKey KeyBehind(store::RowKey after) {
  return after.back().empty() ? store::RowKey() : after;
}

// Some of what a client sees of a council, a relationship or an asset stands beside its fields.
template <class Row>
std::vector<fields::Change> ChangesWithRow(const Row& before, const Row& after) {
  std::vector<fields::Change> changes = fields::Changes(before.fields(), after.fields());
  for (fields::Change& change : fields::Changes(before, after)) {
    if (change.path != "fields" && change.path != "change_reason" &&
        !change.path.ends_with("_time_us") && !change.path.ends_with("_id")) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::vector<fields::Change> ChangesOf(const Council& before, const Council& after) {
  return ChangesWithRow(before, after);
}
std::vector<fields::Change> ChangesOf(const Partner& before, const Partner& after) {
  return fields::Changes(before.fields(), after.fields());
}
std::vector<fields::Change> ChangesOf(const Relationship& before, const Relationship& after) {
  return ChangesWithRow(before, after);
}
std::vector<fields::Change> ChangesOf(const StrategicAsset& before, const StrategicAsset& after) {
  return ChangesWithRow(before, after);
}

template <class Row>
Result<std::vector<RecordVersion<Row>>> VersionsOf(const store::CutReader& rows,
                                                   const store::Table<Row>& table,
                                                   const store::RowKey& key) {
  TL_TRY(std::vector<Versioned<Row>> versions, store::AllVersions(rows, table, key));
  std::vector<RecordVersion<Row>> recorded;
  recorded.reserve(versions.size());
  for (Versioned<Row>& version : versions) {
    TL_TRY(projection::v1::CommitRow commit,
           projection::CommitOfRow(rows, version.partition, version.sequence));
    recorded.push_back({std::move(version), std::move(commit)});
  }
  return recorded;
}

template <class Row>
Result<std::vector<HistoryEntry>> HistoryOf(const store::CutReader& rows,
                                            const store::Table<Row>& table,
                                            const store::RowKey& key) {
  TL_TRY(const std::vector<RecordVersion<Row>> versions, VersionsOf(rows, table, key));
  std::vector<HistoryEntry> history;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto& [version, commit] = versions[i];
    const Row before = i + 1 < versions.size() ? versions[i + 1].version.row : Row();
    history.push_back({version.partition, version.sequence, version.etag, commit,
                       version.row.change_reason(), ChangesOf(before, version.row)});
  }
  return history;
}

// Those of a table whose keys begin with a council's id, behind one of them.
template <class Row>
Result<void> VisitOf(const store::RowReader& rows, const store::Table<Row>& table,
                     const CouncilId& council, const std::string& after,
                     const VisitRow<Row>& visit) {
  TL_TRY_VOID(store::VisitVersioned(rows, table, {council.value()},
                                    KeyBehind({council.value(), after}), visit));
  return {};
}

// Of all councils, in the order of names: behind `after` of `council`.
template <class Row>
Result<void> VisitOfAll(const store::RowReader& rows, const store::Table<Row>& table,
                        const CouncilId& council, const std::string& after,
                        const VisitRow<Row>& visit) {
  // What belongs to a council is registered with one that is: no other council has any.
  TL_TRY(const std::vector<CouncilId> councils, CouncilsByName(rows));
  for (auto at = std::ranges::lower_bound(councils, council, IsNamedBefore); at != councils.end();
       ++at) {
    const store::RowKey key{at->value(), *at == council ? after : std::string()};
    TL_TRY(const bool goes_on,
           store::VisitVersioned(rows, table, {at->value()}, KeyBehind(key), visit));
    if (!goes_on) return {};
  }
  return {};
}

}  // namespace

Result<std::optional<Versioned<Council>>> FindCouncil(const store::RowReader& rows,
                                                      const CouncilId& id) {
  return store::FindVersioned(rows, kCouncils, {id.value()});
}

Result<std::optional<Versioned<Partner>>> FindPartner(const store::RowReader& rows,
                                                      const PartnerId& id) {
  return store::FindVersioned(rows, kPartners, {id.value()});
}

Result<std::optional<Versioned<Relationship>>> FindRelationship(const store::RowReader& rows,
                                                                const CouncilId& council,
                                                                const RelationshipId& id) {
  return store::FindVersioned(rows, kRelationships, {council.value(), id.value()});
}

Result<void> VisitCouncils(const store::RowReader& rows, const CouncilId& after,
                           const VisitRow<Council>& visit) {
  TL_TRY_VOID(store::VisitVersioned(rows, kCouncils, {}, KeyBehind({after.value()}), visit));
  return {};
}

Result<void> VisitPartners(const store::RowReader& rows, const PartnerId& after,
                           const VisitRow<Partner>& visit) {
  TL_TRY_VOID(store::VisitVersioned(rows, kPartners, {}, KeyBehind({after.value()}), visit));
  return {};
}

Result<void> VisitRelationshipsOf(const store::RowReader& rows, const CouncilId& council,
                                  const RelationshipId& after,
                                  const VisitRow<Relationship>& visit) {
  return VisitOf(rows, kRelationships, council, after.value(), visit);
}

Result<void> VisitRelationships(const store::RowReader& rows, const CouncilId& council,
                                const RelationshipId& after, const VisitRow<Relationship>& visit) {
  return VisitOfAll(rows, kRelationships, council, after.value(), visit);
}

Result<std::optional<Versioned<Official>>> FindOfficial(const store::RowReader& rows,
                                                        const CouncilId& council,
                                                        const OfficialId& id) {
  return store::FindVersioned(rows, kOfficials, {council.value(), id.value()});
}

Result<std::optional<Versioned<Principal>>> FindPrincipal(const store::RowReader& rows,
                                                          const PrincipalId& id) {
  return store::FindVersioned(rows, kPrincipals, {id.value()});
}

Result<std::optional<Versioned<StrategicAsset>>> FindStrategicAsset(const store::RowReader& rows,
                                                                    const CouncilId& council,
                                                                    const AssetId& id) {
  return store::FindVersioned(rows, kStrategicAssets, {council.value(), id.value()});
}

Result<void> VisitOfficialsOf(const store::RowReader& rows, const CouncilId& council,
                              const OfficialId& after, const VisitRow<Official>& visit) {
  return VisitOf(rows, kOfficials, council, after.value(), visit);
}

Result<void> VisitOfficials(const store::RowReader& rows, const CouncilId& council,
                            const OfficialId& after, const VisitRow<Official>& visit) {
  return VisitOfAll(rows, kOfficials, council, after.value(), visit);
}

Result<void> VisitPrincipals(const store::RowReader& rows, const PrincipalId& after,
                             const VisitRow<Principal>& visit) {
  TL_TRY_VOID(store::VisitVersioned(rows, kPrincipals, {}, KeyBehind({after.value()}), visit));
  return {};
}

Result<void> VisitStrategicAssetsOf(const store::RowReader& rows, const CouncilId& council,
                                    const AssetId& after, const VisitRow<StrategicAsset>& visit) {
  return VisitOf(rows, kStrategicAssets, council, after.value(), visit);
}

Result<void> VisitStrategicAssets(const store::RowReader& rows, const CouncilId& council,
                                  const AssetId& after, const VisitRow<StrategicAsset>& visit) {
  return VisitOfAll(rows, kStrategicAssets, council, after.value(), visit);
}

Result<PrincipalId> SurvivorOf(const store::RowReader& rows, const Principal& principal) {
  PrincipalId survivor(principal.merged_into_id());
  while (!survivor.empty()) {
    TL_TRY(const std::optional<Versioned<Principal>> found, FindPrincipal(rows, survivor));
    if (!found || found->row.merged_into_id().empty()) break;
    survivor = PrincipalId(found->row.merged_into_id());
  }
  return survivor;
}

Result<std::vector<Versioned<Relationship>>> OpenRelationshipsWith(const store::RowReader& rows,
                                                                   const CouncilId& council,
                                                                   const PartnerId& partner) {
  TL_TRY(const std::vector<Versioned<state::v1::OpenRelationshipRow>> open,
         All(rows, kOpenRelationships, {council.value(), partner.value()}));
  std::vector<Versioned<Relationship>> relationships;
  for (const Versioned<state::v1::OpenRelationshipRow>& entry : open) {
    const RelationshipId id(entry.row.relationship_id());
    TL_TRY(std::optional<Versioned<Relationship>> found, FindRelationship(rows, council, id));
    if (!found) return store::UnreadableRow(kRelationships.name, {council.value(), id.value()});
    relationships.push_back(*std::move(found));
  }
  return relationships;
}

Result<std::vector<HistoryEntry>> CouncilHistory(const store::CutReader& rows,
                                                 const CouncilId& id) {
  return HistoryOf(rows, kCouncils, {id.value()});
}

Result<std::vector<HistoryEntry>> PartnerHistory(const store::CutReader& rows,
                                                 const PartnerId& id) {
  return HistoryOf(rows, kPartners, {id.value()});
}

Result<std::vector<HistoryEntry>> RelationshipHistory(const store::CutReader& rows,
                                                      const CouncilId& council,
                                                      const RelationshipId& id) {
  return HistoryOf(rows, kRelationships, {council.value(), id.value()});
}

Result<std::vector<RecordVersion<Official>>> OfficialVersions(const store::CutReader& rows,
                                                              const CouncilId& council,
                                                              const OfficialId& id) {
  return VersionsOf(rows, kOfficials, {council.value(), id.value()});
}

Result<std::vector<RecordVersion<Principal>>> PrincipalVersions(const store::CutReader& rows,
                                                                const PrincipalId& id) {
  return VersionsOf(rows, kPrincipals, {id.value()});
}

Result<std::vector<HistoryEntry>> StrategicAssetHistory(const store::CutReader& rows,
                                                        const CouncilId& council,
                                                        const AssetId& id) {
  return HistoryOf(rows, kStrategicAssets, {council.value(), id.value()});
}

Result<void> RegisterJoin::ReadAllPartners() {
  partners_.emplace();
  return VisitPartners(rows_, PartnerId(), [this](const Versioned<Partner>& partner) {
    const auto& fields = partner.row.fields();
    partners_->try_emplace(partner.row.partner_id(),
                           NamedPartner{fields.display_name(), fields.country()});
    return true;
  });
}

Result<std::optional<RegisterLine::NamedPartner>> RegisterJoin::NamesOf(
    const std::string& partner) {
  if (!partners_ && ++lookups_ > kLookupsMax) TL_TRY_VOID(ReadAllPartners());
  if (partners_) {
    const auto found = partners_->find(partner);
    if (found == partners_->end()) return std::optional<NamedPartner>();
    return std::optional<NamedPartner>(found->second);
  }
  TL_TRY(const std::optional<Versioned<Partner>> found, FindPartner(rows_, PartnerId(partner)));
  if (!found) return std::optional<NamedPartner>();
  return std::optional<NamedPartner>(
      {found->row.fields().display_name(), found->row.fields().country()});
}

Result<RegisterLine> RegisterJoin::LineOf(Relationship relationship) {
  RegisterLine line;
  const auto [council, is_new] = councils_.try_emplace(relationship.council_id());
  if (is_new) {
    TL_TRY(auto found, FindCouncil(rows_, CouncilId(relationship.council_id())));
    if (found) council->second = std::move(found->row);
  }
  line.council = council->second;
  TL_TRY(line.partner, NamesOf(relationship.fields().partner_id()));
  line.relationship = std::move(relationship);
  return line;
}

}  // namespace twinledger::registry
