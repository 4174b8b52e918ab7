#include "audit/replay/commit_filter.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

namespace twinledger::audit {
namespace {

ReplayLimit LimitOf(const v1::ReplayPoint& point) {
  ReplayLimit limit;
  if (point.has_time()) {
    limit.time_us = google::protobuf::util::TimeUtil::TimestampToMicroseconds(point.time());
  }
  if (point.has_positions()) limit.positions = CutOf(point.positions());
  return limit;
}

bool IsBefore(const ReplayLimit& limit, const log::PartitionId& partition,
              const log::v1::Commit& commit) {
  if (limit.time_us && commit.record_time_us() < *limit.time_us) return true;
  const auto position = limit.positions.find(partition);
  return position != limit.positions.end() && commit.sequence() < position->second;
}

bool IsBehind(const ReplayLimit& limit, const log::PartitionId& partition,
              const log::v1::Commit& commit) {
  if (limit.time_us && commit.record_time_us() > *limit.time_us) return true;
  const auto position = limit.positions.find(partition);
  return position != limit.positions.end() && commit.sequence() > position->second;
}

bool IsOrAny(const std::string& wanted, const std::string& value) {
  return wanted.empty() || wanted == value;
}

}  // namespace

Result<PartitionFilter> PartitionFilter::Of(const log::Founding& founding,
                                            const std::string& stream,
                                            std::optional<std::uint32_t> partition) {
  const auto& streams = founding.root.streams();
  if (!stream.empty() && std::find(streams.begin(), streams.end(), stream) == streams.end()) {
    std::string known;
    for (const std::string& name : streams) known += (known.empty() ? "" : ", ") + name;
    return Error{Code::kNotFound,
                 "this log has no stream \"" + stream + "\"; it has " + known,
                 "UNKNOWN_STREAM",
                 {{"stream", stream}, {"known", known}}};
  }
  if (partition && *partition >= founding.root.partitions()) {
    const std::string number = std::to_string(*partition);
    const std::string last = std::to_string(founding.root.partitions() - 1);
    return Error{
        Code::kNotFound,
        "stream \"" + stream + "\" has no partition " + number + "; the last one is " + last,
        "UNKNOWN_PARTITION",
        {{"stream", stream}, {"partition", number}, {"last", last}}};
  }
  PartitionFilter filter;
  filter.stream_ = stream;
  filter.partition_ = partition;
  return filter;
}

bool PartitionFilter::Has(const log::PartitionId& id) const {
  return IsOrAny(stream_, id.stream) && (!partition_ || *partition_ == id.partition);
}

Result<CommitFilter> CommitFilter::Of(const log::Founding& founding,
                                      const v1::ReplayCommitsRequest& request) {
  TL_TRY(PartitionFilter partitions,
         PartitionFilter::Of(
             founding, request.stream(),
             request.has_partition() ? std::optional(request.partition()) : std::nullopt));
  return CommitFilter{std::move(partitions), request.key_type(), request.key_id(),
                      request.event_type(),  request.actor(),    LimitOf(request.from()),
                      LimitOf(request.to())};
}

bool CommitFilter::Matches(const log::PartitionId& partition, const log::v1::Commit& commit,
                           const std::vector<std::string>& event_types) const {
  return partitions.Has(partition) && IsOrAny(key_type, commit.key().type()) &&
         IsOrAny(key_id, commit.key().id()) && IsOrAny(actor, commit.actor()) &&
         !IsBefore(from, partition, commit) && !IsBehind(to, partition, commit) &&
         (event_type.empty() || std::ranges::find(event_types, event_type) != event_types.end());
}

store::Cut CutOf(const rpc::v1::PositionVector& positions) {
  store::Cut cut;
  for (const rpc::v1::PartitionPosition& position : positions.positions()) {
    cut[{position.stream(), position.partition()}] = position.sequence();
  }
  return cut;
}

}  // namespace twinledger::audit
