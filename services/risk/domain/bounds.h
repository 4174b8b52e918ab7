// Greatest and least values of rule sets and inputs. Within them no product or sum of the engine
// leaves 63 bits: the largest are value_cents * 2^30 below 2^63, and points * exposure * factor.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace twinledger::risk {

inline constexpr std::int64_t kOnePermille = 1'000;  // One, as a factor.
inline constexpr std::int64_t kScoreMax = 100'000;   // Thousandths: 100 points.
inline constexpr std::int64_t kPointsMax = 12'000;
inline constexpr std::int64_t kExposureMax = 1'300;
inline constexpr std::int64_t kValueCentsMax = 8'000'000'000;
inline constexpr std::int64_t kCurveCentsMax = 500'000'000;
inline constexpr std::int64_t kHalfLifeDaysMax = 36'500;
inline constexpr std::int64_t kDaysMax = 36'500;      // Of any other number of days.
inline constexpr std::int64_t kWorkingDaysMax = 366;  // Of a due day; they are counted one by one.
inline constexpr std::size_t kMitigationsOfIndicatorMax = 4;

inline constexpr std::size_t kFactsMax = 100'000;
inline constexpr std::size_t kMitigationsOfFactMax = 32;
inline constexpr std::size_t kIdBytesMax = 200;
inline constexpr std::size_t kTextBytesMax = 500;
inline constexpr std::int64_t kCountMax = 1'000'000;  // Of actions, and of expected records.

// The least value that may follow `before`, of values that rise up to `most`. What is over it is
// refused where it stands itself.
constexpr std::int64_t Above(std::int64_t before, std::int64_t most) {
  return std::min(before, most) + 1;
}

}  // namespace twinledger::risk
