// The messages of councils, partners and relationships, for the templates of resource.h; and their
// resource names, as people type them.
#pragma once

#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/output/printer.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

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

// "wellington-city" and "councils/wellington-city" alike; so for a partner's UUID.
std::string CouncilName(const std::string& typed);
std::string PartnerName(const std::string& typed);

// "councils/C/relationships/UUID", or a UUID with the council named apart. INVALID_ARGUMENT, reason
// COUNCIL_MISSING, for a UUID alone.
Result<std::string> RelationshipName(const std::string& typed, const std::string& council);

}  // namespace twinledger::client
