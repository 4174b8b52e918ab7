// Queries on the rows of reports, at whatever cut the reader stands.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/store/table.h"
#include "platform/store/versioned.h"
#include "reporting/domain/ids.h"
#include "reporting/projection/reporting_projection.h"
#include "twinledger/engagement/events/v1/facts.pb.h"

namespace twinledger::reporting {

using store::Versioned;
using store::VisitRow;

// "engagement/3/17": the commit that wrote the version.
std::string EventOf(const log::PartitionId& partition, log::Sequence sequence);

template <class Row>
std::string EventOf(const Versioned<Row>& version) {
  return EventOf(version.partition, version.sequence);
}

Result<std::optional<Versioned<RelationshipRow>>> FindRelationship(const store::RowReader& rows,
                                                                   const CouncilId& council,
                                                                   const RelationshipId& id);

// Of one council, or of all if there is none, by council and id.
Result<void> VisitRecords(const store::RowReader& rows, const std::optional<CouncilId>& council,
                          const VisitRow<RecordRow>& visit);
Result<std::optional<Versioned<RecordRow>>> FindRecord(const store::RowReader& rows,
                                                       const CouncilId& council,
                                                       const RecordId& id);

// One event of a relationship, and its place: what follows it is behind.
struct Entry {
  Versioned<TimelineRow> row;
  std::string place;
};

// Newest first; those behind the place, or all if it is empty, until `visit` answers false.
Result<void> VisitTimeline(const store::RowReader& rows, const CouncilId& council,
                           const RelationshipId& relationship, const std::string& behind,
                           const std::function<bool(Entry)>& visit);

// What is called how, for the rows of one reader. Each is looked up once.
// Threads: confined to one.
class Names {
 public:
  // `rows` must outlive it.
  explicit Names(const store::RowReader& rows) : rows_(rows) {}

  Result<std::string> OfCouncil(const std::string& id);  // Empty where not known, as all here.
  Result<std::string> OfPartner(const std::string& id);

  // An organisation by its name, a person by the office; where none is known by the resource name.
  Result<std::string> OfParty(const std::string& council,
                              const engagement::events::v1::Party& party);

 private:
  template <class Row, class Show>
  Result<std::string> Find(const store::Table<Row>& table, const store::RowKey& key,
                           const Show& show);

  const store::RowReader& rows_;
  std::map<std::pair<store::TableId, store::RowKey>, std::string> known_;
};

}  // namespace twinledger::reporting
