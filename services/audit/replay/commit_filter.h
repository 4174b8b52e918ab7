// Which commits an auditor asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/log/partition.h"
#include "platform/rpc/violations.h"
#include "platform/store/table.h"
#include "twinledger/audit/v1/audit.pb.h"

namespace twinledger::audit {

// Which partitions: all, those of a stream, or one. NOT_FOUND, reason UNKNOWN_STREAM or
// UNKNOWN_PARTITION, where the founding has none such.
class PartitionFilter {
 public:
  static Result<PartitionFilter> Of(const log::Founding& founding, const std::string& stream,
                                    std::optional<std::uint32_t> partition);

  bool Has(const log::PartitionId& id) const;

 private:
  std::string stream_;
  std::optional<std::uint32_t> partition_;
};

// One end of a replay.
struct ReplayLimit {
  std::optional<std::int64_t> time_us;
  store::Cut positions;  // Partitions that are absent are not limited.
};

struct CommitFilter {
  PartitionFilter partitions;
  std::string key_type;
  std::string key_id;
  std::string event_type;
  std::string actor;
  ReplayLimit from;
  ReplayLimit to;

  // As NOT_FOUND of PartitionFilter, also for the positions of `from` and `to`; INVALID_ARGUMENT,
  // reason UNKNOWN_EVENT_TYPE, for a type that no event of the streams asked for has. The request
  // has been checked.
  static Result<CommitFilter> Of(const log::Founding& founding,
                                 const v1::ReplayCommitsRequest& request);

  // `event_types` are those of the commit, as TypesIn says them.
  bool Matches(const log::PartitionId& partition, const log::v1::Commit& commit,
               const std::vector<std::string>& event_types) const;
};

// What is wrong with a request whatever the log: what could never match is not answered with
// nothing.
rpc::Violations CheckReplay(const v1::ReplayCommitsRequest& request);

// Likewise, of what other requests have too.
void CheckPlace(const std::string& stream, bool has_partition, rpc::Violations& wrong);
void CheckPositions(std::string_view field, const rpc::v1::PositionVector& positions,
                    rpc::Violations& wrong);

store::Cut CutOf(const rpc::v1::PositionVector& positions);

}  // namespace twinledger::audit
