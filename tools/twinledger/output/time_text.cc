#include "twinledger/output/time_text.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <exception>
#include <optional>
#include <sstream>

namespace twinledger::client {
namespace {

constexpr const char* kNewZealand = "Pacific/Auckland";

std::optional<date::local_time<std::chrono::microseconds>> ParseLocal(const std::string& text,
                                                                      const char* format) {
  std::istringstream in(text);
  date::local_time<std::chrono::microseconds> time;
  in >> date::parse(format, time);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return time;
}

std::optional<WallTime> ParseWithOffset(const std::string& text) {
  std::string numeric = text;
  if (numeric.ends_with('Z') || numeric.ends_with('z')) {
    numeric.replace(numeric.size() - 1, 1, "+00:00");
  }
  std::istringstream in(numeric);
  WallTime time;
  in >> date::parse("%FT%T%Ez", time);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return time;
}

WallTime ToSystem(date::local_time<std::chrono::microseconds> local, Zone zone) {
  if (zone == Zone::kUtc) return WallTime(local.time_since_epoch());
  // In the hour that the end of daylight time repeats, the later one: "as of" then misses nothing.
  return date::locate_zone(kNewZealand)->to_sys(local, date::choose::latest);
}

Error Malformed(std::string_view text) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("\"{}\" is not a time: write 2026-11-26 (the whole day), "
                                      "\"2026-11-26 08:15\" or 2026-11-26T08:15:00+13:00",
                                      text),
               .reason = "TIME_MALFORMED",
               .metadata = {{"value", std::string(text)}}};
}

}  // namespace

std::string TimeForPeople(WallTime time, Zone zone) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  if (zone == Zone::kUtc) return date::format("%F %H:%M UTC", seconds);
  try {
    return date::format("%F %H:%M %Z", date::make_zoned(kNewZealand, seconds));
  } catch (const std::exception&) {  // No time zone database on this machine.
    return date::format("%F %H:%M UTC", seconds);
  }
}

std::string TimeForPrograms(WallTime time) { return date::format("%FT%TZ", time); }

Result<WallTime> ParseTime(std::string_view text, Zone zone, DayEdge edge) {
  const std::string input(text);
  if (const auto time = ParseWithOffset(input)) return *time;
  try {
    for (const char* format : {"%F %T", "%F %H:%M"}) {
      if (const auto local = ParseLocal(input, format)) return ToSystem(*local, zone);
    }
    if (const auto day = ParseLocal(input, "%F")) {
      if (edge == DayEdge::kFirst) return ToSystem(*day, zone);
      return ToSystem(*day + date::days(1), zone) - std::chrono::microseconds(1);
    }
  } catch (const std::exception&) {
    return Error{.code = Code::kFailedPrecondition,
                 .message =
                     "this machine has no time zone database for Pacific/Auckland: install "
                     "tzdata, or give times with --utc",
                 .reason = "NO_TIME_ZONES"};
  }
  return Malformed(text);
}

}  // namespace twinledger::client
