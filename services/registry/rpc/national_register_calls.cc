#include <set>

#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"

namespace twinledger::registry {
namespace {

constexpr std::string_view kListNationalRegister =
    "twinledger.registry.v1.RegistryService/ListNationalRegister";

// The answer depends on what it holds, and tells a council nothing of the others.
Result<void> TouchLines(const std::optional<CouncilId>& only, rpc::Reading& reading) {
  if (!only) return reading.TouchAll();
  TL_TRY_VOID(reading.Touch(KeyOf(*only)));
  TL_TRY(const std::set<std::string> parked, reading.Parked(KeyOf(PartnerId()).type()));
  if (parked.empty()) return {};
  std::optional<PartnerId> met;
  TL_TRY_VOID(VisitRelationshipsOf(
      reading.rows(), *only, RelationshipId(), [&](const Versioned<Relationship>& relationship) {
        const std::string& partner = relationship.row.fields().partner_id();
        if (parked.contains(partner)) met.emplace(partner);
        return !met;
      }));
  if (met) TL_TRY_VOID(reading.Touch(KeyOf(*met)));
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::ListNationalRegister(
    grpc::CallbackServerContext* context, const v1::ListNationalRegisterRequest* request,
    v1::ListNationalRegisterResponse* response) {
  return calls_.List(
      context, kListNationalRegister, *request, *response,
      [](const auto&, rpc::Violations&) { return rpc::Scope::OfAll(); },
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const std::optional<CouncilId> only = OnlyCouncil(reading);
        TL_TRY_VOID(TouchLines(only, reading));
        return RegisterListing().Fill(asked, RegisterSource(reading.rows(), only), page,
                                      *answer.mutable_rows());
      });
}

}  // namespace twinledger::registry
