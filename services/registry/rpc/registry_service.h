// twinledger.registry.v1.RegistryService: parse, submit or query, render.
//
// Each resource's calls are in a file of their own: council_calls.cc, partner_calls.cc,
// relationship_calls.cc, life_cycle_calls.cc, national_register_calls.cc, official_calls.cc,
// principal_calls.cc, strategic_asset_calls.cc.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "platform/keyring/keyring.h"
#include "platform/projection/runner.h"
#include "platform/rpc/handler.h"
#include "registry/domain/ids.h"
#include "registry/rpc/sealed_texts.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger::registry {

// Threads: thread-safe; gRPC calls it from any.
class RegistryService final : public v1::RegistryService::CallbackService {
 public:
  // All must outlive it.
  RegistryService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                  keyring::Keyring& keyring);
  ~RegistryService() override;

  grpc::ServerUnaryReactor* CreateCouncil(grpc::CallbackServerContext* context,
                                          const v1::CreateCouncilRequest* request,
                                          v1::CreateCouncilResponse* response) override;
  grpc::ServerUnaryReactor* GetCouncil(grpc::CallbackServerContext* context,
                                       const v1::GetCouncilRequest* request,
                                       v1::GetCouncilResponse* response) override;
  grpc::ServerUnaryReactor* ListCouncils(grpc::CallbackServerContext* context,
                                         const v1::ListCouncilsRequest* request,
                                         v1::ListCouncilsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateCouncil(grpc::CallbackServerContext* context,
                                          const v1::UpdateCouncilRequest* request,
                                          v1::UpdateCouncilResponse* response) override;
  grpc::ServerUnaryReactor* ListCouncilHistory(grpc::CallbackServerContext* context,
                                               const v1::ListCouncilHistoryRequest* request,
                                               v1::ListCouncilHistoryResponse* response) override;
  grpc::ServerUnaryReactor* SetReportingSince(grpc::CallbackServerContext* context,
                                              const v1::SetReportingSinceRequest* request,
                                              v1::SetReportingSinceResponse* response) override;
  grpc::ServerUnaryReactor* CreatePartner(grpc::CallbackServerContext* context,
                                          const v1::CreatePartnerRequest* request,
                                          v1::CreatePartnerResponse* response) override;
  grpc::ServerUnaryReactor* GetPartner(grpc::CallbackServerContext* context,
                                       const v1::GetPartnerRequest* request,
                                       v1::GetPartnerResponse* response) override;
  grpc::ServerUnaryReactor* ListPartners(grpc::CallbackServerContext* context,
                                         const v1::ListPartnersRequest* request,
                                         v1::ListPartnersResponse* response) override;
  grpc::ServerUnaryReactor* UpdatePartner(grpc::CallbackServerContext* context,
                                          const v1::UpdatePartnerRequest* request,
                                          v1::UpdatePartnerResponse* response) override;
  grpc::ServerUnaryReactor* ListPartnerHistory(grpc::CallbackServerContext* context,
                                               const v1::ListPartnerHistoryRequest* request,
                                               v1::ListPartnerHistoryResponse* response) override;
  grpc::ServerUnaryReactor* ProposeRelationship(grpc::CallbackServerContext* context,
                                                const v1::ProposeRelationshipRequest* request,
                                                v1::ProposeRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* RecordRelationship(grpc::CallbackServerContext* context,
                                               const v1::RecordRelationshipRequest* request,
                                               v1::RecordRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* GetRelationship(grpc::CallbackServerContext* context,
                                            const v1::GetRelationshipRequest* request,
                                            v1::GetRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* ListRelationships(grpc::CallbackServerContext* context,
                                              const v1::ListRelationshipsRequest* request,
                                              v1::ListRelationshipsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateRelationship(grpc::CallbackServerContext* context,
                                               const v1::UpdateRelationshipRequest* request,
                                               v1::UpdateRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* EstablishRelationship(
      grpc::CallbackServerContext* context, const v1::EstablishRelationshipRequest* request,
      v1::EstablishRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* SuspendRelationship(grpc::CallbackServerContext* context,
                                                const v1::SuspendRelationshipRequest* request,
                                                v1::SuspendRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* ResumeRelationship(grpc::CallbackServerContext* context,
                                               const v1::ResumeRelationshipRequest* request,
                                               v1::ResumeRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* EndRelationship(grpc::CallbackServerContext* context,
                                            const v1::EndRelationshipRequest* request,
                                            v1::EndRelationshipResponse* response) override;
  grpc::ServerUnaryReactor* ListRelationshipHistory(
      grpc::CallbackServerContext* context, const v1::ListRelationshipHistoryRequest* request,
      v1::ListRelationshipHistoryResponse* response) override;
  grpc::ServerUnaryReactor* ListNationalRegister(
      grpc::CallbackServerContext* context, const v1::ListNationalRegisterRequest* request,
      v1::ListNationalRegisterResponse* response) override;
  grpc::ServerUnaryReactor* CreateOfficial(grpc::CallbackServerContext* context,
                                           const v1::CreateOfficialRequest* request,
                                           v1::CreateOfficialResponse* response) override;
  grpc::ServerUnaryReactor* GetOfficial(grpc::CallbackServerContext* context,
                                        const v1::GetOfficialRequest* request,
                                        v1::GetOfficialResponse* response) override;
  grpc::ServerUnaryReactor* ListOfficials(grpc::CallbackServerContext* context,
                                          const v1::ListOfficialsRequest* request,
                                          v1::ListOfficialsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateOfficial(grpc::CallbackServerContext* context,
                                           const v1::UpdateOfficialRequest* request,
                                           v1::UpdateOfficialResponse* response) override;
  grpc::ServerUnaryReactor* ListOfficialHistory(grpc::CallbackServerContext* context,
                                                const v1::ListOfficialHistoryRequest* request,
                                                v1::ListOfficialHistoryResponse* response) override;
  grpc::ServerUnaryReactor* CreatePrincipal(grpc::CallbackServerContext* context,
                                            const v1::CreatePrincipalRequest* request,
                                            v1::CreatePrincipalResponse* response) override;
  grpc::ServerUnaryReactor* GetPrincipal(grpc::CallbackServerContext* context,
                                         const v1::GetPrincipalRequest* request,
                                         v1::GetPrincipalResponse* response) override;
  grpc::ServerUnaryReactor* ListPrincipals(grpc::CallbackServerContext* context,
                                           const v1::ListPrincipalsRequest* request,
                                           v1::ListPrincipalsResponse* response) override;
  grpc::ServerUnaryReactor* UpdatePrincipal(grpc::CallbackServerContext* context,
                                            const v1::UpdatePrincipalRequest* request,
                                            v1::UpdatePrincipalResponse* response) override;
  grpc::ServerUnaryReactor* MergePrincipal(grpc::CallbackServerContext* context,
                                           const v1::MergePrincipalRequest* request,
                                           v1::MergePrincipalResponse* response) override;
  grpc::ServerUnaryReactor* ListPrincipalHistory(
      grpc::CallbackServerContext* context, const v1::ListPrincipalHistoryRequest* request,
      v1::ListPrincipalHistoryResponse* response) override;
  grpc::ServerUnaryReactor* CreateStrategicAsset(
      grpc::CallbackServerContext* context, const v1::CreateStrategicAssetRequest* request,
      v1::CreateStrategicAssetResponse* response) override;
  grpc::ServerUnaryReactor* GetStrategicAsset(grpc::CallbackServerContext* context,
                                              const v1::GetStrategicAssetRequest* request,
                                              v1::GetStrategicAssetResponse* response) override;
  grpc::ServerUnaryReactor* ListStrategicAssets(grpc::CallbackServerContext* context,
                                                const v1::ListStrategicAssetsRequest* request,
                                                v1::ListStrategicAssetsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateStrategicAsset(
      grpc::CallbackServerContext* context, const v1::UpdateStrategicAssetRequest* request,
      v1::UpdateStrategicAssetResponse* response) override;
  grpc::ServerUnaryReactor* SetAssetCriticality(grpc::CallbackServerContext* context,
                                                const v1::SetAssetCriticalityRequest* request,
                                                v1::SetAssetCriticalityResponse* response) override;
  grpc::ServerUnaryReactor* ListStrategicAssetHistory(
      grpc::CallbackServerContext* context, const v1::ListStrategicAssetHistoryRequest* request,
      v1::ListStrategicAssetHistoryResponse* response) override;

 private:
  // What another partition holds, and never loses once it is there, is looked up before a command
  // is submitted: NOT_FOUND without a commit, so that the same request may be repeated later.
  Result<void> RequireCouncil(const CouncilId& id) const;
  Result<void> RequirePartner(const PartnerId& id) const;
  Result<std::optional<Error>> MissingPartner(const PartnerId& id) const;
  // As the caller may see it: what of it never changes can be relied upon.
  Result<Principal> RequirePrincipal(const PrincipalId& id,
                                     const rpc::CallerIdentity& caller) const;
  // What the command is of a request that the caller may make; `wished` is what its mask names.
  Result<AmendPrincipal> AmendmentOf(const v1::UpdatePrincipalRequest& asked,
                                     const v1::Principal& wished,
                                     const rpc::CallerIdentity& caller) const;
  // Those that the fields name, if any.
  Result<void> RequireNamed(const events::v1::PrincipalFields& fields,
                            const rpc::CallerIdentity& caller) const;

  rpc::UnaryCalls& calls_;
  const projection::Runner& runner_;
  const SealedTexts texts_;
};

}  // namespace twinledger::registry
