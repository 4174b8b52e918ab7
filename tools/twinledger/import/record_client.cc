#include "twinledger/import/record_client.h"

#include <iterator>

namespace twinledger::client {
namespace {

std::string RegistryMethod(const char* name) {
  return std::string("/twinledger.registry.v1.RegistryService/") + name;
}

std::string EngagementMethod(const char* name) {
  return std::string("/twinledger.engagement.v1.EngagementService/") + name;
}

// True if the resource is there.
template <class Request, class Response>
Result<bool> Find(Connection& connection, const std::string& method, const std::string& name,
                  Response& response) {
  Request request;
  request.set_name(name);
  request.mutable_read_options()->set_latest(true);
  const Result<void> got = connection.Call(method, request, response);
  if (got.ok()) return true;
  if (got.error().code == Code::kNotFound) return false;
  return got.error();
}

template <class Request>
void Fill(Request& request, const ImportWrite& write) {
  request.set_request_id(write.request_id);
  request.set_validate_only(write.validate_only);
}

}  // namespace

Result<std::optional<engagement::v1::Record>> FindRecordNow(Connection& connection,
                                                            const std::string& name) {
  engagement::v1::GetRecordResponse response;
  TL_TRY(const bool found, Find<engagement::v1::GetRecordRequest>(
                               connection, EngagementMethod("GetRecord"), name, response));
  if (!found) return std::optional<engagement::v1::Record>();
  return std::optional(std::move(*response.mutable_record()));
}

Result<std::optional<RecordIds>> ListRecordIds(Connection& connection, const std::string& council,
                                               std::size_t thousands_max) {
  engagement::v1::ListRecordsRequest request;
  request.set_parent(council);
  request.set_page_size(1000);
  request.mutable_read_options()->set_latest(true);
  RecordIds ids;
  for (std::size_t page = 0; page < thousands_max; ++page) {
    engagement::v1::ListRecordsResponse response;
    TL_TRY_VOID(connection.Call(EngagementMethod("ListRecords"), request, response));
    for (const engagement::v1::Record& record : response.records()) {
      ids.insert(record.name().substr(record.name().rfind('/') + 1));
    }
    if (response.next_page_token().empty()) return std::optional(std::move(ids));
    request.set_page_token(response.next_page_token());
  }
  return std::optional<RecordIds>();
}

engagement::v1::ImportRecordsRequest SubmitRow(const ImportWrite& write,
                                               const std::string& council_id,
                                               const std::string& record_id,
                                               const engagement::v1::Record& record) {
  engagement::v1::ImportRecordsRequest row;
  engagement::v1::SubmitRecordRequest& request = *row.mutable_submit();
  Fill(request, write);
  request.set_parent("councils/" + council_id);
  request.set_record_id(record_id);
  *request.mutable_record() = record;
  return row;
}

engagement::v1::ImportRecordsRequest AmendRow(const ImportWrite& write,
                                              const engagement::v1::Record& record,
                                              const std::string& etag,
                                              const std::vector<std::string>& paths,
                                              const std::string& reason) {
  engagement::v1::ImportRecordsRequest row;
  engagement::v1::AmendRecordRequest& request = *row.mutable_amend();
  Fill(request, write);
  *request.mutable_record() = record;
  request.set_etag(etag);
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
  request.set_reason(reason);
  return row;
}

Result<void> SendAlone(Connection& connection, const engagement::v1::ImportRecordsRequest& row) {
  if (row.has_submit()) {
    engagement::v1::SubmitRecordResponse response;
    return connection.Call(EngagementMethod("SubmitRecord"), row.submit(), response);
  }
  engagement::v1::AmendRecordResponse response;
  return connection.Call(EngagementMethod("AmendRecord"), row.amend(), response);
}

Result<std::vector<registry::v1::Version>> ListRecordVersions(Connection& connection,
                                                              const std::string& name) {
  constexpr int kVersionsMax = 1000;
  engagement::v1::ListRecordHistoryRequest request;
  request.set_name(name);
  request.set_page_size(kVersionsMax);
  request.mutable_read_options()->set_latest(true);
  engagement::v1::ListRecordHistoryResponse response;
  TL_TRY_VOID(connection.Call(EngagementMethod("ListRecordHistory"), request, response));
  auto& versions = *response.mutable_versions();
  return std::vector<registry::v1::Version>(std::make_move_iterator(versions.begin()),
                                            std::make_move_iterator(versions.end()));
}

Result<std::optional<registry::v1::Principal>> FindPrincipalNow(Connection& connection,
                                                                const std::string& name) {
  registry::v1::GetPrincipalResponse response;
  TL_TRY(const bool found, Find<registry::v1::GetPrincipalRequest>(
                               connection, RegistryMethod("GetPrincipal"), name, response));
  if (!found) return std::optional<registry::v1::Principal>();
  return std::optional(std::move(*response.mutable_principal()));
}

Result<void> CreatePrincipal(Connection& connection, const ImportWrite& write,
                             const std::string& principal_id,
                             const registry::v1::Principal& principal) {
  registry::v1::CreatePrincipalRequest request;
  Fill(request, write);
  request.mutable_provenance()->set_source(registry::v1::SOURCE_IMPORT);
  request.set_principal_id(principal_id);
  *request.mutable_principal() = principal;
  registry::v1::CreatePrincipalResponse response;
  return connection.Call(RegistryMethod("CreatePrincipal"), request, response);
}

}  // namespace twinledger::client
