#include "registry/projection/registry_view.h"

#include <map>
#include <utility>

#include "platform/crypto/hash.h"
#include "platform/projection/platform_tables.h"

namespace twinledger::registry {
namespace {

constexpr std::size_t kEtagBytes = 16;

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

template <class Row>
Result<std::vector<Versioned<Row>>> All(const store::RowReader& rows,
                                        const store::Table<Row>& table,
                                        const store::RowKey& prefix) {
  std::vector<Versioned<Row>> all;
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Scan(table.id, prefix, {}, [&](const store::RowVersion& version) {
    Result<Versioned<Row>> read = Read(table, version);
    if (read) {
      all.push_back(*std::move(read));
    } else {
      unreadable = read.error();
    }
    return !unreadable;
  }));
  if (unreadable) return *std::move(unreadable);
  return all;
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

Result<std::vector<Versioned<Council>>> AllCouncils(const store::RowReader& rows) {
  return All(rows, kCouncils, {});
}

Result<std::vector<Versioned<Partner>>> AllPartners(const store::RowReader& rows) {
  return All(rows, kPartners, {});
}

Result<std::vector<Versioned<Relationship>>> AllRelationships(const store::RowReader& rows) {
  return All(rows, kRelationships, {});
}

Result<std::vector<Versioned<Relationship>>> RelationshipsOf(const store::RowReader& rows,
                                                             const CouncilId& council) {
  return All(rows, kRelationships, {council.value()});
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

Result<std::vector<RegisterLine>> NationalRegister(const store::RowReader& rows,
                                                   const std::optional<CouncilId>& only_council) {
  std::map<std::string, Partner> partners;
  TL_TRY(std::vector<Versioned<Partner>> all_partners, AllPartners(rows));
  for (Versioned<Partner>& partner : all_partners) {
    partners.emplace(partner.row.partner_id(), std::move(partner.row));
  }
  std::map<std::string, Council> councils;
  TL_TRY(std::vector<Versioned<Council>> all_councils, AllCouncils(rows));
  for (Versioned<Council>& council : all_councils) {
    councils.emplace(council.row.council_id(), std::move(council.row));
  }
  TL_TRY(std::vector<Versioned<Relationship>> relationships,
         only_council ? RelationshipsOf(rows, *only_council) : AllRelationships(rows));
  std::vector<RegisterLine> lines;
  for (Versioned<Relationship>& relationship : relationships) {
    RegisterLine line;
    const auto partner = partners.find(relationship.row.fields().partner_id());
    if (partner != partners.end()) line.partner = partner->second;
    line.council = councils[relationship.row.council_id()];
    line.relationship = std::move(relationship.row);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace twinledger::registry
