#include "risk/domain/day.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace twinledger::risk {
namespace {

constexpr std::size_t kDateSize = 10;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// 9 stands for a digit.
bool Looks(std::string_view text, std::string_view pattern) {
  return text.size() == pattern.size() &&
         std::equal(text.begin(), text.end(), pattern.begin(),
                    [](char c, char wanted) { return wanted == '9' ? IsDigit(c) : c == wanted; });
}

int Number(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

}  // namespace

std::optional<Day> ParseDay(std::string_view text) {
  const std::string_view date = text.substr(0, kDateSize);
  const std::string_view offset = text.substr(date.size());
  if (!Looks(date, "9999-99-99")) return std::nullopt;
  if (!offset.empty() && offset != "Z" && !Looks(offset, "+99:99") && !Looks(offset, "-99:99")) {
    return std::nullopt;
  }
  const std::chrono::year_month_day day(
      std::chrono::year(Number(date.substr(0, 4))),
      std::chrono::month(static_cast<unsigned>(Number(date.substr(5, 2)))),
      std::chrono::day(static_cast<unsigned>(Number(date.substr(8, 2)))));
  if (!day.ok()) return std::nullopt;
  const auto since = static_cast<Day>(std::chrono::sys_days(day).time_since_epoch().count());
  if (since < kDayMin || since > kDayMax) return std::nullopt;
  return since;
}

std::string ToText(Day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

bool WithinWorkingDays(Day from, Day to, int most, const std::vector<Day>& holidays) {
  int count = 0;
  for (Day day = from + 1; day <= to && count <= most; ++day) {
    const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(day))};
    if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) continue;
    if (std::ranges::find(holidays, day) == holidays.end()) ++count;
  }
  return count <= most;
}

}  // namespace twinledger::risk
