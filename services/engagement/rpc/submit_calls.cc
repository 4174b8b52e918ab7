// A record is submitted, or amended.
#include <utility>

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

Result<std::optional<Error>> EngagementService::UnmetOf(
    const v1::AmendRecordRequest& request) const {
  TL_TRY(std::optional<Error> unmet,
         MissingRelationship(RelationshipIn(request.record().relationship())));
  if (unmet) return unmet;
  const rpc::Given given = rpc::Given::Only(request.update_mask());
  const auto masked = [&](const std::string& path) { return given.Has(path); };
  return MissingHandle(RecordIn(request.record().name()).council,
                       HandlesIn(request.record(), masked));
}

template <class Request>
void EngagementService::LookForNamed(const Request& request, const Looked& then) {
  const auto is_met = [this, &request]() -> Result<bool> {
    TL_TRY(const std::optional<Error> unmet, UnmetOf(request));
    return !unmet;
  };
  const Result<bool> met = is_met();
  if (!met || *met) return then(met);
  calls_.AwaitStreams([is_met, then](const Result<void>& waited) {
    then(waited ? is_met() : Result<bool>(waited.error()));
  });
}

void EngagementService::PrepareSubmit(const v1::SubmitRecordRequest& request,
                                      const Prospect& prospect, Prepared then) {
  LookForNamed(request,
               [this, &request, prospect, then = std::move(then)](const Result<bool>& met) mutable {
                 if (!met) return then(met.error());
                 prospect->met = *met;
                 PrepareKey(request, prospect, std::move(then));
               });
}

void EngagementService::PrepareKey(const v1::SubmitRecordRequest& request, const Prospect& prospect,
                                   Prepared then) {
  // What is missing, the plan says.
  if (!prospect->met || request.validate_only() || !MayHaveTexts(request.record())) {
    return then({});
  }
  key_maker_.Ensure(TextsOf(NameIn(request), prospect).subject(),
                    [prospect, then = std::move(then)](const keyring::KeyMaker::Made& made) {
                      if (!made) return then(made.error());
                      prospect->sealer = *made;
                      then({});
                    });
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
  // What a record says already matters for its texts alone: it keeps those that are the same.
  Current current;
  std::shared_ptr<const keyring::Sealer> sealer = std::move(prospect->sealer);
  if (!sealer) {
    TL_TRY(current, CurrentOf(name, texts));
  }
  const SealText seal = SealsOf(texts, {"record_submitted", asked.request_id(), kept.marking()},
                                asked.validate_only(), std::move(sealer));
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
        PrepareSubmit(asked, prospect, std::move(then));
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
  TL_TRY(std::optional<Error> unmet, UnmetOf(asked));
  if (unmet && !asked.validate_only()) return *std::move(unmet);
  const Texts& texts = TextsOf(name, prospect);
  TL_TRY(const Current current, CurrentOf(name, texts, asked.etag()));
  RecordFields kept = FieldsOf(asked.record());
  SetDefaults(by.caller, current.fields().content_case(), kept);
  const bool remarked = rpc::Given::Only(asked.update_mask()).Has("marking");
  const auto marking = remarked ? kept.marking() : current.fields().marking();
  const SealText seal = SealsOf(texts, {"record_amended", asked.request_id(), marking},
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
  return calls_.PreparedCommand(
      context, kAmendRecord, *request, *response, CheckAmend,
      [this](const auto& asked, auto then) {
        LookForNamed(asked, [then = std::move(then)](const Result<bool>& met) {
          then(met ? Result<void>() : met.error());
        });
      },
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
