#include "platform/rpc/council_scope.h"
#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"
#include "registry/rpc/sealed_answers.h"

namespace twinledger::registry {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kCreateOfficial =
    "twinledger.registry.v1.RegistryService/CreateOfficial";
constexpr std::string_view kGetOfficial = "twinledger.registry.v1.RegistryService/GetOfficial";
constexpr std::string_view kListOfficials = "twinledger.registry.v1.RegistryService/ListOfficials";
constexpr std::string_view kUpdateOfficial =
    "twinledger.registry.v1.RegistryService/UpdateOfficial";
constexpr std::string_view kListOfficialHistory =
    "twinledger.registry.v1.RegistryService/ListOfficialHistory";

Scope CheckCreateOfficial(const v1::CreateOfficialRequest& request, Violations& wrong) {
  const CouncilId council = ReadCouncilName("parent", request.parent(), wrong);
  wrong.Uuid("official_id", request.official_id());
  CheckFields("official", request.official(), Given::All(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(council.value(), request.parent());
}

Scope CheckUpdateOfficial(const v1::UpdateOfficialRequest& request, Violations& wrong) {
  const OfficialName name = ReadOfficialName("official.name", request.official().name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckMask(request.update_mask(), AmendablePaths(events::v1::OfficialFields()), wrong);
  CheckFields("official", request.official(), Given::Only(request.update_mask()), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(name.council.value(), request.official().name());
}

template <class Request>
Scope CheckOfficialName(const Request& request, Violations& wrong) {
  const OfficialName name = ReadOfficialName("name", request.name(), wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

OfficialName NameIn(const v1::CreateOfficialRequest& request) {
  return {CouncilIn(request.parent()), OfficialId(request.official_id())};
}

KeepSealed<Official, OfficialCommand> KeepNameOf(const v1::Official& wished,
                                                 const OfficialName& name,
                                                 const SealedTexts& texts) {
  return [wished, owner = OwnerOf(name.council, name.official), &texts](const Official& current,
                                                                        OfficialCommand& command) {
    std::visit(
        [&](auto& wish) {
          texts.KeepSame(owner, current.sealed(), current.fields(), wished, wish.fields);
        },
        command);
  };
}

// Fills the answer of a write on the official `name`; who may write it may read it.
template <class Answer>
Result<void> RenderWritten(const OfficialName& name, const CallerView& view,
                           const writer::Outcome& outcome, const store::RowReader& rows,
                           const Prospect<Official>& prospect, Answer& answer) {
  TL_TRY(auto found, FindOfficial(rows, name.council, name.official));
  if (outcome.sequence == 0) found = ProspectOf(prospect);
  if (!found) return rpc::NotFound(NameOf(name.council, name.official));
  TL_TRY(*answer.mutable_official(), view.Show(*found));
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::CreateOfficial(grpc::CallbackServerContext* context,
                                                          const v1::CreateOfficialRequest* request,
                                                          v1::CreateOfficialResponse* response) {
  const auto prospect = NewProspect<Official>();
  const auto caller = std::make_shared<rpc::CallerIdentity>();
  return calls_.Command(
      context, kCreateOfficial, *request, *response, CheckCreateOfficial,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        *caller = by.caller;
        const OfficialName name = NameIn(asked);
        events::v1::OfficialFields fields = FieldsOf(asked.official());
        TL_TRY_VOID(texts_.Seal({OwnerOf(name.council, name.official), "official_registered",
                                 asked.request_id(), asked.validate_only()},
                                asked.official(), fields));
        return IntentOn(name, RegisterOfficial{std::move(fields)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect,
                        KeepNameOf(asked.official(), name, texts_));
      },
      [this, prospect, caller](const auto& asked, const writer::Outcome& outcome,
                               const store::RowReader& rows, auto& answer) {
        return RenderWritten(NameIn(asked), CallerView(texts_, *caller), outcome, rows, prospect,
                             answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::GetOfficial(grpc::CallbackServerContext* context,
                                                       const v1::GetOfficialRequest* request,
                                                       v1::GetOfficialResponse* response) {
  return calls_.Query(
      context, kGetOfficial, *request, *response, CheckOfficialName<v1::GetOfficialRequest>,
      [this](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
        const OfficialName name = OfficialIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
        TL_TRY(const auto found, FindOfficial(reading.rows(), name.council, name.official));
        if (!found) return rpc::NotFound(asked.name());
        TL_TRY(*answer.mutable_official(),
               CallerView(texts_, reading.admission().caller).Show(*found));
        return {};
      });
}

// Names are opened of the officials that a page shows, not of those that it looks at.
grpc::ServerUnaryReactor* RegistryService::ListOfficials(grpc::CallbackServerContext* context,
                                                         const v1::ListOfficialsRequest* request,
                                                         v1::ListOfficialsResponse* response) {
  return calls_.List(
      context, kListOfficials, *request, *response, rpc::CheckParent<v1::ListOfficialsRequest>,
      [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
             auto& answer) -> Result<void> {
        const auto only = rpc::OnlyCouncil<CouncilId>(asked.parent(), reading.admission());
        TL_TRY_VOID(only ? reading.Touch(KeyOf(*only)) : reading.TouchAll());
        TL_TRY_VOID(RequireParent(asked.parent(), reading));
        TL_TRY_VOID(OfficialListing().Fill(asked, OfficialSource(reading.rows(), only), page,
                                           *answer.mutable_officials()));
        const CallerView view(texts_, reading.admission().caller);
        for (v1::Official& shown : *answer.mutable_officials()) {
          const OfficialName name = OfficialIn(shown.name());
          TL_TRY(const auto found, FindOfficial(reading.rows(), name.council, name.official));
          if (found) {
            TL_TRY(shown, view.Show(*found));
          }
        }
        return {};
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdateOfficial(grpc::CallbackServerContext* context,
                                                          const v1::UpdateOfficialRequest* request,
                                                          v1::UpdateOfficialResponse* response) {
  const auto prospect = NewProspect<Official>();
  const auto caller = std::make_shared<rpc::CallerIdentity>();
  return calls_.Command(
      context, kUpdateOfficial, *request, *response, CheckUpdateOfficial,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        *caller = by.caller;
        const OfficialName name = OfficialIn(asked.official().name());
        v1::Official wished = asked.official();
        if (!Given::Only(asked.update_mask()).Has("display_name")) wished.clear_display_name();
        events::v1::OfficialFields fields = FieldsOf(wished);
        TL_TRY_VOID(texts_.Seal({OwnerOf(name.council, name.official), "official_amended",
                                 asked.request_id(), asked.validate_only()},
                                wished, fields));
        std::vector<std::string> paths = SealedPathsOf(asked.update_mask(), fields);
        return IntentOn(name, AmendOfficial{asked.etag(), std::move(fields), std::move(paths)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect,
                        KeepNameOf(wished, name, texts_));
      },
      [this, prospect, caller](const auto& asked, const writer::Outcome& outcome,
                               const store::RowReader& rows, auto& answer) {
        return RenderWritten(OfficialIn(asked.official().name()), CallerView(texts_, *caller),
                             outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::ListOfficialHistory(
    grpc::CallbackServerContext* context, const v1::ListOfficialHistoryRequest* request,
    v1::ListOfficialHistoryResponse* response) {
  return calls_.List(context, kListOfficialHistory, *request, *response,
                     CheckOfficialName<v1::ListOfficialHistoryRequest>,
                     [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
                            auto& answer) -> Result<void> {
                       const OfficialName name = OfficialIn(asked.name());
                       TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
                       TL_TRY(const auto versions,
                              OfficialVersions(reading.rows(), name.council, name.official));
                       TL_TRY(const std::vector<HistoryEntry> history,
                              CallerView(texts_, reading.admission().caller).Show(versions));
                       return AnswerHistory(history, reading, asked.name(), page, answer);
                     });
}

}  // namespace twinledger::registry
