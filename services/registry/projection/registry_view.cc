#include "registry/projection/registry_view.h"

#include <algorithm>
#include <utility>

#include "platform/crypto/hash.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::registry {
namespace {

constexpr std::size_t kEtagBytes = 16;

// Partners of more lines are read in one go: a row of a scan costs a fifth of a lookup.
constexpr int kLookupsMax = 10'000;

template <class Row>
Result<Versioned<Row>> Read(const store::Table<Row>& table, const store::RowVersion& version) {
  Versioned<Row> read;
  if (!read.row.ParseFromString(version.bytes)) {
    return Error{Code::kDataLoss,
                 "a row of table " + std::string(table.name) +
                     " does not parse: rebuild the projection from the log",
                 "STORE_DAMAGED",
                 {{"table", std::string(table.name)}, {"key", version.key.back()}}};
  }
  read.partition = version.partition;
  read.sequence = version.sequence;
  read.etag = EtagOf(version);
  return read;
}

template <class Row>
Result<std::optional<Versioned<Row>>> Find(const store::RowReader& rows,
                                           const store::Table<Row>& table,
                                           const store::RowKey& key) {
  TL_TRY(const std::optional<store::RowVersion> version, rows.Find(table.id, key));
  if (!version) return std::optional<Versioned<Row>>();
  TL_TRY(Versioned<Row> read, Read(table, *version));
  return std::optional<Versioned<Row>>(std::move(read));
}

// Those whose keys begin with `prefix` and are behind `after`, until `visit` answers false: then it
// is false itself.
template <class Row>
Result<bool> Visit(const store::RowReader& rows, const store::Table<Row>& table,
                   const store::RowKey& prefix, const store::RowKey& after,
                   const VisitRow<Row>& visit) {
  bool goes_on = true;
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Scan(table.id, prefix, after, [&](const store::RowVersion& version) {
    if (version.key == after) return true;
    Result<Versioned<Row>> read = Read(table, version);
    if (read) {
      goes_on = visit(*std::move(read));
    } else {
      unreadable = read.error();
    }
    return goes_on && !unreadable;
  }));
  if (unreadable) return *std::move(unreadable);
  return goes_on;
}

template <class Row>
Result<std::vector<Versioned<Row>>> All(const store::RowReader& rows,
                                        const store::Table<Row>& table,
                                        const store::RowKey& prefix) {
  std::vector<Versioned<Row>> all;
  TL_TRY_VOID(Visit<Row>(rows, table, prefix, {}, [&](Versioned<Row> row) {
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

std::vector<fields::Change> ChangesOf(const Council& before, const Council& after) {
  return fields::Changes(before.fields(), after.fields());
}
std::vector<fields::Change> ChangesOf(const Partner& before, const Partner& after) {
  return fields::Changes(before.fields(), after.fields());
}
// Some of what a client sees of a relationship is derived, and stands beside its fields.
std::vector<fields::Change> ChangesOf(const Relationship& before, const Relationship& after) {
  std::vector<fields::Change> changes = fields::Changes(before.fields(), after.fields());
  for (fields::Change& change : fields::Changes(before, after)) {
    if (change.path != "fields" && change.path != "change_reason" &&
        !change.path.ends_with("_time_us") && !change.path.ends_with("_id")) {
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

template <class Row>
Result<std::vector<HistoryEntry>> HistoryOf(const store::CutReader& rows,
                                            const store::Table<Row>& table,
                                            const store::RowKey& key) {
  std::vector<Versioned<Row>> versions;
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Versions(table.id, key, [&](const store::RowVersion& version) {
    Result<Versioned<Row>> read = Read(table, version);
    if (read) {
      versions.push_back(*std::move(read));
    } else {
      unreadable = read.error();
    }
    return !unreadable;
  }));
  if (unreadable) return *std::move(unreadable);

  std::vector<HistoryEntry> history;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const Versioned<Row>& version = versions[i];
    const Row before = i + 1 < versions.size() ? versions[i + 1].row : Row();
    TL_TRY(std::optional<projection::v1::CommitRow> commit,
           rows.Get(projection::kCommits,
                    projection::SequenceKey(version.partition, version.sequence)));
    if (!commit) {
      return Error{Code::kDataLoss,
                   "the commit of a row is missing: rebuild the projection from the log",
                   "STORE_DAMAGED",
                   {{"position",
                     log::ToString(version.partition) + "/" + std::to_string(version.sequence)}}};
    }
    history.push_back({version.partition, version.sequence, version.etag, *std::move(commit),
                       version.row.change_reason(), ChangesOf(before, version.row)});
  }
  return history;
}

}  // namespace

std::string EtagOf(const store::RowVersion& version) {
  std::string sequence;
  for (int shift = 56; shift >= 0; shift -= 8) {
    sequence += static_cast<char>(version.sequence >> shift);
  }
  const crypto::Hash hash = crypto::Sha256({version.bytes, sequence});
  return crypto::Hex(crypto::Bytes(hash).substr(0, kEtagBytes));
}

Result<std::optional<Versioned<Council>>> FindCouncil(const store::RowReader& rows,
                                                      const CouncilId& id) {
  return Find(rows, kCouncils, {id.value()});
}

Result<std::optional<Versioned<Partner>>> FindPartner(const store::RowReader& rows,
                                                      const PartnerId& id) {
  return Find(rows, kPartners, {id.value()});
}

Result<std::optional<Versioned<Relationship>>> FindRelationship(const store::RowReader& rows,
                                                                const CouncilId& council,
                                                                const RelationshipId& id) {
  return Find(rows, kRelationships, {council.value(), id.value()});
}

Result<void> VisitCouncils(const store::RowReader& rows, const CouncilId& after,
                           const VisitRow<Council>& visit) {
  TL_TRY_VOID(Visit(rows, kCouncils, {}, KeyBehind({after.value()}), visit));
  return {};
}

Result<void> VisitPartners(const store::RowReader& rows, const PartnerId& after,
                           const VisitRow<Partner>& visit) {
  TL_TRY_VOID(Visit(rows, kPartners, {}, KeyBehind({after.value()}), visit));
  return {};
}

Result<void> VisitRelationshipsOf(const store::RowReader& rows, const CouncilId& council,
                                  const RelationshipId& after,
                                  const VisitRow<Relationship>& visit) {
  TL_TRY_VOID(Visit(rows, kRelationships, {council.value()},
                    KeyBehind({council.value(), after.value()}), visit));
  return {};
}

Result<void> VisitRelationships(const store::RowReader& rows, const CouncilId& council,
                                const RelationshipId& after, const VisitRow<Relationship>& visit) {
  // A relationship is registered with a council that is: no other council has any.
  TL_TRY(const std::vector<CouncilId> councils, CouncilsByName(rows));
  for (auto at = std::ranges::lower_bound(councils, council, IsNamedBefore); at != councils.end();
       ++at) {
    const store::RowKey key{at->value(), *at == council ? after.value() : std::string()};
    TL_TRY(const bool goes_on, Visit(rows, kRelationships, {at->value()}, KeyBehind(key), visit));
    if (!goes_on) return {};
  }
  return {};
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
