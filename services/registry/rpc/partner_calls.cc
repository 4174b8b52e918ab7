#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"

namespace twinledger::registry {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kCreatePartner = "twinledger.registry.v1.RegistryService/CreatePartner";
constexpr std::string_view kGetPartner = "twinledger.registry.v1.RegistryService/GetPartner";
constexpr std::string_view kListPartners = "twinledger.registry.v1.RegistryService/ListPartners";
constexpr std::string_view kUpdatePartner = "twinledger.registry.v1.RegistryService/UpdatePartner";
constexpr std::string_view kListPartnerHistory =
    "twinledger.registry.v1.RegistryService/ListPartnerHistory";

// Partners belong to no council: who may call the method may see and name any.
Scope CheckCreatePartner(const v1::CreatePartnerRequest& request, Violations& wrong) {
  wrong.Uuid("partner_id", request.partner_id());
  CheckFields("partner", request.partner(), Given::All(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfAll();
}

Scope CheckUpdatePartner(const v1::UpdatePartnerRequest& request, Violations& wrong) {
  ReadPartnerName("partner.name", request.partner().name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckMask(request.update_mask(), AmendablePaths(events::v1::PartnerFields()), wrong);
  CheckFields("partner", request.partner(), Given::Only(request.update_mask()), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfAll();
}

template <class Request>
Scope CheckPartnerName(const Request& request, Violations& wrong) {
  ReadPartnerName("name", request.name(), wrong);
  return Scope::OfAll();
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::CreatePartner(grpc::CallbackServerContext* context,
                                                         const v1::CreatePartnerRequest* request,
                                                         v1::CreatePartnerResponse* response) {
  const auto prospect = NewProspect<Partner>();
  return calls_.Command(
      context, kCreatePartner, *request, *response, CheckCreatePartner,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        events::v1::PartnerFields fields = FieldsOf(asked.partner());
        TL_TRY_VOID(RequirePartner(PartnerId(fields.parent_id())));
        return IntentOn(PartnerId(asked.partner_id()), RegisterPartner{std::move(fields)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) -> Result<void> {
        const PartnerId id(asked.partner_id());
        TL_TRY(const auto found, FindPartner(rows, id));
        return AnswerWritten(found, NameOf(id), outcome, prospect, *answer.mutable_partner());
      });
}

grpc::ServerUnaryReactor* RegistryService::GetPartner(grpc::CallbackServerContext* context,
                                                      const v1::GetPartnerRequest* request,
                                                      v1::GetPartnerResponse* response) {
  return calls_.Query(context, kGetPartner, *request, *response,
                      CheckPartnerName<v1::GetPartnerRequest>,
                      [](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
                        const PartnerId id = PartnerIn(asked.name());
                        TL_TRY_VOID(reading.Touch(KeyOf(id)));
                        TL_TRY(const auto found, FindPartner(reading.rows(), id));
                        return AnswerFound(found, asked.name(), *answer.mutable_partner());
                      });
}

grpc::ServerUnaryReactor* RegistryService::ListPartners(grpc::CallbackServerContext* context,
                                                        const v1::ListPartnersRequest* request,
                                                        v1::ListPartnersResponse* response) {
  return calls_.List(
      context, kListPartners, *request, *response,
      [](const auto&, Violations&) { return Scope::OfAll(); },
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        TL_TRY_VOID(reading.TouchAll());
        return PartnerListing().Fill(asked, PartnerSource(reading.rows()), page,
                                     *answer.mutable_partners());
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdatePartner(grpc::CallbackServerContext* context,
                                                         const v1::UpdatePartnerRequest* request,
                                                         v1::UpdatePartnerResponse* response) {
  const auto prospect = NewProspect<Partner>();
  return calls_.Command(
      context, kUpdatePartner, *request, *response, CheckUpdatePartner,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        events::v1::PartnerFields fields = FieldsOf(asked.partner());
        TL_TRY_VOID(RequirePartner(PartnerId(fields.parent_id())));
        return IntentOn(PartnerIn(asked.partner().name()),
                        AmendPartner{asked.etag(), std::move(fields), PathsOf(asked.update_mask())},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) -> Result<void> {
        TL_TRY(const auto found, FindPartner(rows, PartnerIn(asked.partner().name())));
        return AnswerWritten(found, asked.partner().name(), outcome, prospect,
                             *answer.mutable_partner());
      });
}

grpc::ServerUnaryReactor* RegistryService::ListPartnerHistory(
    grpc::CallbackServerContext* context, const v1::ListPartnerHistoryRequest* request,
    v1::ListPartnerHistoryResponse* response) {
  return calls_.List(
      context, kListPartnerHistory, *request, *response,
      CheckPartnerName<v1::ListPartnerHistoryRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const PartnerId id = PartnerIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(id)));
        TL_TRY(const std::vector<HistoryEntry> history, PartnerHistory(reading.rows(), id));
        return AnswerHistory(history, reading, asked.name(), page, answer);
      });
}

Result<void> RegistryService::RequirePartner(const PartnerId& id) const {
  TL_TRY(const std::optional<Error> missing, MissingPartner(id));
  if (missing) return *missing;
  return {};
}

Result<std::optional<Error>> RegistryService::MissingPartner(const PartnerId& id) const {
  if (id.empty()) return std::optional<Error>();
  const auto snapshot = runner_.Snapshot();
  TL_TRY(const auto found, FindPartner(store::CutReader(*snapshot), id));
  if (found) return std::optional<Error>();
  return std::optional(Error{Code::kNotFound,
                             NameOf(id) + " does not exist: create it first, or correct its name",
                             std::string(ReasonOf(Rejection::kPartnerNotFound)),
                             {{"name", NameOf(id)}}});
}

}  // namespace twinledger::registry
