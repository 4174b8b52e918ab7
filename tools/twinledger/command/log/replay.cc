#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "audit/replay/commit_filter.h"
#include "audit/replay/replay.h"
#include "platform/base/whole_number.h"
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
  std::string partition;
  std::string key;
  std::string type;
  std::string actor;
  std::string trace;
  std::string log;
};

struct ReplayPlace {
  log::PartitionId partition;
  log::Sequence sequence = 0;
};

// "registry/3/120".
std::optional<ReplayPlace> ParsePlace(std::string_view text) {
  const std::size_t first = text.find('/');
  const std::size_t second = text.find('/', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto partition = WholeNumber<std::uint32_t>(text.substr(first + 1, second - first - 1));
  const auto sequence = WholeNumber<log::Sequence>(text.substr(second + 1));
  if (!partition || !sequence) return std::nullopt;
  return ReplayPlace{{std::string(text.substr(0, first)), *partition}, *sequence};
}

// A time, or a place in one partition, which bounds that partition only.
Result<void> SetPoint(const Session& session, const std::string& text, DayEdge edge,
                      audit::v1::ReplayPoint& point) {
  if (const auto place = ParsePlace(text)) {
    auto& position = *point.mutable_positions()->add_positions();
    position.set_stream(place->partition.stream);
    position.set_partition(place->partition.partition);
    position.set_sequence(place->sequence);
    return {};
  }
  TL_TRY(const WallTime time, ParseTime(text, session.zone(), edge));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  point.mutable_time()->set_seconds(seconds.time_since_epoch().count());
  point.mutable_time()->set_nanos(static_cast<std::int32_t>((time - seconds).count() * 1000));
  return {};
}

Error BadFlag(std::string message, std::string reason) {
  return Error{
      .code = Code::kInvalidArgument, .message = std::move(message), .reason = std::move(reason)};
}

Result<audit::v1::ReplayCommitsRequest> RequestOf(const Session& session,
                                                  const ReplayFlags& flags) {
  audit::v1::ReplayCommitsRequest request;
  request.set_stream(flags.stream);
  request.set_event_type(flags.type);
  request.set_actor(flags.actor);
  if (!flags.partition.empty()) {
    const auto partition = WholeNumber<std::uint32_t>(flags.partition);
    if (!partition) {
      return BadFlag(fmt::format("--partition \"{}\" is not a number from 0", flags.partition),
                     "PARTITION_MALFORMED");
    }
    request.set_partition(*partition);
  }
  if (!flags.key.empty()) {
    const std::size_t slash = flags.key.find('/');
    if (slash == std::string::npos || slash + 1 == flags.key.size()) {
      return BadFlag(
          fmt::format("--key \"{}\" is not TYPE/ID, such as council/wellington-city", flags.key),
          "KEY_MALFORMED");
    }
    request.set_key_type(flags.key.substr(0, slash));
    request.set_key_id(flags.key.substr(slash + 1));
  }
  if (!flags.from.empty()) {
    TL_TRY_VOID(SetPoint(session, flags.from, DayEdge::kFirst, *request.mutable_from()));
  }
  if (!flags.to.empty()) {
    TL_TRY_VOID(SetPoint(session, flags.to, DayEdge::kLast, *request.mutable_to()));
  }
  return request;
}

// What the request calls a field, by the flag that sets it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kFlagOfField{{
    {"stream", "--stream"},
    {"partition", "--partition"},
    {"key_type", "--key"},
    {"key_id", "--key"},
    {"event_type", "--type"},
    {"actor", "--actor"},
    {"from.positions", "--from"},
}};

// The same error in the words of the command line: what the log does not have was typed wrongly.
Error InFlags(Error error) {
  if (error.reason == "UNKNOWN_STREAM" || error.reason == "UNKNOWN_PARTITION") {
    error.code = Code::kInvalidArgument;
  }
  for (FieldViolation& violation : error.violations) {
    for (const auto& [field, flag] : kFlagOfField) {
      if (violation.field != field) continue;
      const std::string named = violation.field + ": ";
      if (error.message.starts_with(named))
        error.message.replace(0, named.size(), fmt::format("{}: ", flag));
      violation.field = flag;
      break;
    }
  }
  return error;
}

using Show = std::function<void(const log::PartitionId&, const log::v1::Commit&,
                                const crypto::Hash& commit, const crypto::Hash& record)>;

Result<void> ReplayLog(Session& session, const std::string& log,
                       const audit::v1::ReplayCommitsRequest& request, const Show& show) {
  TL_TRY_VOID(audit::CheckReplay(request).Verdict());
  TL_TRY(const OpenedForReading opened, OpenLogOf(session, log));
  return audit::Replay(*opened.log, opened.founding, request,
                       [&](const audit::ReplayedCommit& replayed) -> Result<void> {
                         show(replayed.partition, replayed.accepted.commit, replayed.accepted.hash,
                              replayed.record.hash());
                         return {};
                       });
}

