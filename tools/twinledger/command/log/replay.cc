#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "platform/log/archive/replay.h"
#include "twinledger/audit/v1/audit.pb.h"
#include "twinledger/command/connect.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/commit_json.h"

namespace twinledger::client {
namespace {

struct ReplayFlags {
  std::string from;
  std::string to;
  std::string stream;
  std::string key;
  std::string type;
  std::string actor;
};

struct ReplayPlace {
  log::PartitionId partition;
  log::Sequence sequence = 0;
};

// A time, or a place in one partition.
using Bound = std::variant<std::monostate, WallTime, ReplayPlace>;

// "registry/3/120".
std::optional<ReplayPlace> ParsePlace(std::string_view text) {
  const std::size_t first = text.find('/');
  const std::size_t second = text.find('/', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  ReplayPlace place;
  place.partition.stream = text.substr(0, first);
  const auto number = [](std::string_view digits, auto& value) {
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return problem == std::errc() && end == digits.data() + digits.size();
  };
  if (!number(text.substr(first + 1, second - first - 1), place.partition.partition)) {
    return std::nullopt;
  }
  if (!number(text.substr(second + 1), place.sequence)) return std::nullopt;
  return place;
}

Result<Bound> ParseBound(const Session& session, const std::string& text, DayEdge edge) {
  if (text.empty()) return Bound();
  if (const auto place = ParsePlace(text)) return Bound(*place);
  TL_TRY(const WallTime time, ParseTime(text, session.zone(), edge));
  return Bound(time);
}

std::int64_t Micros(WallTime time) { return time.time_since_epoch().count(); }

// The commits that were asked for. Places bound their own partition only.
class ReplayWish {
 public:
  static Result<ReplayWish> Of(const Session& session, const ReplayFlags& flags) {
    ReplayWish wish;
    wish.flags_ = flags;
    TL_TRY(wish.from_, ParseBound(session, flags.from, DayEdge::kFirst));
    TL_TRY(wish.to_, ParseBound(session, flags.to, DayEdge::kLast));
    if (!flags.key.empty()) {
      const std::size_t slash = flags.key.find('/');
      if (slash == std::string::npos) {
        return Error{.code = Code::kInvalidArgument,
                     .message = fmt::format("--key \"{}\" is not TYPE/ID, such as "
                                            "council/wellington-city",
                                            flags.key),
                     .reason = "KEY_MALFORMED"};
      }
      wish.key_type_ = flags.key.substr(0, slash);
      wish.key_id_ = flags.key.substr(slash + 1);
    }
    return wish;
  }

  log::ReplayFilter Filter() const {
    log::ReplayFilter filter{.stream = flags_.stream,
                             .key_type = key_type_,
                             .key_id = key_id_,
                             .from_us = {},
                             .to_us = {}};
    if (const auto* time = std::get_if<WallTime>(&from_)) filter.from_us = Micros(*time);
    // The filter's end is exclusive; a bound that people give is included.
    if (const auto* time = std::get_if<WallTime>(&to_)) filter.to_us = Micros(*time) + 1;
    return filter;
  }

  audit::v1::ReplayCommitsRequest Request() const {
    audit::v1::ReplayCommitsRequest request;
    request.set_stream(flags_.stream);
    request.set_key_type(key_type_);
    request.set_key_id(key_id_);
    request.set_event_type(flags_.type);
    request.set_actor(flags_.actor);
    if (from_.index() != 0) SetPoint(from_, *request.mutable_from());
    if (to_.index() != 0) SetPoint(to_, *request.mutable_to());
    return request;
  }

  // What the log's own filter does not know.
  bool Lets(const log::PartitionId& partition, const log::v1::Commit& commit) const {
    if (const auto* place = std::get_if<ReplayPlace>(&from_)) {
      if (place->partition == partition && commit.sequence() < place->sequence) return false;
    }
    if (const auto* place = std::get_if<ReplayPlace>(&to_)) {
      if (place->partition == partition && commit.sequence() > place->sequence) return false;
    }
    if (!flags_.actor.empty() && commit.actor() != flags_.actor) return false;
    return flags_.type.empty() || HasEvent(partition.stream, commit, flags_.type);
  }

 private:
  static void SetPoint(const Bound& bound, audit::v1::ReplayPoint& point) {
    if (const auto* time = std::get_if<WallTime>(&bound)) {
      const auto seconds = std::chrono::floor<std::chrono::seconds>(*time);
      point.mutable_time()->set_seconds(seconds.time_since_epoch().count());
      point.mutable_time()->set_nanos(static_cast<std::int32_t>((*time - seconds).count() * 1000));
    } else if (const auto* place = std::get_if<ReplayPlace>(&bound)) {
      auto& position = *point.mutable_positions()->add_positions();
      position.set_stream(place->partition.stream);
      position.set_partition(place->partition.partition);
      position.set_sequence(place->sequence);
    }
  }

  ReplayFlags flags_;
  Bound from_;
  Bound to_;
  std::string key_type_;
  std::string key_id_;
};

Result<void> ReplayDirectory(Session& session, const ReplayWish& wish, Printer& printer) {
  TL_TRY(const OpenedForReading opened, OpenLogForReading(session.data_dir()));
  const auto visit = [&](const log::ReplayedCommit& replayed) -> Result<void> {
    if (wish.Lets(replayed.partition, replayed.commit)) printer.Row(CommitJson(replayed));
    return {};
  };
  const auto readings = log::ReplayLog(*opened.log, opened.founding, wish.Filter(), visit);
  if (!readings) return readings.error();
  return {};
}

Result<void> ReplayServer(Session& session, const ReplayWish& wish, Printer& printer) {
  TL_TRY(const auto connection, Connect(session, kAuditor));
  audit::v1::ReplayCommitsResponse commit;
  return connection->Stream("/twinledger.audit.v1.AuditService/ReplayCommits", wish.Request(),
                            commit, [&] {
                              printer.Row(CommitJson(commit));
                              return true;
                            });
}

ExitCode Replay(Session& session, const ReplayFlags& flags) {
  const Result<ReplayWish> wish = ReplayWish::Of(session, flags);
  if (!wish) return session.Fail(wish.error());
  Printer printer = session.Print({.kind = "commits",
                                   .columns = {{"position", "POSITION"},
                                               {"record_time", "RECORDED", Column::Kind::kTime},
                                               {"actor", "ACTOR"},
                                               {"key", "ENTITY"},
                                               {"outcome", "OUTCOME"},
                                               {"event_types", "EVENTS"},
                                               {"commit_hash", "HASH"}}});
  const Result<void> replayed = AsksServer(session) ? ReplayServer(session, *wish, printer)
                                                    : ReplayDirectory(session, *wish, printer);
  if (replayed.ok()) {
    printer.Finish();
    return ExitCode::kDone;
  }
  PrintError(session.terminal(), replayed.error());
  printer.Finish({{"error", ErrorJson(replayed.error())}});  // What stood before it is shown.
  return ExitCodeOf(replayed.error());
}

}  // namespace

void AddLogReplay(Command group) {
  auto flags = std::make_shared<ReplayFlags>();
  Command replay = group.Add("replay", "shows commits: who did what, when, with position and hash",
                             "twinledger log replay -o jsonl\n"
                             "twinledger log replay --key council/wellington-city\n"
                             "twinledger log replay --from 2026-11-01 --type relationship_ended\n"
                             "twinledger log replay --from registry/3/120 --to registry/3/140");
  replay.Option("--from", flags->from, "time, or position STREAM/PARTITION/SEQUENCE; included");
  replay.Option("--to", flags->to, "likewise");
  replay.Option("--stream", flags->stream, "registry, engagement, risk or audit [all]");
  replay.Option("--key", flags->key, "entity: council/wellington-city, partner/UUID");
  replay.Option("--type", flags->type, "event: relationship_established, council_amended, ...");
  replay.Option("--actor", flags->actor, "account that sent the command");
  replay.OnRun([flags](Session& session) { return Replay(session, *flags); });
}

}  // namespace twinledger::client
