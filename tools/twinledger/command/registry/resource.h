// Commands that councils, partners and relationships have in common. An Api names the messages of
// one of them:
//
//   struct CouncilApi {
//     static constexpr const char* kSingular = "council";  // Also of the field in requests.
//     static constexpr const char* kPlural = "councils";
//     static constexpr const char* kType = "Council";      // In the names of methods.
//     using Resource, ListRequest, ListResponse, GetRequest, GetResponse, HistoryRequest,
//           HistoryResponse, UpdateRequest, UpdateResponse;
//     static const std::vector<Column>& Columns();
//     static auto& RowsOf(ListResponse&);
//     static Resource& ResourceOf(GetResponse / UpdateResponse / UpdateRequest&);
//   };
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/history.h"
#include "twinledger/command/registry/read.h"
#include "twinledger/command/registry/write.h"
#include "twinledger/fields/from_text.h"
#include "twinledger/fields/to_json.h"

namespace twinledger::client {

// "/package.Service/": the registry's, unless the Api has a kService.
template <class Api>
std::string ServiceOf() {
  if constexpr (requires { Api::kService; }) {
    return std::string(Api::kService);
  } else {
    return std::string(kRegistryService);
  }
}

template <class Api>
std::string MethodOf(const char* verb, const char* suffix = "") {
  return ServiceOf<Api>() + verb + Api::kType + suffix;
}

// What an answer says beside its content, if it says anything.
template <class Response>
std::string NoticeOf(const Response& response) {
  if constexpr (requires { response.notice(); }) {
    return response.notice();
  } else {
    return {};
  }
}

// For people on stderr, for programs among the facts.
inline void TellNotice(Session& session, const std::string& notice, Json& facts) {
  if (notice.empty()) return;
  facts["notice"] = notice;
  if (!session.FormatIsForPrograms()) session.Note(notice);
}

// Adds to the rows of a list what stands in other records, read at the same cut.
using CompleteRows =
    std::function<Result<void>(Connection&, const rpc::v1::ReadOptions&, std::vector<Json>&)>;

template <class Api>
ExitCode List(Session& session, typename Api::ListRequest request, const ReadFlags& flags,
              const CompleteRows& complete = {}) {
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags);
  if (!options) return session.Fail(options.error());
  const Result<std::optional<std::uint64_t>> limit = LimitOf(flags);
  if (!limit) return session.Fail(limit.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  *request.mutable_read_options() = *options;
  request.set_filter(flags.filter);
  request.set_order_by(flags.order_by);
  std::vector<Json> rows;
  std::string notice;
  const auto pages = ReadPages<typename Api::ListResponse>(
      **connection, ServiceOf<Api>() + "List" + Api::kTypes, std::move(request), *limit,
      [&](const typename Api::ListResponse& page) {
        notice = NoticeOf(page);
        for (const auto& row : Api::RowsOf(page)) rows.push_back(ToJson(row));
        return static_cast<std::uint64_t>(Api::RowsOf(page).size());
      });
  if (!pages) return session.Fail(pages.error());
  if (complete && !rows.empty()) {
    rpc::v1::ReadOptions same_cut;
    *same_cut.mutable_as_of()->mutable_positions() = pages->position.positions();
    const Result<void> completed = complete(**connection, same_cut, rows);
    if (!completed) return session.Fail(completed.error());
  }
  Printer printer = session.Print({.kind = Api::kPlural, .columns = Api::Columns()});
  for (const Json& row : rows) printer.Row(row);
  Json facts = ReadFacts(session, flags, *pages);
  TellNotice(session, notice, facts);
  printer.Finish(facts);
  if (!session.FormatIsForPrograms()) SayReadFacts(session, rows.size(), "row", facts);
  return ExitCode::kDone;
}

// Every field, one under another.
inline std::vector<Column> AllColumns(const google::protobuf::Descriptor& type) {
  std::vector<Column> columns;
  for (int i = 0; i < type.field_count(); ++i) {
    const std::string& name = type.field(i)->name();
    columns.push_back(
        {name, name, name.ends_with("_time") ? Column::Kind::kTime : Column::Kind::kText});
  }
  return columns;
}

// Of one record; an Api may choose by what it holds.
template <class Api>
std::vector<Column> DetailsOf(const typename Api::Resource& resource) {
  if constexpr (requires { Api::DetailsOf(resource); }) {
    return Api::DetailsOf(resource);
  } else {
    return AllColumns(*Api::Resource::descriptor());
  }
}

template <class Api>
Result<typename Api::GetResponse> Read(Connection& connection, const std::string& name,
                                       const rpc::v1::ReadOptions& options) {
  typename Api::GetRequest request;
  request.set_name(name);
  *request.mutable_read_options() = options;
  typename Api::GetResponse response;
  TL_TRY_VOID(connection.Call(MethodOf<Api>("Get"), request, response));
  return response;
}

template <class Api>
ExitCode Get(Session& session, const std::string& name, const ReadFlags& flags) {
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags);
  if (!options) return session.Fail(options.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const auto response = Read<Api>(**connection, name, *options);
  if (!response) return session.Fail(response.error());
  Json row = ToJson(Api::ResourceOf(*response));
  Json facts = ReadFacts(session, flags, response->read_position());
  TellNotice(session, NoticeOf(*response), facts);
  row.update(facts);
  Printer printer = session.Print({.kind = Api::kPlural,
                                   .columns = DetailsOf<Api>(Api::ResourceOf(*response)),
                                   .single = true});
  printer.Row(row);
  printer.Finish();
  return ExitCode::kDone;
}

template <class Api>
ExitCode History(Session& session, const std::string& name, const ReadFlags& flags) {
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags);
  if (!options) return session.Fail(options.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  typename Api::HistoryRequest request;
  request.set_name(name);
  *request.mutable_read_options() = *options;
  std::vector<Json> rows;
  std::string notice;
  const auto pages = ReadPages<typename Api::HistoryResponse>(
      **connection, MethodOf<Api>("List", "History"), std::move(request), std::nullopt,
      [&](const typename Api::HistoryResponse& page) {
        notice = NoticeOf(page);
        for (const auto& version : page.versions()) {
          rows.push_back(VersionJson(version, *Api::Resource::descriptor()));
        }
        return static_cast<std::uint64_t>(page.versions_size());
      });
  if (!pages) return session.Fail(pages.error());
  Json facts = ReadFacts(session, flags, *pages);
  TellNotice(session, notice, facts);
  PrintHistory(session, rows, facts);
  return ExitCode::kDone;
}

// Reads the etag that the write is based on, unless it was given.
template <class Api>
Result<std::string> EtagFor(Connection& connection, const std::string& name,
                            const WriteFlags& flags) {
  if (!flags.etag.empty()) return flags.etag;
  rpc::v1::ReadOptions latest;
  latest.set_latest(true);
  TL_TRY(const auto response, Read<Api>(connection, name, latest));
  return Api::ResourceOf(response).etag();
}

// Sends a write, `method` being a full one, and prints the record and its receipt.
template <class Api, class Response, class Request>
ExitCode Write(Session& session, Connection& connection, const std::string& method,
               Request& request, WriteFlags& flags) {
  const Result<void> filled = FillWrite(request, session.clock().Now(), flags);
  if (!filled) return session.Fail(filled.error());
  Response response;
  const Result<void> sent = connection.Call(method, request, response);
  if (!sent) return FailWrite(session, sent.error(), flags);
  Json facts = Json::object();
  TellNotice(session, NoticeOf(response), facts);
  PrintWritten(session, Api::kSingular, ToJson(Api::ResourceOf(response)),
               ToJson(response.receipt()), facts);
  return ExitCode::kDone;
}

template <class Api>
ExitCode Update(Session& session, const std::string& name, const FieldFlags& fields,
                WriteFlags flags) {
  typename Api::UpdateRequest request;
  auto& resource = Api::ResourceOf(request);
  const Result<std::vector<std::string>> paths = SetFields(session, resource, fields);
  if (!paths) return session.Fail(paths.error());
  if (paths->empty()) return session.Fail(NothingToChange());
  for (const std::string& path : *paths) request.mutable_update_mask()->add_paths(path);
  resource.set_name(name);
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const Result<std::string> etag = EtagFor<Api>(**connection, name, flags);
  if (!etag) return session.Fail(etag.error());
  flags.etag = *etag;
  return Write<Api, typename Api::UpdateResponse>(session, **connection, MethodOf<Api>("Update"),
                                                  request, flags);
}

}  // namespace twinledger::client
