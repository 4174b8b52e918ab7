#include "twinledger/import/register_client.h"

#include <utility>

namespace twinledger::client {
namespace {

namespace v1 = registry::v1;

std::string Method(const char* name) {
  return std::string("/twinledger.registry.v1.RegistryService/") + name;
}

template <class Request>
void Fill(Request& request, const ImportWrite& write) {
  request.set_request_id(write.request_id);
  request.set_validate_only(write.validate_only);
  request.mutable_provenance()->set_source(v1::SOURCE_IMPORT);
}

template <class Request>
void FillUpdate(Request& request, const std::string& etag, const std::vector<std::string>& paths) {
  request.set_etag(etag);
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
}

}  // namespace

Result<void> CreateCouncil(Connection& connection, const ImportWrite& write,
                           const std::string& council_id, const v1::Council& council) {
  v1::CreateCouncilRequest request;
  Fill(request, write);
  request.set_council_id(council_id);
  *request.mutable_council() = council;
  v1::CreateCouncilResponse response;
  return connection.Call(Method("CreateCouncil"), request, response);
}

Result<void> AmendCouncil(Connection& connection, const ImportWrite& write,
                          const v1::Council& council, const std::string& etag,
                          const std::vector<std::string>& paths) {
  v1::UpdateCouncilRequest request;
  Fill(request, write);
  FillUpdate(request, etag, paths);
  *request.mutable_council() = council;
  v1::UpdateCouncilResponse response;
  return connection.Call(Method("UpdateCouncil"), request, response);
}

Result<void> CreatePartner(Connection& connection, const ImportWrite& write,
                           const std::string& partner_id, const v1::Partner& partner) {
  v1::CreatePartnerRequest request;
  Fill(request, write);
  request.set_partner_id(partner_id);
  *request.mutable_partner() = partner;
  v1::CreatePartnerResponse response;
  return connection.Call(Method("CreatePartner"), request, response);
}

Result<void> RecordRelationship(Connection& connection, const ImportWrite& write,
                                const std::string& council_id, const std::string& relationship_id,
                                const v1::Relationship& relationship) {
  v1::RecordRelationshipRequest request;
  Fill(request, write);
  request.set_parent("councils/" + council_id);
  request.set_relationship_id(relationship_id);
  *request.mutable_relationship() = relationship;
  v1::RecordRelationshipResponse response;
  return connection.Call(Method("RecordRelationship"), request, response);
}

Result<void> AmendRelationship(Connection& connection, const ImportWrite& write,
                               const v1::Relationship& relationship, const std::string& etag,
                               const std::vector<std::string>& paths) {
  v1::UpdateRelationshipRequest request;
  Fill(request, write);
  FillUpdate(request, etag, paths);
  *request.mutable_relationship() = relationship;
  v1::UpdateRelationshipResponse response;
  return connection.Call(Method("UpdateRelationship"), request, response);
}

}  // namespace twinledger::client
