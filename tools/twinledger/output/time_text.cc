#include "twinledger/output/time_text.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <exception>
#include <optional>
#include <sstream>
#include <utility>

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

std::optional<date::local_time<std::chrono::microseconds>> ParseMinute(const std::string& text) {
  for (const char* format : {"%F %T", "%F %H:%M", "%FT%T", "%FT%H:%M"}) {
    if (const auto local = ParseLocal(text, format)) return local;
  }
  return std::nullopt;
}

// As tables show it: the zone's name says which of two equal hours is meant.
std::optional<WallTime> ParseShown(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::chrono::hours>, 3> kOffsets{
      {{" NZDT", std::chrono::hours(13)},
       {" NZST", std::chrono::hours(12)},
       {" UTC", std::chrono::hours(0)}}};
  for (const auto& [name, offset] : kOffsets) {
    if (!text.ends_with(name)) continue;
    const auto local = ParseMinute(std::string(text.substr(0, text.size() - name.size())));
    if (local) return WallTime(local->time_since_epoch() - offset);
  }
  return std::nullopt;
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
  if (const auto time = ParseShown(text)) return *time;
  try {
    if (const auto local = ParseMinute(input)) return ToSystem(*local, zone);
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
