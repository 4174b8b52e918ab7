// A record is submitted, or amended.
#include "engagement/rpc/engagement_service.h"
#include "engagement/rpc/notice.h"
#include "engagement/rpc/paths.h"
#include "engagement/rpc/submissions.h"
#include "engagement/rpc/translation.h"
#include "platform/rpc/field_checks.h"

namespace twinledger::engagement {

Result<std::optional<Error>> EngagementService::UnmetOf(
    const v1::SubmitRecordRequest& request) const {
  const CouncilId council = CouncilIn(request.parent());
  TL_TRY(std::optional<Error> unmet, MissingCouncil(council));
  if (unmet) return unmet;
  TL_TRY(unmet, MissingRelationship(RelationshipIn(request.record().relationship())));
  if (unmet) return unmet;
  const auto all = [](const std::string&) { return true; };
  return MissingHandle(council, HandlesIn(request.record(), all));
}

void EngagementService::PrepareKey(const v1::SubmitRecordRequest& request, const Prospect& prospect,
                                   keyring::KeyMaker::Then then) {
  if (request.validate_only() || !MayHaveTexts(request.record())) return then({});
  const Result<std::optional<Error>> unmet = UnmetOf(request);
  if (!unmet || *unmet) return then({});  // The plan says so.
  prospect->met = true;
  key_maker_.Ensure(TextsOf(NameIn(request), prospect).subject(), std::move(then));
}

Result<rpc::Intent> EngagementService::PlanSubmit(const v1::SubmitRecordRequest& asked,
                                                  std::optional<Error> unmet,
                                                  const rpc::Admission& by,
                                                  const Prospect& prospect) const {
  const RecordName name = NameIn(asked);
  // No key is made for what will not be recorded.
  if (unmet && !asked.validate_only()) return *std::move(unmet);
  RecordFields kept = std::move(prospect->kept);
  SetDefaults(by.caller, kept.content_case(), kept);
  const Texts& texts = TextsOf(name, prospect);
  TL_TRY(const Current current, CurrentOf(name, texts));
  const SealText seal = Sealer(texts, {"record_submitted", asked.request_id(), kept.marking()},
                               asked.validate_only());
  TL_TRY_VOID(SealTexts(asked.record(), TextPathsOf(kept.content_case()), current.row(),
                        current.opened, seal, kept));
  return IntentOn(name, Submit{std::move(kept)}, {asked.request_id()}, prospect, std::move(unmet));
}

grpc::ServerUnaryReactor* EngagementService::SubmitRecord(grpc::CallbackServerContext* context,
                                                          const v1::SubmitRecordRequest* request,
                                                          v1::SubmitRecordResponse* response) {
  const auto prospect = NewProspect();
  return calls_.PreparedCommand(
      context, kSubmitRecord, *request, *response,
      [prospect](const auto& asked, rpc::Violations& wrong) {
        return CheckSubmit(asked, wrong, prospect->kept);
      },
      [this, prospect](const auto& asked, auto then) {
        PrepareKey(asked, prospect, std::move(then));
      },
      [this, prospect](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        std::optional<Error> unmet;
        if (!prospect->met) {
          TL_TRY(unmet, UnmetOf(asked));
        }
        return PlanSubmit(asked, std::move(unmet), by, prospect);
      },
      [this, prospect](const auto& asked, const writer::Outcome& outcome,
                       const store::RowReader& rows, auto& answer) -> Result<void> {
        answer.set_notice(std::string(kNotice));
        return AnswerWritten(NameIn(asked), outcome, rows, prospect, *answer.mutable_record());
      });
}

Result<rpc::Intent> EngagementService::PlanAmend(const v1::AmendRecordRequest& asked,
                                                 const rpc::Admission& by,
                                                 const Prospect& prospect) const {
  const RecordName name = RecordIn(asked.record().name());
  std::vector<std::string> paths = PathsOf(asked.update_mask());
  TL_TRY(std::optional<Error> unmet,
         MissingRelationship(RelationshipIn(asked.record().relationship())));
  if (!unmet) {
    const rpc::Given given = rpc::Given::Only(asked.update_mask());
    const auto masked = [&](const std::string& path) { return given.Has(path); };
    TL_TRY(unmet, MissingHandle(name.council, HandlesIn(asked.record(), masked)));
  }
  if (unmet && !asked.validate_only()) return *std::move(unmet);
  const Texts& texts = TextsOf(name, prospect);
  TL_TRY(const Current current, CurrentOf(name, texts, asked.etag()));
  RecordFields kept = FieldsOf(asked.record());
  SetDefaults(by.caller, current.fields().content_case(), kept);
  const bool remarked = rpc::Given::Only(asked.update_mask()).Has("marking");
  const auto marking = remarked ? kept.marking() : current.fields().marking();
  const SealText seal = Sealer(texts, {"record_amended", asked.request_id(), marking},
                               asked.validate_only() || !current.record);
  TL_TRY_VOID(SealTexts(asked.record(), paths, current.row(), current.opened, seal, kept));
  TL_TRY(std::string reason, seal("reason", asked.reason()));
  return IntentOn(
      name,
      engagement::AmendRecord{asked.etag(), std::move(kept), std::move(paths), std::move(reason)},
      WriteOf(asked, current), prospect, std::move(unmet));
}

grpc::ServerUnaryReactor* EngagementService::AmendRecord(grpc::CallbackServerContext* context,
                                                         const v1::AmendRecordRequest* request,
                                                         v1::AmendRecordResponse* response) {
  const auto prospect = NewProspect();
  return calls_.Command(
      context, kAmendRecord, *request, *response, CheckAmend,
      [this, prospect](const auto& asked, const rpc::Admission& by) {
        return PlanAmend(asked, by, prospect);
      },
      [this, prospect](const auto& asked, const writer::Outcome& outcome,
                       const store::RowReader& rows, auto& answer) -> Result<void> {
        answer.set_notice(std::string(kNotice));
        return AnswerWritten(RecordIn(asked.record().name()), outcome, rows, prospect,
                             *answer.mutable_record());
      });
}

}  // namespace twinledger::engagement
