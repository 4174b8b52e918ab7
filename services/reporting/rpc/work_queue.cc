#include "reporting/rpc/work_queue.h"

#include <utility>

namespace twinledger::reporting {
namespace {

// A copy: whoever visits may take it.
bool Show(v1::RelationshipStanding standing, bool explain, const rpc::ListSource::Visit& visit) {
  if (!explain) standing.clear_sources();
  const std::string name = standing.name();
  return visit(name, standing);
}

}  // namespace

const rpc::Listing& WorkQueueListing() {
  static const rpc::Listing listing(
      v1::RelationshipStanding::descriptor(),
      {"name", "council", "partner", "council_display_name", "partner_display_name", "kind",
       "status", "since", "last_activity", "next_review_due", "band", "r", "change", "a",
       "records"},
      {"council_display_name", "partner_display_name", "since", "last_activity", "next_review_due",
       "band_level", "r", "uncapped", "change", "a"},
      {"name"}, {{"name", "councils/"}, {"council", "councils/"}, {"partner", "partners/"}});
  return listing;
}

rpc::ListSource WorkQueueSource(const Country& country, bool explain) {
  return {.walk = [country, explain](const std::string& /*after*/,
                                     const rpc::ListSource::Visit& visit) -> Result<void> {
            country.Visit([&](const v1::RelationshipStanding& standing) {
              return Show(standing, explain, visit);
            });
            return {};
          },
          .find = [country, explain](const std::string& name,
                                     const rpc::ListSource::Visit& visit) -> Result<void> {
            const v1::RelationshipStanding* found = country.Find(name);
            if (found != nullptr) Show(*found, explain, visit);
            return {};
          }};
}

}  // namespace twinledger::reporting