// Takes nothing from the answer but what the log has: the commit's bytes, and the hash of its
// record.
Result<void> ShowServed(const audit::v1::ReplayCommitsResponse& served, const Show& show) {
  const std::optional<ReplayPlace> place = ParsePlace(served.position());
  log::v1::Commit commit;
  const crypto::Hash hash = crypto::Sha256(served.commit());
  crypto::Hash record{};
  if (!place || !commit.ParseFromString(served.commit()) ||
      !crypto::ParseHash(served.record_hash(), record) ||
      crypto::Hex(hash) != served.commit_hash()) {
    return Error{.code = Code::kDataLoss,
                 .message = fmt::format("what the server shows as {} is not the commit of hash {}: "
                                        "take an export and verify it",
                                        served.position(), served.commit_hash()),
                 .reason = "COMMIT_DAMAGED",
                 .metadata = {{"position", served.position()}}};
  }
  show(place->partition, commit, hash, record);
  return {};
}

Result<void> ReplayServer(Session& session, const audit::v1::ReplayCommitsRequest& request,
                          const Show& show) {
  TL_TRY(const auto connection, Connect(session, kAuditor));
  audit::v1::ReplayCommitsResponse served;
  Result<void> shown;
  TL_TRY_VOID(
      connection->Stream("/twinledger.audit.v1.AuditService/ReplayCommits", request, served, [&] {
        shown = ShowServed(served, show);
        return shown.ok();
      }));
  return shown;
}

ExitCode Replay(Session& session, const ReplayFlags& flags) {
  const Result<audit::v1::ReplayCommitsRequest> request = RequestOf(session, flags);
  if (!request) return session.Fail(request.error());
  Printer printer = session.Print({.kind = "commits",
                                   .columns = {{"position", "POSITION"},
                                               {"record_time", "RECORDED", Column::Kind::kTime},
                                               {"actor", "ACTOR"},
                                               {"key", "ENTITY"},
                                               {"outcome", "OUTCOME"},
                                               {"event_types", "EVENTS"},
                                               {"trace_id", "TRACE"},
                                               {"commit_hash", "HASH"}}});
  std::uint64_t commits = 0;
  const Show show = [&](const log::PartitionId& partition, const log::v1::Commit& commit,
                        const crypto::Hash& hash, const crypto::Hash& record) {
    if (!flags.trace.empty() && commit.correlation_id() != flags.trace) return;
    ++commits;
    printer.Row(CommitJson(partition, commit, hash, record));
  };
  const Result<void> replayed = AsksServer(session, flags.log)
                                    ? ReplayServer(session, *request, show)
                                    : ReplayLog(session, flags.log, *request, show);
  if (replayed.ok()) {
    printer.Finish();
    if (commits == 0) session.Note("0 commits match");
    return ExitCode::kDone;
  }
  const Error error = InFlags(replayed.error());
  if (commits == 0) return session.Fail(error);
  PrintError(session.terminal(), error);
  printer.Finish({{"error", ErrorJson(error)}});  // What stood before it is shown.
  return ExitCodeOf(error);
}

}  // namespace

void AddLogReplay(Command group) {
  auto flags = std::make_shared<ReplayFlags>();
  Command replay = group.Add("replay", "shows commits: who did what, when, with position and hash",
                             "twinledger log replay -o jsonl\n"
                             "twinledger log replay --key council/wellington-city\n"
                             "twinledger log replay --from 2026-11-01 --type relationship_ended\n"
                             "twinledger log replay --stream registry --partition 3\n"
                             "twinledger log replay --trace 4bf92f3577b34da6a3ce929d0e0e4736\n"
                             "twinledger log replay --from registry/3/120 --to registry/3/140");
  replay.Option("--from", flags->from, "time, or position STREAM/PARTITION/SEQUENCE; included");
  replay.Option("--to", flags->to, "likewise");
  replay.Option("--stream", flags->stream, "registry, engagement, risk or audit [all]");
  replay.Option("--partition", flags->partition, "number of a partition of --stream [all]");
  replay.Option("--key", flags->key,
                "entity: council/wellington-city, partner/UUID, principal/UUID");
  replay.Option("--type", flags->type, "event: relationship_established, council_amended, ...");
  replay.Option("--actor", flags->actor, "account that sent the command, in full");
  replay.Option(
      "--trace", flags->trace,
      "trace id, as an error or the server's log shows it; looked for in all that is read");
  replay.Option("--log", flags->log, kLogFlagHelp);
  replay.OnRun([flags](Session& session) { return Replay(session, *flags); });
}

}  // namespace twinledger::client
