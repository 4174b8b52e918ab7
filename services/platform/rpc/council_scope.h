// Lists and reports have one council as their parent, or all: "councils/-".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/rpc/council_names.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/policy.h"
#include "platform/rpc/reads.h"
#include "platform/rpc/violations.h"

namespace twinledger::rpc {

inline constexpr std::string_view kAllCouncils = "councils/-";

// What is wrong with the parent is added to `wrong`.
Scope ScopeOfParent(const std::string& parent, Violations& wrong);

template <class Request>
Scope CheckParent(const Request& request, Violations& wrong) {
  return ScopeOfParent(request.parent(), wrong);
}

// The one council that is asked for, or that the caller may see; none: all.
template <class CouncilId>
std::optional<CouncilId> OnlyCouncil(const std::string& parent, const Admission& admission) {
  if (parent != kAllCouncils) return CouncilId(CouncilIdIn(parent));
  if (!admission.only_council) return std::nullopt;
  return CouncilId(*admission.only_council);
}

// NOT_FOUND for a parent that is one council, and none that was registered: a name that is misspelt
// has no empty list. `find` looks for a council by its id: Result<std::optional<Row>>. One that is
// parked may have been: its list is incomplete. REQUIRES: it was touched.
template <class Find>
Result<void> RequireParent(const std::string& parent, const Reading& reading, const Find& find) {
  if (parent == kAllCouncils || reading.incomplete()) return {};
  TL_TRY(const auto found, find(std::string(CouncilIdIn(parent))));
  if (found) return {};
  return NotFound(parent);
}

}  // namespace twinledger::rpc
