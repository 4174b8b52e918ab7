// The dates of the registry's events, compared and shown: platform/fields/partial_date.h.
#pragma once

#include <string>

#include "platform/fields/partial_date.h"
#include "twinledger/registry/events/v1/facts.pb.h"

namespace twinledger::registry {

using events::v1::PartialDate;

inline bool IsWellFormed(const PartialDate& date) {
  return fields::IsWellFormed(fields::PartsOf(date));
}
inline bool IsKnown(const PartialDate& date) { return fields::IsKnown(fields::PartsOf(date)); }
inline bool IsSame(const PartialDate& a, const PartialDate& b) {
  return fields::PartsOf(a) == fields::PartsOf(b);
}
inline bool IsBefore(const PartialDate& later, const PartialDate& earlier) {
  return fields::IsBefore(fields::PartsOf(later), fields::PartsOf(earlier));
}
inline PartialDate LatestDay(WallTime time) {
  return fields::DateMessage<PartialDate>(fields::LatestDay(time));
}
inline std::string ToText(const PartialDate& date) { return fields::ToText(fields::PartsOf(date)); }

}  // namespace twinledger::registry
