// What an import asks of the registry.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::client {

// Records by resource name.
template <class Resource>
using Records = std::map<std::string, Resource>;

// Told about ten times a second how many records have been read; answers false to stop. The calls
// in flight are waited for, and Connection::Cancel ends them.
using ReadTick = std::function<bool(std::uint64_t records)>;

// The registry, read by many calls at once. Without other options as of now: all that was
// acknowledged before each call. An error of any call is that of the whole; CANCELLED only where
// the tick has said so or Connection::Cancel was called.
// Threads: confined to one; its calls run on others.
class RegisterReader {
 public:
  // All must outlive it.
  RegisterReader(Connection& connection, const ReadTick& tick);
  RegisterReader(Connection& connection, const ReadTick& tick, rpc::v1::ReadOptions options);

  Result<Records<registry::v1::Council>> Councils();

  // Those of the named that are registered.
  Result<Records<registry::v1::Partner>> Partners(const std::vector<std::string>& names);

  // Of each council by its resource name all relationships, or at least those that answer one of
  // its filters.
  Result<Records<registry::v1::Relationship>> Relationships(
      const std::map<std::string, std::vector<std::string>>& filters_by_council);

 private:
  using Task = std::function<Result<void>(std::size_t)>;

  Result<void> Run(std::size_t count, std::size_t width, const Task& task);
  template <class Api>
  Result<bool> ReadPages(typename Api::Request request, std::size_t pages_max,
                         const std::function<void(const typename Api::Resource&)>& each);
  Result<void> ReadRelationshipsOf(
      const std::string& council, const std::vector<std::string>& filters,
      const std::function<void(const registry::v1::Relationship&)>& each);

  Connection& connection_;
  const ReadTick& tick_;
  const rpc::v1::ReadOptions options_;
  std::atomic<std::uint64_t> records_{0};
};

// One write of an import. `request_id` is derived (ids.h).
struct ImportWrite {
  std::string request_id;
  bool validate_only = false;
};

Result<void> CreateCouncil(Connection& connection, const ImportWrite& write,
                           const std::string& council_id, const registry::v1::Council& council);
Result<void> AmendCouncil(Connection& connection, const ImportWrite& write,
                          const registry::v1::Council& council, const std::string& etag,
                          const std::vector<std::string>& paths);
Result<void> CreatePartner(Connection& connection, const ImportWrite& write,
                           const std::string& partner_id, const registry::v1::Partner& partner);
Result<void> RecordRelationship(Connection& connection, const ImportWrite& write,
                                const std::string& council_id, const std::string& relationship_id,
                                const registry::v1::Relationship& relationship);
Result<void> AmendRelationship(Connection& connection, const ImportWrite& write,
                               const registry::v1::Relationship& relationship,
                               const std::string& etag, const std::vector<std::string>& paths);

}  // namespace twinledger::client
