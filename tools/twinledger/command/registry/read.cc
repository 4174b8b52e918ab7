#include "twinledger/command/registry/read.h"

#include <fmt/format.h>

#include "platform/base/whole_number.h"

namespace twinledger::client {

void AddAsOf(Command command, ReadFlags& flags) {
  command.Option("--as-of", flags.as_of,
                 "what was known then: 2026-06-30 (the end of that day) or a time");
}

void AddListFlags(Command command, ReadFlags& flags, std::string_view filter) {
  AddAsOf(command, flags);
  command.Option("--filter", flags.filter, fmt::format("rows to list: '{}'", filter));
  command.Option("--order-by", flags.order_by, "field, with \" desc\" behind it for descending");
  command.Option("--limit", flags.limit, "at most so many rows [all]");
}

namespace {

Error BadAsOf(const std::string& text, std::string_view why) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("--as-of \"{}\" {}", text, why),
               .reason = "AS_OF_OUT_OF_RANGE",
               .metadata = {{"value", text}}};
}

// The server would refuse the same, in the words of its protocol.
Result<WallTime> AsOf(const Session& session, const std::string& text) {
  Result<WallTime> time = ParseTime(text, session.zone());
  if (!time) {
    Error error = time.error();
    error.message = "--as-of " + error.message;
    return error;
  }
  if (*time < WallTime()) {
    return BadAsOf(text, "is before 1970, when nothing was recorded: give a later time");
  }
  if (*time > session.clock().Now()) {
    return BadAsOf(text,
                   "is in the future, as a date means its end: give a day or a time that is past, "
                   "or leave it out for what is recorded by now");
  }
  return time;
}

}  // namespace

Result<rpc::v1::ReadOptions> ReadOptionsOf(const Session& session, const ReadFlags& flags) {
  rpc::v1::ReadOptions options;
  if (flags.as_of.empty()) {
    options.set_latest(true);
    return options;
  }
  TL_TRY(const WallTime time, AsOf(session, flags.as_of));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  auto& stamp = *options.mutable_as_of()->mutable_time();
  stamp.set_seconds(seconds.time_since_epoch().count());
  stamp.set_nanos(static_cast<std::int32_t>((time - seconds).count() * 1000));
  return options;
}

Result<std::optional<std::uint64_t>> LimitOf(const ReadFlags& flags) {
  if (flags.limit.empty()) return std::optional<std::uint64_t>();
  const auto limit = WholeNumber<std::uint64_t>(flags.limit);
  if (limit && *limit > 0) return limit;
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("--limit \"{}\" is not a number from 1", flags.limit),
               .reason = "LIMIT_MALFORMED",
               .metadata = {{"value", flags.limit}}};
}

Json ReadFacts(const Session& session, const ReadFlags& flags,
               const rpc::v1::ReadPosition& position) {
  Json facts = Json::object();
  const Result<WallTime> asked = ParseTime(flags.as_of, session.zone());
  facts["as_of"] = TimeForPrograms(asked.ok() ? *asked : session.clock().Now());
  facts["positions"] = Json::object();
  for (const rpc::v1::PartitionPosition& at : position.positions().positions()) {
    facts["positions"][fmt::format("{}/{}", at.stream(), at.partition())] = at.sequence();
  }
  facts["incomplete"] = position.incomplete();
  return facts;
}

Json ReadFacts(const Session& session, const ReadFlags& flags, const PagesRead& pages) {
  Json facts = ReadFacts(session, flags, pages.position);
  facts["more"] = pages.more;
  return facts;
}

void SayReadFacts(Session& session, std::uint64_t count, std::string_view what, const Json& facts) {
  std::string positions;
  for (const auto& [partition, sequence] : facts["positions"].items()) {
    positions += fmt::format(" {}/{}", partition, sequence.get<std::uint64_t>());
  }
  const Result<WallTime> as_of = ParseTime(facts["as_of"].get<std::string>(), Zone::kUtc);
  std::string counted = fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  if (facts["more"].get<bool>())
    counted = "the first " + counted + ", and there are more (--limit),";
  session.Note(fmt::format("{} as of {}, log at{}", counted,
                           as_of.ok() ? TimeForPeople(*as_of, session.zone()) : "",
                           positions.empty() ? " its beginning" : positions));
  if (facts["incomplete"].get<bool>()) {
    session.Note("incomplete: the server needs a newer program to read some of these records");
  }
}

}  // namespace twinledger::client
