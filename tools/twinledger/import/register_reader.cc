#include <absl/synchronization/mutex.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "twinledger/import/register_client.h"
#include "twinledger/import/window.h"

namespace twinledger::client {
namespace {

constexpr std::int32_t kPageSize = 1000;  // The most that the server gives.
constexpr std::size_t kAllPages = std::numeric_limits<std::size_t>::max();

// A list is read page by page, so few of them at once fill a server.
constexpr std::size_t kListsInFlight = 8;

// So many calls of one record each take about as long as one page.
constexpr std::size_t kRecordsForAPage = 100;

// A filter makes the server look at all that a council has: more of them cost more than its pages.
constexpr std::size_t kFiltersMax = 2;

std::string RegistryMethod(const char* name) {
  return std::string("/twinledger.registry.v1.RegistryService/") + name;
}

rpc::v1::ReadOptions Latest() {
  rpc::v1::ReadOptions options;
  options.set_latest(true);
  return options;
}

struct CouncilList {
  using Resource = registry::v1::Council;
  using Request = registry::v1::ListCouncilsRequest;
  using Response = registry::v1::ListCouncilsResponse;
  static constexpr const char* kMethod = "ListCouncils";
  static const auto& RowsOf(const Response& response) { return response.councils(); }
};
struct PartnerList {
  using Resource = registry::v1::Partner;
  using Request = registry::v1::ListPartnersRequest;
  using Response = registry::v1::ListPartnersResponse;
  static constexpr const char* kMethod = "ListPartners";
  static const auto& RowsOf(const Response& response) { return response.partners(); }
};
struct RelationshipList {
  using Resource = registry::v1::Relationship;
  using Request = registry::v1::ListRelationshipsRequest;
  using Response = registry::v1::ListRelationshipsResponse;
  static constexpr const char* kMethod = "ListRelationships";
  static const auto& RowsOf(const Response& response) { return response.relationships(); }
};

}  // namespace

RegisterReader::RegisterReader(Connection& connection, const ReadTick& tick)
    : RegisterReader(connection, tick, Latest()) {}

RegisterReader::RegisterReader(Connection& connection, const ReadTick& tick,
                               rpc::v1::ReadOptions options)
    : connection_(connection), tick_(tick), options_(std::move(options)) {}

Result<void> RegisterReader::Run(std::size_t count, std::size_t width, const Task& task) {
  absl::Mutex mutex;
  std::optional<Error> failed;
  bool stopped = false;
  RunInWindow(
      count, width,
      [&](std::size_t i) {
        const Result<void> done = task(i);
        if (done.ok()) return true;
        const absl::MutexLock lock(&mutex);
        if (!failed) failed = done.error();
        return false;
      },
      [&](std::size_t) {
        stopped = !tick_(records_) || stopped;
        return !stopped;
      });
  if (stopped) return Interrupted();
  if (failed) return *std::move(failed);
  return {};
}

// True if those were all.
template <class Api>
Result<bool> RegisterReader::ReadPages(
    typename Api::Request request, std::size_t pages_max,
    const std::function<void(const typename Api::Resource&)>& each) {
  *request.mutable_read_options() = options_;
  request.set_page_size(kPageSize);
  for (std::size_t page = 0; page < pages_max; ++page) {
    typename Api::Response response;
    TL_TRY_VOID(connection_.Call(RegistryMethod(Api::kMethod), request, response));
    for (const auto& row : Api::RowsOf(response)) each(row);
    records_ += static_cast<std::uint64_t>(Api::RowsOf(response).size());
    if (response.next_page_token().empty()) return true;
    request.set_page_token(response.next_page_token());
  }
  return false;
}

Result<Records<registry::v1::Council>> RegisterReader::Councils() {
  Records<registry::v1::Council> records;
  TL_TRY_VOID(Run(1, 1, [&](std::size_t) -> Result<void> {
    const Result<bool> all = ReadPages<CouncilList>(
        {}, kAllPages,
        [&](const registry::v1::Council& council) { records[council.name()] = council; });
    return all.ok() ? Result<void>() : all.error();
  }));
  return records;
}

// How many are registered is not known: pages are read for as long as asking for each by its name
// would take, and then the rest is asked for so. It is never much more than the better of the two.
Result<Records<registry::v1::Partner>> RegisterReader::Partners(
    const std::vector<std::string>& names) {
  std::vector<std::string> open = names;
  std::ranges::sort(open);
  open.erase(std::unique(open.begin(), open.end()), open.end());
  Records<registry::v1::Partner> records;
  if (open.empty()) return records;
  TL_TRY_VOID(Run(1, 1, [&](std::size_t) -> Result<void> {
    std::string last;
    TL_TRY(const bool all, ReadPages<PartnerList>({}, 1 + open.size() / kRecordsForAPage,
                                                  [&](const registry::v1::Partner& partner) {
                                                    last = partner.name();
                                                    if (std::ranges::binary_search(open, last)) {
                                                      records[last] = partner;
                                                    }
                                                  }));
    open.erase(open.begin(), all ? open.end() : std::ranges::upper_bound(open, last));
    return {};
  }));
  absl::Mutex mutex;
  TL_TRY_VOID(Run(open.size(), kCallsInFlight, [&](std::size_t i) -> Result<void> {
    registry::v1::GetPartnerRequest request;
    request.set_name(open[i]);
    *request.mutable_read_options() = options_;
    registry::v1::GetPartnerResponse response;
    const Result<void> got = connection_.Call(RegistryMethod("GetPartner"), request, response);
    ++records_;
    if (!got.ok()) return got.error().code == Code::kNotFound ? Result<void>() : got;
    const absl::MutexLock lock(&mutex);
    records[open[i]] = std::move(*response.mutable_partner());
    return {};
  }));
  return records;
}

Result<void> RegisterReader::ReadRelationshipsOf(
    const std::string& council, const std::vector<std::string>& filters,
    const std::function<void(const registry::v1::Relationship&)>& each) {
  registry::v1::ListRelationshipsRequest request;
  request.set_parent(council);
  const bool by_filter = !filters.empty() && filters.size() <= kFiltersMax;
  TL_TRY(const bool all, ReadPages<RelationshipList>(request, by_filter ? 1 : kAllPages, each));
  if (all) return {};
  for (const std::string& filter : filters) {
    request.set_filter(filter);
    TL_TRY_VOID(ReadPages<RelationshipList>(request, kAllPages, each));
  }
  return {};
}

Result<Records<registry::v1::Relationship>> RegisterReader::Relationships(
    const std::map<std::string, std::vector<std::string>>& filters_by_council) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> councils(
      filters_by_council.begin(), filters_by_council.end());
  absl::Mutex mutex;
  Records<registry::v1::Relationship> records;
  TL_TRY_VOID(Run(councils.size(), kListsInFlight, [&](std::size_t i) {
    return ReadRelationshipsOf(councils[i].first, councils[i].second,
                               [&](const registry::v1::Relationship& relationship) {
                                 const absl::MutexLock lock(&mutex);
                                 records[relationship.name()] = relationship;
                               });
  }));
  return records;
}

}  // namespace twinledger::client
