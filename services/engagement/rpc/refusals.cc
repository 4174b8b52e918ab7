#include "engagement/rpc/refusals.h"

#include <fmt/format.h>

#include <string>

#include "platform/base/check.h"
#include "platform/base/result.h"

namespace twinledger::engagement {
namespace {

struct Telling {
  Code code;
  std::string_view standing;  // What Rejected::standing is: a key of the details.
  // {0} is the resource's name, {1} what stands in the way.
  std::string_view message;
};

Telling TellingOf(Rejection rejection) {
  switch (rejection) {
    case Rejection::kRecordExists:
      return {Code::kAlreadyExists, "etag",
              "{0} exists, with other content: read it, and amend it with its etag {1}"};
    case Rejection::kRecordNotFound:
      return {Code::kNotFound, "", "{0} does not exist: submit it first, or correct its name"};
    case Rejection::kCouncilNotActive:
      return {Code::kFailedPrecondition, "status",
              "{0}: its council has status {1}, so nothing is submitted for it: use its successor"};
    case Rejection::kEtagMismatch:
      return {Code::kAborted, "etag",
              "{0} has changed since it was read, its etag is {1}: read it again, and repeat the "
              "change with a new request id if it still holds"};
    case Rejection::kRetracted:
      return {Code::kFailedPrecondition, "",
              "{0} has been retracted, for ever: submit another record if something did happen"};
    case Rejection::kRetractionPending:
      return {Code::kFailedPrecondition, "retractor",
              "{0} was retracted by {1}, which awaits a second person: let them verify that, or "
              "return it to have the record back"};
    case Rejection::kNotSubmitted:
      return {Code::kFailedPrecondition, "state",
              "{0} has state {1}: only what is submitted, or retracted, is verified or returned; "
              "amend it first"};
    case Rejection::kOwnRecord:
      return {Code::kFailedPrecondition, "actor",
              "{0} was written, amended or retracted by you, {1}: let a second person check it"};
    case Rejection::kOtherKind:
      return {Code::kFailedPrecondition, "kind",
              "{0} is a record of kind {1}, and stays so: name fields of it, or retract it and "
              "submit another"};
    case Rejection::kContradiction:
      return {Code::kFailedPrecondition, "contradictions", "{0} cannot be so: {1}"};
    case Rejection::kDateInFuture:
      return {Code::kFailedPrecondition, "dates", "{0}: {1}"};
    case Rejection::kTravelNotFound:
      return {Code::kNotFound, "travel_record_id",
              "{0}: the council has no journey with record id {1} that is not retracted: submit it "
              "first, or correct the id"};
  }
  TL_CHECK(false);
}

}  // namespace

log::v1::Refusal RefusalOf(const Rejected& rejected, std::string_view name) {
  const Telling telling = TellingOf(rejected.rejection);
  log::v1::Refusal refusal;
  refusal.set_code(static_cast<std::int32_t>(telling.code));
  refusal.set_reason(std::string(ReasonOf(rejected.rejection)));
  refusal.set_message(fmt::format(fmt::runtime(telling.message), name, rejected.standing));
  const auto detail = [&](std::string_view key, std::string_view value) {
    log::v1::Detail* added = refusal.add_details();
    added->set_key(std::string(key));
    added->set_value(std::string(value));
  };
  detail("name", name);
  if (!telling.standing.empty()) detail(telling.standing, rejected.standing);
  return refusal;
}

}  // namespace twinledger::engagement
