// Reading the registry: lists over all pages, one record, its history; now or as of a past time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "twinledger/command/program.h"
#include "twinledger/command/session.h"
#include "twinledger/connection/connection.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::client {

inline constexpr std::string_view kRegistryService = "/twinledger.registry.v1.RegistryService/";

// What the options of a read said.
struct ReadFlags {
  std::string as_of;
  std::string filter;
  std::string order_by;
  std::string limit;
};

void AddAsOf(Command command, ReadFlags& flags);
// `filter` is an example of one of this list: "kind = CITY".
void AddListFlags(Command command, ReadFlags& flags, std::string_view filter);

// Without --as-of: all that was acknowledged before this call.
Result<rpc::v1::ReadOptions> ReadOptionsOf(const Session& session, const ReadFlags& flags);

// Nothing means all. INVALID_ARGUMENT if it is no number.
Result<std::optional<std::uint64_t>> LimitOf(const ReadFlags& flags);

struct PagesRead {
  rpc::v1::ReadPosition position;
  bool more = false;  // Beyond the limit.
};

// What the answer was computed from, as JSON: as_of, positions by partition, incomplete.
Json ReadFacts(const Session& session, const ReadFlags& flags,
               const rpc::v1::ReadPosition& position);

// Likewise of a list, and whether there is more of it.
Json ReadFacts(const Session& session, const ReadFlags& flags, const PagesRead& pages);

// The same on stderr, under a table of so many of `what`.
void SayReadFacts(Session& session, std::uint64_t count, std::string_view what, const Json& facts);

// Asks `method`, "/package.Service/Method", for page after page, until `each` has had every answer
// or `limit` rows were asked for.
template <class Response, class Request, class Each>
Result<PagesRead> ReadPages(Connection& connection, const std::string& method, Request request,
                            std::optional<std::uint64_t> limit, const Each& each) {
  constexpr std::uint64_t kPage = 1000;  // The most that the server gives.
  std::uint64_t left = limit.value_or(UINT64_MAX);
  Response response;
  do {
    request.set_page_size(static_cast<std::int32_t>(std::min(left, kPage)));
    TL_TRY_VOID(connection.Call(method, request, response));
    left -= std::min<std::uint64_t>(left, each(response));
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty() && left > 0);
  return PagesRead{response.read_position(), !response.next_page_token().empty()};
}

}  // namespace twinledger::client
