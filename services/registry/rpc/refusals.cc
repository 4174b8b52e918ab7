#include "registry/rpc/refusals.h"

#include <fmt/format.h>

#include <string>

#include "platform/base/check.h"
#include "platform/base/result.h"

namespace twinledger::registry {
namespace {

struct Told {
  Code code;
  std::string_view standing;  // What Rejected::standing is: a key of the details.
  // {0} is the resource's name, {1} what stands in the way.
  std::string_view message;
};

Told ToldOf(Rejection rejection) {
  switch (rejection) {
    case Rejection::kCouncilExists:
    case Rejection::kPartnerExists:
    case Rejection::kRelationshipExists:
    case Rejection::kOfficialExists:
    case Rejection::kPrincipalExists:
    case Rejection::kAssetExists:
      return {Code::kAlreadyExists, "etag",
              "{0} exists, with other content: read it, and amend it with its etag {1}"};
    case Rejection::kCouncilNotFound:
    case Rejection::kPartnerNotFound:
    case Rejection::kRelationshipNotFound:
    case Rejection::kOfficialNotFound:
    case Rejection::kPrincipalNotFound:
    case Rejection::kAssetNotFound:
      return {Code::kNotFound, "", "{0} does not exist: create it first, or correct its name"};
    case Rejection::kCouncilNotActive:
      return {Code::kFailedPrecondition, "status",
              "{0}: its council has status {1}, so nothing begins for it: use its successor, or "
              "amend the council's status if that is wrong"};
    case Rejection::kRelationshipOpen:
      return {
          Code::kAlreadyExists, "relationship_id",
          "{0}: the council has one of this kind with this partner that is open, relationship {1}: "
          "amend that one, or end it first"};
    case Rejection::kEtagMismatch:
      return {Code::kAborted, "etag",
              "{0} has changed since it was read, its etag is {1}: read it again, and repeat the "
              "change with a new request id if it still holds"};
    case Rejection::kNotProposed:
      return {Code::kFailedPrecondition, "status",
              "{0} has status {1}: only a proposed relationship can be established"};
    case Rejection::kNotActive:
      return {Code::kFailedPrecondition, "status",
              "{0} has status {1}: only an active, reactive or dormant relationship can be "
              "suspended"};
    case Rejection::kNotSuspended:
      return {Code::kFailedPrecondition, "status",
              "{0} has status {1}: only a suspended or dormant relationship can be resumed"};
    case Rejection::kAlreadyEnded:
      return {Code::kFailedPrecondition, "ended",
              "{0} has ended already, {1}: amend its end if that is wrong"};
    case Rejection::kStatusDecided:
      return {Code::kFailedPrecondition, "status",
              "{0} has status {1} by decision: establish, suspend, resume or end it, its status "
              "cannot be amended"};
    case Rejection::kDatesOutOfOrder:
      return {Code::kFailedPrecondition, "date",
              "{0}: the date does not fit {1}, which is recorded or given too: a relationship "
              "begins, is suspended, is resumed and ends in this order"};
    case Rejection::kDateInFuture:
      return {Code::kFailedPrecondition, "date",
              "{0}: {1} lies in the future: record what has happened once it has"};
    case Rejection::kEndWithoutEnded:
      return {Code::kFailedPrecondition, "status",
              "{0} has status {1}, so it has neither an end nor a reason of it: end it, or leave "
              "both out"};
    case Rejection::kSuccessorWithoutEnd:
      return {Code::kFailedPrecondition, "",
              "{0} is active, so it has no successor: give its status, or leave the successor out"};
    case Rejection::kOwnParent:
      return {Code::kFailedPrecondition, "",
              "{0} cannot be its own parent: name another partner, or none"};
    case Rejection::kTermReversed:
      return {Code::kFailedPrecondition, "until",
              "{0}: the term ends {1}, before it begins: correct since or until"};
    case Rejection::kNamesItself:
      return {Code::kFailedPrecondition, "field",
              "{0} names itself as {1}: name another principal, or none"};
    case Rejection::kKindsDiffer:
      return {
          Code::kFailedPrecondition, "kind",
          "{0} is of another kind than the one it shall be the same as, {1}: an organisation is "
          "no person; name one of its own kind"};
    case Rejection::kMergesIntoYounger:
      return {Code::kFailedPrecondition, "principal_id",
              "{0} was registered before principal {1}: merge that one into this one"};
  }
  TL_CHECK(false);
}

}  // namespace

log::v1::Refusal RefusalOf(const Rejected& rejected, std::string_view name) {
  const Told told = ToldOf(rejected.rejection);
  log::v1::Refusal refusal;
  refusal.set_code(static_cast<std::int32_t>(told.code));
  refusal.set_reason(std::string(ReasonOf(rejected.rejection)));
  refusal.set_message(fmt::format(fmt::runtime(told.message), name, rejected.standing));
  const auto detail = [&](std::string_view key, std::string_view value) {
    log::v1::Detail* added = refusal.add_details();
    added->set_key(std::string(key));
    added->set_value(std::string(value));
  };
  detail("name", name);
  if (!told.standing.empty()) detail(told.standing, rejected.standing);
  return refusal;
}

}  // namespace twinledger::registry
