// What the rules of engagements answer: events to record, or why not.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "platform/fields/partial_date.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"

namespace twinledger::engagement {

using Event = events::v1::EngagementEvent;
using Events = std::vector<Event>;  // None: all is so already.

// Clients see these names, in UPPER_SNAKE, as the reason of the error.
enum class Rejection {
  kRecordExists,
  kRecordNotFound,
  kCouncilNotActive,
  kEtagMismatch,
  kRetracted,
  kRetractionPending,
  kNotSubmitted,
  kOwnRecord,
  kOtherKind,
  kContradiction,
  kDateInFuture,
  kTravelNotFound,
};

std::string_view ReasonOf(Rejection rejection);

// A rejection, and what stands in the way: the current etag or state, what contradicts.
struct Rejected {
  Rejection rejection;
  std::string standing = {};

  friend bool operator==(const Rejected&, const Rejected&) = default;
};

using Decision = tl::expected<Events, Rejected>;

inline tl::unexpected<Rejected> Reject(Rejection rejection, std::string standing = {}) {
  return tl::make_unexpected(Rejected{rejection, std::move(standing)});
}

// What a command brings along besides its wish.
struct Context {
  std::string actor = {};          // Account that sent it.
  std::string current_etag = {};   // Of the record as it is; empty if there is none.
  fields::PartialDate today = {};  // Nothing has been done after it yet: fields::LatestDay.
};

}  // namespace twinledger::engagement
