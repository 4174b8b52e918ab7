// What the registry's rules answer: events to record, or why not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "registry/domain/partial_date.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::registry {

using Event = events::v1::RegistryEvent;
using Events = std::vector<Event>;  // None: all is so already.

// Clients see these names, in UPPER_SNAKE, as the reason of the error.
enum class Rejection {
  kCouncilExists,
  kCouncilNotFound,
  kCouncilNotActive,
  kPartnerExists,
  kPartnerNotFound,
  kRelationshipExists,
  kRelationshipNotFound,
  kRelationshipOpen,
  kEtagMismatch,
  kNotProposed,
  kNotActive,
  kNotSuspended,
  kAlreadyEnded,
  kStatusDecided,
  kDatesOutOfOrder,
  kDateInFuture,
  kEndWithoutEnded,
  kSuccessorWithoutEnd,
  kOwnParent,
  kOfficialExists,
  kOfficialNotFound,
  kTermReversed,
  kPrincipalExists,
  kPrincipalNotFound,
  kNamesItself,
  kKindsDiffer,
  kMergesIntoYounger,
  kAssetExists,
  kAssetNotFound,
};

std::string_view ReasonOf(Rejection rejection);

// A rejection, and what stands in the way: the current etag or status, a date, another's id.
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
  events::v1::Provenance provenance = {};
  std::string current_etag = {};  // Of the record as it is; empty if there is none.
  PartialDate today = {};         // Nothing has happened after it yet: LatestDay.
};

// Of every command: what it tells of has happened.
std::optional<Rejected> HasNotHappened(const Context& context);

}  // namespace twinledger::registry
