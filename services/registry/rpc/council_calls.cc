#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"

namespace twinledger::registry {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kCreateCouncil = "twinledger.registry.v1.RegistryService/CreateCouncil";
constexpr std::string_view kGetCouncil = "twinledger.registry.v1.RegistryService/GetCouncil";
constexpr std::string_view kListCouncils = "twinledger.registry.v1.RegistryService/ListCouncils";
constexpr std::string_view kUpdateCouncil = "twinledger.registry.v1.RegistryService/UpdateCouncil";
constexpr std::string_view kSetReportingSince =
    "twinledger.registry.v1.RegistryService/SetReportingSince";
constexpr std::string_view kListCouncilHistory =
    "twinledger.registry.v1.RegistryService/ListCouncilHistory";

Scope CheckCreateCouncil(const v1::CreateCouncilRequest& request, Violations& wrong) {
  wrong.Slug("council_id", request.council_id());
  CheckFields("council", request.council(), Given::All(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(request.council_id(), NameOf(CouncilId(request.council_id())));
}

Scope CheckUpdateCouncil(const v1::UpdateCouncilRequest& request, Violations& wrong) {
  const CouncilId id = ReadCouncilName("council.name", request.council().name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckMask(request.update_mask(), AmendablePaths(events::v1::CouncilFields()), wrong);
  const Given given = Given::Only(request.update_mask());
  CheckFields("council", request.council(), given, wrong);
  if (given.Has("status") && request.council().status() == v1::COUNCIL_STATUS_UNSPECIFIED) {
    wrong.Add("council.status",
              "not given: a council has a status, COUNCIL_STATUS_ACTIVE at first");
  }
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(id.value(), request.council().name());
}

Scope CheckSetReportingSince(const v1::SetReportingSinceRequest& request, Violations& wrong) {
  const CouncilId id = ReadCouncilName("name", request.name(), wrong);
  wrong.Etag("etag", request.etag());
  RequireDay("reporting_since", request.reporting_since(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(id.value(), request.name());
}

// Which councils there are is for those to say who may register one.
Result<void> AuthorizeEnd(const v1::UpdateCouncilRequest& request,
                          const rpc::CallerIdentity& caller) {
  const Given given = Given::Only(request.update_mask());
  if (!given.Has("status") && !given.Has("successor")) return {};
  return rpc::AuthorizeMethod(caller, kCreateCouncil);
}

template <class Request>
Scope CheckCouncilName(const Request& request, Violations& wrong) {
  const CouncilId id = ReadCouncilName("name", request.name(), wrong);
  return Scope::OfCouncil(id.value(), request.name());
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::CreateCouncil(grpc::CallbackServerContext* context,
                                                         const v1::CreateCouncilRequest* request,
                                                         v1::CreateCouncilResponse* response) {
  const auto prospect = NewProspect<Council>();
  return calls_.Command(
      context, kCreateCouncil, *request, *response, CheckCreateCouncil,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        events::v1::CouncilFields fields = FieldsOf(asked.council());
        if (fields.status() == events::v1::COUNCIL_STATUS_UNSPECIFIED) {
          fields.set_status(events::v1::COUNCIL_STATUS_ACTIVE);
        }
        TL_TRY_VOID(RequireCouncil(CouncilId(fields.successor_id())));
        return IntentOn(CouncilId(asked.council_id()), RegisterCouncil{std::move(fields)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) -> Result<void> {
        const CouncilId id(asked.council_id());
        TL_TRY(const auto found, FindCouncil(rows, id));
        return AnswerWritten(found, NameOf(id), outcome, prospect, *answer.mutable_council());
      });
}

grpc::ServerUnaryReactor* RegistryService::GetCouncil(grpc::CallbackServerContext* context,
                                                      const v1::GetCouncilRequest* request,
                                                      v1::GetCouncilResponse* response) {
  return calls_.Query(context, kGetCouncil, *request, *response,
                      CheckCouncilName<v1::GetCouncilRequest>,
                      [](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
                        const CouncilId id = CouncilIn(asked.name());
                        TL_TRY_VOID(reading.Touch(KeyOf(id)));
                        TL_TRY(const auto found, FindCouncil(reading.rows(), id));
                        return AnswerFound(found, asked.name(), *answer.mutable_council());
                      });
}

grpc::ServerUnaryReactor* RegistryService::ListCouncils(grpc::CallbackServerContext* context,
                                                        const v1::ListCouncilsRequest* request,
                                                        v1::ListCouncilsResponse* response) {
  return calls_.List(
      context, kListCouncils, *request, *response,
      [](const auto&, Violations&) { return Scope::OfAll(); },
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const std::optional<CouncilId> only = OnlyCouncil(reading);
        TL_TRY_VOID(only ? reading.Touch(KeyOf(*only)) : reading.TouchAll());
        return CouncilListing().Fill(asked, CouncilSource(reading.rows(), only), page,
                                     *answer.mutable_councils());
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdateCouncil(grpc::CallbackServerContext* context,
                                                         const v1::UpdateCouncilRequest* request,
                                                         v1::UpdateCouncilResponse* response) {
  const auto prospect = NewProspect<Council>();
  return calls_.Command(
      context, kUpdateCouncil, *request, *response, CheckUpdateCouncil,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        TL_TRY_VOID(AuthorizeEnd(asked, by.caller));
        events::v1::CouncilFields fields = FieldsOf(asked.council());
        TL_TRY_VOID(RequireCouncil(CouncilId(fields.successor_id())));
        return IntentOn(CouncilIn(asked.council().name()),
                        AmendCouncil{asked.etag(), std::move(fields), PathsOf(asked.update_mask())},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) -> Result<void> {
        TL_TRY(const auto found, FindCouncil(rows, CouncilIn(asked.council().name())));
        return AnswerWritten(found, asked.council().name(), outcome, prospect,
                             *answer.mutable_council());
      });
}

grpc::ServerUnaryReactor* RegistryService::SetReportingSince(
    grpc::CallbackServerContext* context, const v1::SetReportingSinceRequest* request,
    v1::SetReportingSinceResponse* response) {
  const auto prospect = NewProspect<Council>();
  return calls_.Command(
      context, kSetReportingSince, *request, *response, CheckSetReportingSince,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        return IntentOn(CouncilIn(asked.name()),
                        registry::SetReportingSince{asked.etag(), DateOf(asked.reporting_since())},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) -> Result<void> {
        TL_TRY(const auto found, FindCouncil(rows, CouncilIn(asked.name())));
        return AnswerWritten(found, asked.name(), outcome, prospect, *answer.mutable_council());
      });
}

grpc::ServerUnaryReactor* RegistryService::ListCouncilHistory(
    grpc::CallbackServerContext* context, const v1::ListCouncilHistoryRequest* request,
    v1::ListCouncilHistoryResponse* response) {
  return calls_.List(
      context, kListCouncilHistory, *request, *response,
      CheckCouncilName<v1::ListCouncilHistoryRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const CouncilId id = CouncilIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(id)));
        TL_TRY(const std::vector<HistoryEntry> history, CouncilHistory(reading.rows(), id));
        return AnswerHistory(history, reading, asked.name(), page, answer);
      });
}

Result<void> RegistryService::RequireCouncil(const CouncilId& id) const {
  if (id.empty()) return {};
  const auto snapshot = runner_.Snapshot();
  TL_TRY(const auto found, FindCouncil(store::CutReader(*snapshot), id));
  if (found) return {};
  return Error{Code::kNotFound,
               NameOf(id) + " does not exist: create it first, or correct its name",
               std::string(ReasonOf(Rejection::kCouncilNotFound)),
               {{"name", NameOf(id)}}};
}

}  // namespace twinledger::registry
