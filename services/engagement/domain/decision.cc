#include "engagement/domain/decision.h"

#include "platform/base/check.h"

namespace twinledger::engagement {

std::string_view ReasonOf(Rejection rejection) {
  switch (rejection) {
    case Rejection::kRecordExists:
      return "RECORD_EXISTS";
    case Rejection::kRecordNotFound:
      return "RECORD_NOT_FOUND";
    case Rejection::kCouncilNotActive:
      return "COUNCIL_NOT_ACTIVE";
    case Rejection::kEtagMismatch:
      return "ETAG_MISMATCH";
    case Rejection::kRetracted:
      return "RETRACTED";
    case Rejection::kRetractionPending:
      return "RETRACTION_PENDING";
    case Rejection::kNotSubmitted:
      return "NOT_SUBMITTED";
    case Rejection::kOwnRecord:
      return "OWN_RECORD";
    case Rejection::kOtherKind:
      return "OTHER_KIND";
    case Rejection::kContradiction:
      return "CONTRADICTION";
    case Rejection::kDateInFuture:
      return "DATE_IN_FUTURE";
    case Rejection::kTravelNotFound:
      return "TRAVEL_NOT_FOUND";
  }
  TL_CHECK(false);
}

}  // namespace twinledger::engagement
