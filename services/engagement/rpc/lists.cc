#include "engagement/rpc/lists.h"

#include <string>

#include "engagement/projection/engagement_view.h"
#include "engagement/rpc/resource_names.h"
#include "engagement/rpc/translation.h"

namespace twinledger::engagement {

using Visit = rpc::ListSource::Visit;

const rpc::Listing& RecordListing() {
  static const rpc::Listing listing(
      v1::Record::descriptor(),
      {"name", "relationship", "kind", "state", "occur_date", "occur_end", "source",
       "reported_by_role", "marking", "release_class"},
      {"name", "occur_date", "update_time"}, {"name"},
      {{"name", "councils/"}, {"relationship", "councils/"}});
  return listing;
}

rpc::ListSource RecordSource(const store::RowReader& rows, const std::optional<CouncilId>& only) {
  const auto show = [](const Versioned<Record>& found, const Visit& visit) {
    v1::Record record = ResourceOf(found);
    const std::string name = record.name();
    return visit(name, record);
  };
  return {
      .walk = [&rows, only, show](const std::string& after, const Visit& visit) -> Result<void> {
        const RecordName from = RecordIn(after);
        const VisitRow<Record> each = [&](const Versioned<Record>& found) {
          return show(found, visit);
        };
        if (only) return VisitRecordsOf(rows, *only, from.record, each);
        return VisitRecords(rows, from.council, from.record, each);
      },
      .find = [&rows, show](const std::string& name, const Visit& visit) -> Result<void> {
        const RecordName id = RecordIn(name);
        TL_TRY(const auto found, FindRecord(rows, id.council, id.record));
        if (found) show(*found, visit);
        return {};
      }};
}

}  // namespace twinledger::engagement
