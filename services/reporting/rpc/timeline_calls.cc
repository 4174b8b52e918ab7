// All that is recorded of one relationship.
#include "platform/rpc/errors.h"
#include "reporting/rpc/audience.h"
#include "reporting/rpc/reporting_service.h"
#include "reporting/rpc/timeline.h"
#include "reporting/scores/resource_names.h"

namespace twinledger::reporting {
namespace {

constexpr std::string_view kListTimeline = "twinledger.reporting.v1.ReportingService/ListTimeline";

rpc::Scope CheckTimeline(const v1::ListTimelineRequest& request, rpc::Violations& wrong) {
  const RelationshipName name = ReadRelationshipName("name", request.name(), wrong);
  return rpc::Scope::OfCouncil(name.council.value(), request.name());
}

}  // namespace

grpc::ServerUnaryReactor* ReportingService::ListTimeline(grpc::CallbackServerContext* context,
                                                         const v1::ListTimelineRequest* request,
                                                         v1::ListTimelineResponse* response) {
  return calls_.List(
      context, kListTimeline, *request, *response, CheckTimeline,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const RelationshipName name = RelationshipIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
        TL_TRY(const auto found, FindRelationship(reading.rows(), name.council, name.relationship));
        if (!found) return rpc::NotFound(asked.name());
        const Audience audience = AudienceAtWork(reading.admission().caller);
        std::string last;
        return VisitTimeline(reading.rows(), name.council, name.relationship, page.after,
                             [&](const Entry& entry) {
                               if (answer.entries_size() == page.size) {  // So there are more.
                                 page.next = last;
                                 return false;
                               }
                               last = entry.place;
                               *answer.add_entries() = ResourceOf(entry.row, name, audience);
                               return true;
                             });
      });
}

}  // namespace twinledger::reporting
