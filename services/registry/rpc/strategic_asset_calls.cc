#include "platform/rpc/council_scope.h"
#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"

namespace twinledger::registry {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kCreateStrategicAsset =
    "twinledger.registry.v1.RegistryService/CreateStrategicAsset";
constexpr std::string_view kGetStrategicAsset =
    "twinledger.registry.v1.RegistryService/GetStrategicAsset";
constexpr std::string_view kListStrategicAssets =
    "twinledger.registry.v1.RegistryService/ListStrategicAssets";
constexpr std::string_view kUpdateStrategicAsset =
    "twinledger.registry.v1.RegistryService/UpdateStrategicAsset";
constexpr std::string_view kSetAssetCriticality =
    "twinledger.registry.v1.RegistryService/SetAssetCriticality";
constexpr std::string_view kListStrategicAssetHistory =
    "twinledger.registry.v1.RegistryService/ListStrategicAssetHistory";

Scope CheckCreateAsset(const v1::CreateStrategicAssetRequest& request, Violations& wrong) {
  const CouncilId council = ReadCouncilName("parent", request.parent(), wrong);
  wrong.Uuid("asset_id", request.asset_id());
  CheckFields("asset", request.asset(), Given::All(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(council.value(), request.parent());
}

Scope CheckUpdateAsset(const v1::UpdateStrategicAssetRequest& request, Violations& wrong) {
  const AssetName name = ReadAssetName("asset.name", request.asset().name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckMask(request.update_mask(), AmendablePaths(events::v1::StrategicAssetFields()), wrong);
  CheckFields("asset", request.asset(), Given::Only(request.update_mask()), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(name.council.value(), request.asset().name());
}

Scope CheckSetCriticality(const v1::SetAssetCriticalityRequest& request, Violations& wrong) {
  const AssetName name = ReadAssetName("name", request.name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckCriticality("criticality", request.criticality(), wrong);
  RequireDay("reviewed_on", request.reviewed_on(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

template <class Request>
Scope CheckAssetName(const Request& request, Violations& wrong) {
  const AssetName name = ReadAssetName("name", request.name(), wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

AssetName NameIn(const v1::CreateStrategicAssetRequest& request) {
  return {CouncilIn(request.parent()), AssetId(request.asset_id())};
}

// Fills the answer of a write on the asset `name`.
template <class Answer>
Result<void> RenderWritten(const AssetName& name, const writer::Outcome& outcome,
                           const store::RowReader& rows, const Prospect<StrategicAsset>& prospect,
                           Answer& answer) {
  TL_TRY(const auto found, FindStrategicAsset(rows, name.council, name.asset));
  return AnswerWritten(found, NameOf(name.council, name.asset), outcome, prospect,
                       *answer.mutable_asset());
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::CreateStrategicAsset(
    grpc::CallbackServerContext* context, const v1::CreateStrategicAssetRequest* request,
    v1::CreateStrategicAssetResponse* response) {
  const auto prospect = NewProspect<StrategicAsset>();
  return calls_.Command(
      context, kCreateStrategicAsset, *request, *response, CheckCreateAsset,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        return IntentOn(NameIn(asked), RegisterStrategicAsset{FieldsOf(asked.asset())},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) {
        return RenderWritten(NameIn(asked), outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::GetStrategicAsset(
    grpc::CallbackServerContext* context, const v1::GetStrategicAssetRequest* request,
    v1::GetStrategicAssetResponse* response) {
  return calls_.Query(context, kGetStrategicAsset, *request, *response,
                      CheckAssetName<v1::GetStrategicAssetRequest>,
                      [](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
                        const AssetName name = AssetIn(asked.name());
                        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
                        TL_TRY(const auto found,
                               FindStrategicAsset(reading.rows(), name.council, name.asset));
                        return AnswerFound(found, asked.name(), *answer.mutable_asset());
                      });
}

grpc::ServerUnaryReactor* RegistryService::ListStrategicAssets(
    grpc::CallbackServerContext* context, const v1::ListStrategicAssetsRequest* request,
    v1::ListStrategicAssetsResponse* response) {
  return calls_.List(
      context, kListStrategicAssets, *request, *response,
      rpc::CheckParent<v1::ListStrategicAssetsRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const auto only = rpc::OnlyCouncil<CouncilId>(asked.parent(), reading.admission());
        TL_TRY_VOID(only ? reading.Touch(KeyOf(*only)) : reading.TouchAll());
        TL_TRY_VOID(RequireParent(asked.parent(), reading));
        return StrategicAssetListing().Fill(asked, StrategicAssetSource(reading.rows(), only), page,
                                            *answer.mutable_assets());
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdateStrategicAsset(
    grpc::CallbackServerContext* context, const v1::UpdateStrategicAssetRequest* request,
    v1::UpdateStrategicAssetResponse* response) {
  const auto prospect = NewProspect<StrategicAsset>();
  return calls_.Command(
      context, kUpdateStrategicAsset, *request, *response, CheckUpdateAsset,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        return IntentOn(AssetIn(asked.asset().name()),
                        AmendStrategicAsset{asked.etag(), FieldsOf(asked.asset()),
                                            PathsOf(asked.update_mask())},
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) {
        return RenderWritten(AssetIn(asked.asset().name()), outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::SetAssetCriticality(
    grpc::CallbackServerContext* context, const v1::SetAssetCriticalityRequest* request,
    v1::SetAssetCriticalityResponse* response) {
  const auto prospect = NewProspect<StrategicAsset>();
  return calls_.Command(
      context, kSetAssetCriticality, *request, *response, CheckSetCriticality,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        return IntentOn(
            AssetIn(asked.name()),
            SetCriticality{asked.etag(), static_cast<events::v1::Criticality>(asked.criticality()),
                           std::string(identity::Name(by.caller.role)),
                           DateOf(asked.reviewed_on())},
            ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) {
        return RenderWritten(AssetIn(asked.name()), outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::ListStrategicAssetHistory(
    grpc::CallbackServerContext* context, const v1::ListStrategicAssetHistoryRequest* request,
    v1::ListStrategicAssetHistoryResponse* response) {
  return calls_.List(
      context, kListStrategicAssetHistory, *request, *response,
      CheckAssetName<v1::ListStrategicAssetHistoryRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const AssetName name = AssetIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
        TL_TRY(const std::vector<HistoryEntry> history,
               StrategicAssetHistory(reading.rows(), name.council, name.asset));
        return AnswerHistory(history, reading, asked.name(), page, answer);
      });
}

}  // namespace twinledger::registry
