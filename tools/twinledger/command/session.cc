#include "twinledger/command/session.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/base/environment.h"
#include "platform/crypto/system_random.h"
#include "platform/rpc/errors.h"
#include "platform/telemetry/trace_context.h"
#include "twinledger/connection/connection.h"

namespace twinledger::client {
namespace {

Error BadSetting(const std::string& name, const Setting& setting, std::string_view remedy) {
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("{} = \"{}\" ({}): {}", name, setting.value, setting.source, remedy),
      .reason = "SETTING_INVALID",
      .metadata = {{"setting", name}, {"value", setting.value}}};
}

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::int64_t kLongest = 86'400;  // A day; also keeps the products below in range.
  if (problem != std::errc() || number <= 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit == "ms" && number <= kLongest * 1000) return std::chrono::milliseconds(number);
  if (number > kLongest) return std::nullopt;
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "m") return std::chrono::minutes(number);
  return std::nullopt;
}

// What runs this program may have a trace of its own, which this is then part of.
std::string TraceOfCommand() {
  const std::optional<std::string> outer = Environment("TRACEPARENT");
  if (outer) {
    if (std::optional<std::string> id = telemetry::TraceIdIn(*outer)) return *std::move(id);
  }
  crypto::SystemRandom random;
  return telemetry::NewTraceId(random);
}

}  // namespace

Result<Session> Session::Open(Terminal terminal, Settings settings, const Edition& edition) {
  Session session(terminal, std::move(settings), edition);
  const Setting& output = session.settings_.at("output");
  const Result<Format> format = ParseFormat(output.value);
  if (!format) return BadSetting("output", output, "use table, json, jsonl or csv");
  session.format_ = *format;
  const Setting& zone = session.settings_.at("time_zone");
  if (zone.value != "nz" && zone.value != "utc")
    return BadSetting("time_zone", zone, "use nz or utc");
  session.zone_ = zone.value == "utc" ? Zone::kUtc : Zone::kNewZealand;
  const Setting& timeout = session.settings_.at("timeout");
  const auto duration = ParseDuration(timeout.value);
  if (!duration) return BadSetting("timeout", timeout, "use a number and ms, s or m, such as 30s");
  session.timeout_ = *duration;
  session.trace_id_ = TraceOfCommand();
  return session;
}

const std::string& Session::setting(std::string_view name) const {
  const auto found = settings_.find(name);
  TL_CHECK(found != settings_.end());
  return found->second.value;
}

void Session::Note(std::string_view line) { terminal_.err << line << '\n'; }

ExitCode Session::Fail(const Error& error) {
  PrintError(terminal_, error);
  if (format_ == Format::kJson || format_ == Format::kJsonLines) {
    const Json whole = {{"schema_version", kSchemaVersion}, {"error", ErrorJson(error)}};
    terminal_.out << whole.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
  return ExitCodeOf(error);
}

Json ErrorJson(const Error& error) {
  Json json = {
      {"code", rpc::Name(error.code)}, {"reason", error.reason}, {"message", error.message}};
  json["metadata"] = Json::object();
  for (const auto& [name, value] : error.metadata) {
    if (name != kTrace) json["metadata"][name] = value;
  }
  const auto trace = error.metadata.find(kTrace);
  json["trace_id"] = trace == error.metadata.end() ? Json() : Json(trace->second);
  json["violations"] = Json::array();
  for (const FieldViolation& violation : error.violations) {
    json["violations"].push_back(
        {{"field", violation.field}, {"description", violation.description}});
  }
  return json;
}

void PrintError(Terminal& terminal, const Error& error) {
  const std::string_view red = terminal.colour ? "\x1b[31m" : "";
  const std::string_view plain = terminal.colour ? "\x1b[0m" : "";
  std::string message = error.message;
  std::vector<std::string> lines;
  for (const FieldViolation& violation : error.violations) {
    lines.push_back(violation.field.empty()  // How many more there are.
                        ? violation.description
                        : fmt::format("{}: {}", violation.field, violation.description));
  }
  // A message that begins with the first of them is for those who read no more than that.
  if (!lines.empty() && message.starts_with(lines.front())) {
    if (lines.size() == 1) {
      lines.clear();
    } else {
      message = fmt::format("{} things are wrong, and nothing was done", lines.size());
    }
  }
  terminal.err << red << "error:" << plain << ' ' << Printable(message) << '\n';
  for (const std::string& line : lines) terminal.err << "  " << Printable(line) << '\n';
  const auto trace = error.metadata.find(kTrace);
  if (trace != error.metadata.end()) terminal.err << "trace " << trace->second << '\n';
}

}  // namespace twinledger::client
