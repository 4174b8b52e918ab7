// The messages of the registry's resources, for the templates of resource.h; and their resource
// names, as people type them.
#pragma once

#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/output/printer.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::client {

struct CouncilApi {
  static constexpr const char* kSingular = "council";
  static constexpr const char* kPlural = "councils";
  static constexpr const char* kType = "Council";
  static constexpr const char* kTypes = "Councils";
  using Resource = registry::v1::Council;
  using ListRequest = registry::v1::ListCouncilsRequest;
  using ListResponse = registry::v1::ListCouncilsResponse;
  using GetRequest = registry::v1::GetCouncilRequest;
  using GetResponse = registry::v1::GetCouncilResponse;
  using HistoryRequest = registry::v1::ListCouncilHistoryRequest;
  using HistoryResponse = registry::v1::ListCouncilHistoryResponse;
  using CreateRequest = registry::v1::CreateCouncilRequest;
  using CreateResponse = registry::v1::CreateCouncilResponse;
  using UpdateRequest = registry::v1::UpdateCouncilRequest;
  using UpdateResponse = registry::v1::UpdateCouncilResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.councils(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.council();
  }
  template <class Request>
  static Resource& ResourceOf(Request& request) {
    return *request.mutable_council();
  }
  static std::vector<Column> Columns();
};

struct PartnerApi {
  static constexpr const char* kSingular = "partner";
  static constexpr const char* kPlural = "partners";
  static constexpr const char* kType = "Partner";
  static constexpr const char* kTypes = "Partners";
  using Resource = registry::v1::Partner;
  using ListRequest = registry::v1::ListPartnersRequest;
  using ListResponse = registry::v1::ListPartnersResponse;
  using GetRequest = registry::v1::GetPartnerRequest;
  using GetResponse = registry::v1::GetPartnerResponse;
  using HistoryRequest = registry::v1::ListPartnerHistoryRequest;
  using HistoryResponse = registry::v1::ListPartnerHistoryResponse;
  using CreateRequest = registry::v1::CreatePartnerRequest;
  using CreateResponse = registry::v1::CreatePartnerResponse;
  using UpdateRequest = registry::v1::UpdatePartnerRequest;
  using UpdateResponse = registry::v1::UpdatePartnerResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.partners(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.partner();
  }
  template <class Request>
  static Resource& ResourceOf(Request& request) {
    return *request.mutable_partner();
  }
  static std::vector<Column> Columns();
};

struct RelationshipApi {
  static constexpr const char* kSingular = "relationship";
  static constexpr const char* kPlural = "relationships";
  static constexpr const char* kType = "Relationship";
  static constexpr const char* kTypes = "Relationships";
  using Resource = registry::v1::Relationship;
  using ListRequest = registry::v1::ListRelationshipsRequest;
  using ListResponse = registry::v1::ListRelationshipsResponse;
  using GetRequest = registry::v1::GetRelationshipRequest;
  using GetResponse = registry::v1::GetRelationshipResponse;
  using HistoryRequest = registry::v1::ListRelationshipHistoryRequest;
  using HistoryResponse = registry::v1::ListRelationshipHistoryResponse;
  using UpdateRequest = registry::v1::UpdateRelationshipRequest;
  using UpdateResponse = registry::v1::UpdateRelationshipResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.relationships(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.relationship();
  }
  template <class Request>
  static Resource& ResourceOf(Request& request) {
    return *request.mutable_relationship();
  }
  static std::vector<Column> Columns();
};

struct OfficialApi {
  static constexpr const char* kSingular = "official";
  static constexpr const char* kPlural = "officials";
  static constexpr const char* kType = "Official";
  static constexpr const char* kTypes = "Officials";
  using Resource = registry::v1::Official;
  using ListRequest = registry::v1::ListOfficialsRequest;
  using ListResponse = registry::v1::ListOfficialsResponse;
  using GetRequest = registry::v1::GetOfficialRequest;
  using GetResponse = registry::v1::GetOfficialResponse;
  using HistoryRequest = registry::v1::ListOfficialHistoryRequest;
  using HistoryResponse = registry::v1::ListOfficialHistoryResponse;
  using CreateRequest = registry::v1::CreateOfficialRequest;
  using CreateResponse = registry::v1::CreateOfficialResponse;
  using UpdateRequest = registry::v1::UpdateOfficialRequest;
  using UpdateResponse = registry::v1::UpdateOfficialResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.officials(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.official();
  }
  template <class Request>
  static Resource& ResourceOf(Request& request) {
    return *request.mutable_official();
  }
  static std::vector<Column> Columns();
};

struct PrincipalApi {
  static constexpr const char* kSingular = "principal";
  static constexpr const char* kPlural = "principals";
  static constexpr const char* kType = "Principal";
  static constexpr const char* kTypes = "Principals";
  using Resource = registry::v1::Principal;
  using ListRequest = registry::v1::ListPrincipalsRequest;
  using ListResponse = registry::v1::ListPrincipalsResponse;
  using GetRequest = registry::v1::GetPrincipalRequest;
  using GetResponse = registry::v1::GetPrincipalResponse;
  using HistoryRequest = registry::v1::ListPrincipalHistoryRequest;
  using HistoryResponse = registry::v1::ListPrincipalHistoryResponse;
  using CreateRequest = registry::v1::CreatePrincipalRequest;
  using CreateResponse = registry::v1::CreatePrincipalResponse;
  using UpdateRequest = registry::v1::UpdatePrincipalRequest;
  using UpdateResponse = registry::v1::UpdatePrincipalResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.principals(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.principal();
  }
  template <class Request>
  static Resource& ResourceOf(Request& request) {
    return *request.mutable_principal();
  }
  static std::vector<Column> Columns();
};

struct StrategicAssetApi {
  static constexpr const char* kSingular = "asset";
  static constexpr const char* kPlural = "assets";
  static constexpr const char* kType = "StrategicAsset";
  static constexpr const char* kTypes = "StrategicAssets";
  using Resource = registry::v1::StrategicAsset;
  using ListRequest = registry::v1::ListStrategicAssetsRequest;
  using ListResponse = registry::v1::ListStrategicAssetsResponse;
  using GetRequest = registry::v1::GetStrategicAssetRequest;
  using GetResponse = registry::v1::GetStrategicAssetResponse;
  using HistoryRequest = registry::v1::ListStrategicAssetHistoryRequest;
  using HistoryResponse = registry::v1::ListStrategicAssetHistoryResponse;
  using CreateRequest = registry::v1::CreateStrategicAssetRequest;
  using CreateResponse = registry::v1::CreateStrategicAssetResponse;
  using UpdateRequest = registry::v1::UpdateStrategicAssetRequest;
  using UpdateResponse = registry::v1::UpdateStrategicAssetResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.assets(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.asset();
  }
  template <class Request>
  static Resource& ResourceOf(Request& request) {
    return *request.mutable_asset();
  }
  static std::vector<Column> Columns();
};

// "wellington-city" and "councils/wellington-city" alike; so for the UUID of a partner or
// principal.
std::string CouncilName(const std::string& typed);
std::string PartnerName(const std::string& typed);
std::string PrincipalName(const std::string& typed);

// "councils/C/officials/UUID", or a UUID with the council named apart. INVALID_ARGUMENT, reason
// COUNCIL_MISSING, for a UUID alone.
Result<std::string> OfficialName(const std::string& typed, const std::string& council);
Result<std::string> AssetName(const std::string& typed, const std::string& council);
Result<std::string> RelationshipName(const std::string& typed, const std::string& council);

}  // namespace twinledger::client
