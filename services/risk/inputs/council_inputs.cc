#include "risk/inputs/council_inputs.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/store/versioned.h"
#include "risk/inputs/donor_groups.h"
#include "risk/inputs/input_tables.h"
#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

using store::Versioned;

// Reads rows, and notes how far each partition was read.
class NotingReader {
 public:
  explicit NotingReader(const store::CutReader& rows) : rows_(rows) {}

  template <class Row>
  Result<std::optional<Row>> Get(const store::Table<Row>& table, const store::RowKey& key) {
    TL_TRY(std::optional<Versioned<Row>> found, store::FindVersioned(rows_, table, key));
    if (!found) return std::optional<Row>();
    Note(*found);
    return std::optional<Row>(std::move(found->row));
  }

  // With their keys, in order.
  template <class Row>
  Result<std::vector<std::pair<store::RowKey, Row>>> All(const store::Table<Row>& table,
                                                         const store::RowKey& prefix) {
    std::vector<std::pair<store::RowKey, Row>> all;
    std::optional<Error> unreadable;
    TL_TRY_VOID(rows_.Scan(table.id, prefix, {}, [&](const store::RowVersion& version) {
      Result<Versioned<Row>> read = store::ReadVersion(table, version);
      if (!read) {
        unreadable = read.error();
        return false;
      }
      Note(*read);
      all.emplace_back(version.key, std::move(read->row));
      return true;
    }));
    if (unreadable) return *std::move(unreadable);
    return all;
  }

  // Newest first.
  template <class Row>
  Result<std::vector<Versioned<Row>>> Versions(const store::Table<Row>& table,
                                               const store::RowKey& key) {
    return store::AllVersions(rows_, table, key);
  }

  store::Cut TakePositions() { return std::move(positions_); }

 private:
  template <class Row>
  void Note(const Versioned<Row>& read) {
    log::Sequence& position = positions_[read.partition];
    position = std::max(position, read.sequence);
  }

  const store::CutReader& rows_;
  store::Cut positions_;
};

v1::Criticality CriticalityOf(registry::events::v1::Criticality criticality) {
  if (criticality == registry::events::v1::CRITICALITY_CRITICAL) return v1::CRITICALITY_CRITICAL;
  if (criticality == registry::events::v1::CRITICALITY_IMPORTANT) return v1::CRITICALITY_IMPORTANT;
  return v1::CRITICALITY_NONE;
}

Day RecordedOn(const state::v1::ScoredRecordRow& row) {
  return DayOf(WallTime(std::chrono::microseconds(row.update_time_us())));
}

Result<RecordInputs> ReadRecord(NotingReader& rows, const store::RowKey& key) {
  TL_TRY(std::vector<Versioned<state::v1::ScoredRecordRow>> versions,
         rows.Versions(kScoredRecords, key));
  RecordInputs record{.record_id = key.back(), .revisions = {}};
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    record.revisions.push_back({.fields = std::move(*version->row.mutable_fields()),
                                .state = version->row.state(),
                                .recorded = RecordedOn(version->row),
                                .partition = version->partition,
                                .sequence = version->sequence});
  }
  return record;
}

// Nobody, where an office or an official of the council gives.
std::string GiverOf(const engagement::events::v1::RecordFields& fields) {
  return fields.has_hospitality() ? fields.hospitality().host().principal_id()
                                  : fields.gift().donor().principal_id();
}

Result<void> ReadRecords(NotingReader& rows, CouncilInputs& inputs) {
  TL_TRY(const auto newest, rows.All(kScoredRecords, {inputs.council_id}));
  for (const auto& [key, row] : newest) {
    TL_TRY(RecordInputs record, ReadRecord(rows, key));
    inputs.records.push_back(std::move(record));
  }
  return {};
}

Result<void> ReadDonorGroups(NotingReader& rows, CouncilInputs& inputs) {
  const FindDonor find = [&](const std::string& id) {
    inputs.principals.insert(id);
    return rows.Get(kDonors, {id});
  };
  for (const RecordInputs& record : inputs.records) {
    for (const Revision& revision : record.revisions) {
      const std::string giver = GiverOf(revision.fields);
      if (giver.empty() || inputs.donor_groups.contains(giver)) continue;
      TL_TRY(inputs.donor_groups[giver], DonorGroupOf(giver, find));
    }
  }
  return {};
}

}  // namespace

Result<CouncilInputs> ReadCouncilInputs(const store::CutReader& rows,
                                        const std::string& council_id) {
  NotingReader reader(rows);
  CouncilInputs inputs;
  inputs.council_id = council_id;
  TL_TRY(const std::optional<state::v1::ScoredCouncilRow> council,
         reader.Get(kScoredCouncils, {council_id}));
  if (!council) {
    return Error{Code::kNotFound,
                 "the registry knows no council " + council_id + ": register it first",
                 "COUNCIL_NOT_FOUND",
                 {{"council", council_id}}};
  }
  if (const auto since = PeriodOf(council->reporting_since())) {
    inputs.reporting_since = since->first;
  }
  TL_TRY(const auto relationships, reader.All(kScoredRelationships, {council_id}));
  for (const auto& [key, row] : relationships) inputs.relationships.push_back(key.back());
  TL_TRY(const auto assets, reader.All(kScoredAssets, {council_id}));
  for (const auto& [key, row] : assets) {
    inputs.assets.emplace(key.back(), CriticalityOf(row.criticality()));
  }
  TL_TRY_VOID(ReadRecords(reader, inputs));
  TL_TRY_VOID(ReadDonorGroups(reader, inputs));
  inputs.positions = reader.TakePositions();
  return inputs;
}

Result<std::vector<std::string>> ScoredCouncils(const store::RowReader& rows) {
  std::vector<std::string> ids;
  TL_TRY_VOID(rows.Scan(kScoredCouncils.id, {}, {}, [&](const store::RowVersion& version) {
    ids.push_back(version.key.back());
    return true;
  }));
  return ids;
}

}  // namespace twinledger::risk
