// The steps that leave a record's fields as they are: it is retracted, verified or returned. They
// differ in what they say; how they run is one template.
#include "engagement/rpc/engagement_service.h"
#include "engagement/rpc/notice.h"
#include "engagement/rpc/record_checks.h"
#include "engagement/rpc/translation.h"

namespace twinledger::engagement {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kRetractRecord =
    "twinledger.engagement.v1.EngagementService/RetractRecord";
constexpr std::string_view kVerifyRecord =
    "twinledger.engagement.v1.EngagementService/VerifyRecord";
constexpr std::string_view kReturnRecord =
    "twinledger.engagement.v1.EngagementService/ReturnRecord";

const char* EventOf(const v1::RetractRecordRequest&) { return "record_retracted"; }
const char* EventOf(const v1::VerifyRecordRequest&) { return "record_verified"; }
const char* EventOf(const v1::ReturnRecordRequest&) { return "record_returned"; }

void CheckStep(const v1::RetractRecordRequest& request, Violations& wrong) {
  CheckReason("reason", request.reason(), wrong);
}
void CheckStep(const v1::VerifyRecordRequest& request, Violations& wrong) {
  rpc::CheckEvidence("evidence", request.evidence(), wrong);
  wrong.Optional("note", request.note(), rpc::kTextCharactersMax);
}
void CheckStep(const v1::ReturnRecordRequest& request, Violations& wrong) {
  CheckReason("reason", request.reason(), wrong);
}

Result<RecordCommand> CommandOf(const v1::RetractRecordRequest& request, const SealText& seal) {
  TL_TRY(std::string reason, seal("reason", request.reason()));
  return RecordCommand(Retract{request.etag(), std::move(reason)});
}
Result<RecordCommand> CommandOf(const v1::VerifyRecordRequest& request, const SealText& seal) {
  Verify verify{request.etag(), {}, {}};
  TL_TRY(verify.evidence, SealEvidence(request.evidence(), seal));
  if (!request.note().empty()) {
    TL_TRY(verify.note_sealed, seal("note", request.note()));
  }
  return RecordCommand(std::move(verify));
}
Result<RecordCommand> CommandOf(const v1::ReturnRecordRequest& request, const SealText& seal) {
  TL_TRY(std::string reason, seal("reason", request.reason()));
  return RecordCommand(Return{request.etag(), std::move(reason)});
}

template <class Request>
Scope CheckNamed(const Request& request, Violations& wrong) {
  const RecordName name = ReadRecordName("name", request.name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckStep(request, wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

}  // namespace

template <class Request, class Response>
grpc::ServerUnaryReactor* EngagementService::Step(grpc::CallbackServerContext* context,
                                                  std::string_view method, const Request& request,
                                                  Response& response) {
  const auto prospect = NewProspect();
  return calls_.Command(
      context, method, request, response, CheckNamed<Request>,
      [&](const auto& asked, const rpc::Admission&) -> Result<rpc::Intent> {
        const RecordName name = RecordIn(asked.name());
        const Texts& texts = TextsOf(name, prospect);
        TL_TRY(const Current current, CurrentOf(name, texts, asked.etag()));
        const SealText seal =
            SealsOf(texts, {EventOf(asked), asked.request_id(), current.fields().marking()},
                    asked.validate_only() || !current.record);
        TL_TRY(RecordCommand command, CommandOf(asked, seal));
        return IntentOn(name, std::move(command), WriteOf(asked, current), prospect);
      },
      [this, prospect](const auto& asked, const writer::Outcome& outcome,
                       const store::RowReader& rows, auto& answer) -> Result<void> {
        answer.set_notice(std::string(kNotice));
        return AnswerWritten(RecordIn(asked.name()), outcome, rows, prospect,
                             *answer.mutable_record());
      });
}

grpc::ServerUnaryReactor* EngagementService::RetractRecord(grpc::CallbackServerContext* context,
                                                           const v1::RetractRecordRequest* request,
                                                           v1::RetractRecordResponse* response) {
  return Step(context, kRetractRecord, *request, *response);
}

grpc::ServerUnaryReactor* EngagementService::VerifyRecord(grpc::CallbackServerContext* context,
                                                          const v1::VerifyRecordRequest* request,
                                                          v1::VerifyRecordResponse* response) {
  return Step(context, kVerifyRecord, *request, *response);
}

grpc::ServerUnaryReactor* EngagementService::ReturnRecord(grpc::CallbackServerContext* context,
                                                          const v1::ReturnRecordRequest* request,
                                                          v1::ReturnRecordResponse* response) {
  return Step(context, kReturnRecord, *request, *response);
}

}  // namespace twinledger::engagement
