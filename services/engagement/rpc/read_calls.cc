// Records are read: one with its texts, lists without, and every version of one.
#include <string>
#include <utility>

#include "engagement/projection/engagement_view.h"
#include "engagement/rpc/engagement_service.h"
#include "engagement/rpc/lists.h"
#include "engagement/rpc/notice.h"
#include "engagement/rpc/translation.h"
#include "platform/rpc/council_scope.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/listing.h"

namespace twinledger::engagement {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kGetRecord = "twinledger.engagement.v1.EngagementService/GetRecord";
constexpr std::string_view kListRecords = "twinledger.engagement.v1.EngagementService/ListRecords";
constexpr std::string_view kListRecordHistory =
    "twinledger.engagement.v1.EngagementService/ListRecordHistory";

template <class Request>
Scope CheckName(const Request& request, Violations& wrong) {
  const RecordName name = ReadRecordName("name", request.name(), wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

// Whoever makes the rules of risk needs facts, and no text that may tell of a person.
bool MayReadTexts(const rpc::CallerIdentity& caller) {
  return caller.role != identity::Role::kRuleAuthor;
}

}  // namespace

grpc::ServerUnaryReactor* EngagementService::GetRecord(grpc::CallbackServerContext* context,
                                                       const v1::GetRecordRequest* request,
                                                       v1::GetRecordResponse* response) {
  return calls_.Query(
      context, kGetRecord, *request, *response, CheckName<v1::GetRecordRequest>,
      [this](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
        answer.set_notice(std::string(kNotice));
        const RecordName name = RecordIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
        TL_TRY(const auto found, FindRecord(reading.rows(), name.council, name.record));
        if (!found) return rpc::NotFound(asked.name());
        const Texts texts = TextsOf(name);
        TL_TRY(
            *answer.mutable_record(),
            OpenedResourceOf(*found, MayReadTexts(reading.admission().caller) ? &texts : nullptr));
        return {};
      });
}

grpc::ServerUnaryReactor* EngagementService::ListRecords(grpc::CallbackServerContext* context,
                                                         const v1::ListRecordsRequest* request,
                                                         v1::ListRecordsResponse* response) {
  return calls_.List(
      context, kListRecords, *request, *response, rpc::CheckParent<v1::ListRecordsRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        answer.set_notice(std::string(kNotice));
        const auto only = rpc::OnlyCouncil<CouncilId>(asked.parent(), reading.admission());
        TL_TRY_VOID(only ? reading.Touch(KeyOf(*only)) : reading.TouchAll());
        TL_TRY_VOID(rpc::RequireParent(asked.parent(), reading, [&reading](std::string id) {
          return FindKnownCouncil(reading.rows(), CouncilId(std::move(id)));
        }));
        return RecordListing().Fill(asked, RecordSource(reading.rows(), only), page,
                                    *answer.mutable_records());
      });
}

grpc::ServerUnaryReactor* EngagementService::ListRecordHistory(
    grpc::CallbackServerContext* context, const v1::ListRecordHistoryRequest* request,
    v1::ListRecordHistoryResponse* response) {
  return calls_.List(
      context, kListRecordHistory, *request, *response, CheckName<v1::ListRecordHistoryRequest>,
      [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
             auto& answer) -> Result<void> {
        answer.set_notice(std::string(kNotice));
        const RecordName name = RecordIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
        TL_TRY(const std::vector<RecordVersion> history,
               RecordHistory(reading.rows(), name.council, name.record));
        if (history.empty()) return rpc::NotFound(asked.name());
        const Texts texts = TextsOf(name);
        const Texts* const open = MayReadTexts(reading.admission().caller) ? &texts : nullptr;
        const rpc::PageRange range = rpc::TakeRange(history.size(), page);
        for (std::size_t i = range.begin; i < range.end; ++i) {
          v1::Record before;
          if (i + 1 < history.size()) {
            TL_TRY(before, OpenedResourceOf(history[i + 1].record, open));
          }
          TL_TRY(const v1::Record opened, OpenedResourceOf(history[i].record, open));
          *answer.add_versions() = VersionOf(history[i], opened, before);
        }
        return {};
      });
}

}  // namespace twinledger::engagement
