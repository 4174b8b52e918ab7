#include "audit/replay/commit_filter.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "audit/replay/event_text.h"
#include "platform/identity/principal.h"

namespace twinledger::audit {
namespace {

constexpr std::size_t kTextMax = 256;
constexpr int kPositionsMax = 1024;  // Four streams of at most 256 partitions.

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// A stream of the log and, if one is given, a partition of it.
Result<void> CheckIsThere(const log::Founding& founding, const std::string& stream,
                          std::optional<std::uint32_t> partition) {
  const auto& streams = founding.root.streams();
  if (std::find(streams.begin(), streams.end(), stream) == streams.end()) {
    const std::string known = Joined({streams.begin(), streams.end()});
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
  return {};
}

// A place that the log cannot have would limit nothing.
Result<void> CheckAreThere(const log::Founding& founding, const v1::ReplayPoint& point) {
  for (const rpc::v1::PartitionPosition& position : point.positions().positions()) {
    TL_TRY_VOID(CheckIsThere(founding, position.stream(), position.partition()));
  }
  return {};
}

Result<void> CheckEventType(const log::Founding& founding,
                            const v1::ReplayCommitsRequest& request) {
  if (request.event_type().empty()) return {};
  std::vector<std::string> known;
  for (const std::string& stream : founding.root.streams()) {
    if (!request.stream().empty() && request.stream() != stream) continue;
    for (std::string& type : KnownTypes(stream)) known.push_back(std::move(type));
  }
  known.emplace_back(kControlType);
  known.emplace_back(kUnknownType);
  if (std::ranges::find(known, request.event_type()) != known.end()) return {};
  const std::string description =
      "'" + request.event_type() + "' is no event" +
      (request.stream().empty() ? "" : " of the stream " + request.stream()) + ": the events are " +
      Joined(known);
  return Error{.code = Code::kInvalidArgument,
               .message = "event_type: " + description,
               .reason = "UNKNOWN_EVENT_TYPE",
               .metadata = {{"event_type", request.event_type()}},
               .violations = {{"event_type", description}}};
}

bool IsTime(const google::protobuf::Timestamp& time) {
  using google::protobuf::util::TimeUtil;
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

void CheckPoint(const std::string& field, const v1::ReplayPoint& point, rpc::Violations& wrong) {
  if (point.has_positions()) CheckPositions(field + ".positions", point.positions(), wrong);
  if (point.has_time() && !IsTime(point.time())) {
    wrong.Add(field + ".time", "is no time between the years 1 and 9999");
  }
}

void CheckKey(const v1::ReplayCommitsRequest& request, rpc::Violations& wrong) {
  const std::string& type = request.key_type();
  const std::string& id = request.key_id();
  if (type.empty()) {
    if (!id.empty())
      wrong.Add("key_type", "is needed with key_id: council, partner, principal or log");
    return;
  }
  if (type == "council") {
    if (!id.empty()) wrong.Slug("key_id", id);
  } else if (type == "partner" || type == "principal" || type == "log") {
    if (!id.empty()) wrong.Uuid("key_id", id);
  } else {
    wrong.Add("key_type", "'" + type +
                              "' is no kind of entity: give council, partner, principal or log; "
                              "relationships, officials and assets stand under their council");
  }
}

// Accounts stand in the log as the paths of their SPIFFE ids.
void CheckActor(const std::string& actor, rpc::Violations& wrong) {
  if (actor.empty()) return;
  const auto id = identity::SpiffeId::Parse("spiffe://any/" + actor);
  if (id && identity::Principal::Of(*id)) return;
  wrong.Add("actor", "'" + actor +
                         "' is no account: write it in full, such as "
                         "council/wellington-city/officer/officer-1 or agency-approver/first");
}

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
  if (!stream.empty()) TL_TRY_VOID(CheckIsThere(founding, stream, partition));
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
  TL_TRY_VOID(CheckAreThere(founding, request.from()));
  TL_TRY_VOID(CheckAreThere(founding, request.to()));
  TL_TRY_VOID(CheckEventType(founding, request));
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

rpc::Violations CheckReplay(const v1::ReplayCommitsRequest& request) {
  rpc::Violations wrong;
  CheckPlace(request.stream(), request.has_partition(), wrong);
  wrong.Optional("key_type", request.key_type(), kTextMax);
  wrong.Optional("key_id", request.key_id(), kTextMax);
  wrong.Optional("event_type", request.event_type(), kTextMax);
  wrong.Optional("actor", request.actor(), kTextMax);
  if (wrong.empty()) {
    CheckKey(request, wrong);
    CheckActor(request.actor(), wrong);
  }
  CheckPoint("from", request.from(), wrong);
  CheckPoint("to", request.to(), wrong);
  return wrong;
}

void CheckPlace(const std::string& stream, bool has_partition, rpc::Violations& wrong) {
  wrong.Optional("stream", stream, kTextMax);
  if (has_partition && stream.empty()) wrong.Add("stream", "is needed with a partition");
}

void CheckPositions(std::string_view field, const rpc::v1::PositionVector& positions,
                    rpc::Violations& wrong) {
  if (positions.positions_size() > kPositionsMax) {
    wrong.Add(field, "has " + std::to_string(positions.positions_size()) +
                         " positions; give one per partition");
  }
}

store::Cut CutOf(const rpc::v1::PositionVector& positions) {
  store::Cut cut;
  for (const rpc::v1::PartitionPosition& position : positions.positions()) {
    cut[{position.stream(), position.partition()}] = position.sequence();
  }
  return cut;
}

}  // namespace twinledger::audit
