#include "risk/rpc/lists.h"

#include <algorithm>
#include <vector>

#include "risk/inputs/council_inputs.h"
#include "risk/projection/risk_view.h"
#include "risk/rpc/resource_names.h"
#include "risk/rpc/translation.h"

namespace twinledger::risk {
namespace {

using Visit = rpc::ListSource::Visit;

// In the order of their names, from `from` on: a slash stands behind an id there.
Result<std::vector<std::string>> CouncilsFrom(const store::RowReader& rows,
                                              const std::optional<std::string>& only,
                                              const std::string& from) {
  if (only) return std::vector{*only};
  TL_TRY(std::vector<std::string> councils, ScoredCouncils(rows));
  std::erase_if(councils, [&](const std::string& id) { return id + "/" < from + "/"; });
  std::ranges::sort(councils, {}, [](const std::string& id) { return id + "/"; });
  return councils;
}

}  // namespace

const rpc::Listing& AlertListing() {
  static const rpc::Listing listing(
      v1::Alert::descriptor(), {"name", "council", "subject", "from_band", "to_band", "day", "r"},
      {"name", "day", "r", "record_time"}, {"name"},
      {{"name", "councils/"}, {"council", "councils/"}, {"subject", "councils/"}});
  return listing;
}

rpc::ListSource AlertSource(const store::RowReader& rows, const std::optional<std::string>& only) {
  const auto show = [](const state::v1::AlertRow& row, const Visit& visit) {
    v1::Alert alert = ResourceOf(row);
    const std::string name = alert.name();
    return visit(name, alert);
  };
  return {
      .walk = [&rows, only, show](const std::string& after, const Visit& visit) -> Result<void> {
        const AlertId from = AlertIn(after);
        TL_TRY(const std::vector<std::string> councils, CouncilsFrom(rows, only, from.council_id));
        return VisitAlerts(rows, councils, from.alert_id,
                           [&](const auto& found) { return show(found.row, visit); });
      },
      .find = [&rows, show](const std::string& name, const Visit& visit) -> Result<void> {
        const AlertId id = AlertIn(name);
        TL_TRY(const std::optional<state::v1::AlertRow> found,
               rows.Get(kAlerts, {id.council_id, id.alert_id}));
        if (found) show(*found, visit);
        return {};
      }};
}

}  // namespace twinledger::risk
