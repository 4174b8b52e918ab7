#include "reporting/projection/reporting_view.h"

#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <utility>
#include <vector>

namespace twinledger::reporting {
namespace {

constexpr const char* kPlaceSeparator = ":";  // In no stream's name.
constexpr std::ptrdiff_t kOwnerParts = 2;     // Of a timeline's key: council and relationship.

std::string PlaceOf(const store::RowKey& key) {
  return absl::StrJoin(key.begin() + kOwnerParts, key.end(), kPlaceSeparator);
}

store::RowKey TimelineKeyOf(const CouncilId& council, const RelationshipId& relationship,
                            const std::string& place) {
  if (place.empty()) return {};
  store::RowKey key{council.value(), relationship.value()};
  for (const absl::string_view part : absl::StrSplit(place, kPlaceSeparator))
    key.emplace_back(part);
  return key;
}

}  // namespace

std::string EventOf(const log::PartitionId& partition, log::Sequence sequence) {
  return fmt::format("{}/{}", log::ToString(partition), sequence);
}

Result<std::optional<Versioned<RelationshipRow>>> FindRelationship(const store::RowReader& rows,
                                                                   const CouncilId& council,
                                                                   const RelationshipId& id) {
  return store::FindVersioned(rows, kRelationships, {council.value(), id.value()});
}

Result<void> VisitRecords(const store::RowReader& rows, const std::optional<CouncilId>& council,
                          const VisitRow<RecordRow>& visit) {
  const store::RowKey prefix = council ? store::RowKey{council->value()} : store::RowKey();
  TL_TRY_VOID(store::VisitVersioned(rows, kRecords, prefix, {}, visit));
  return {};
}

Result<std::optional<Versioned<RecordRow>>> FindRecord(const store::RowReader& rows,
                                                       const CouncilId& council,
                                                       const RecordId& id) {
  return store::FindVersioned(rows, kRecords, {council.value(), id.value()});
}

Result<void> VisitTimeline(const store::RowReader& rows, const CouncilId& council,
                           const RelationshipId& relationship, const std::string& behind,
                           const std::function<bool(Entry)>& visit) {
  const store::RowKey after = TimelineKeyOf(council, relationship, behind);
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Scan(kTimeline.id, {council.value(), relationship.value()}, after,
                        [&](const store::RowVersion& version) {
                          if (version.key == after) return true;
                          Result<Versioned<TimelineRow>> row =
                              store::ReadVersion(kTimeline, version);
                          if (!row) {
                            unreadable = row.error();
                            return false;
                          }
                          return visit({*std::move(row), PlaceOf(version.key)});
                        }));
  if (unreadable) return *std::move(unreadable);
  return {};
}

template <class Row, class Show>
Result<std::string> Names::Find(const store::Table<Row>& table, const store::RowKey& key,
                                const Show& show) {
  const auto [known, is_new] = known_.try_emplace({table.id, key});
  if (is_new) {
    TL_TRY(const std::optional<Row> found, rows_.Get(table, key));
    if (found) known->second = show(*found);
  }
  return known->second;
}

Result<std::string> Names::OfCouncil(const std::string& id) {
  return Find(kCouncils, {id}, [](const CouncilRow& row) { return row.display_name(); });
}

Result<std::string> Names::OfPartner(const std::string& id) {
  return Find(kPartners, {id}, [](const state::v1::PartnerRow& row) { return row.display_name(); });
}

Result<std::string> Names::OfParty(const std::string& council,
                                   const engagement::events::v1::Party& party) {
  using Party = engagement::events::v1::Party;
  switch (party.who_case()) {
    case Party::kOffice:
      return party.office();
    case Party::kOfficialId: {
      TL_TRY(std::string office,
             Find(kOfficials, {council, party.official_id()},
                  [](const state::v1::OfficialRow& row) { return row.office(); }));
      if (!office.empty()) return office;
      return fmt::format("councils/{}/officials/{}", council, party.official_id());
    }
    case Party::kPrincipalId: {
      TL_TRY(std::string name,
             Find(kPrincipals, {party.principal_id()},
                  [](const state::v1::PrincipalRow& row) { return row.display_name(); }));
      if (!name.empty()) return name;
      return "principals/" + party.principal_id();
    }
    case Party::WHO_NOT_SET:
      break;
  }
  return std::string();
}

}  // namespace twinledger::reporting
