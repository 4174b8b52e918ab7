#include "registry/domain/decision.h"

#include "platform/base/check.h"

namespace twinledger::registry {

std::string_view ReasonOf(Rejection rejection) {
  switch (rejection) {
    case Rejection::kCouncilExists:
      return "COUNCIL_EXISTS";
    case Rejection::kCouncilNotFound:
      return "COUNCIL_NOT_FOUND";
    case Rejection::kCouncilNotActive:
      return "COUNCIL_NOT_ACTIVE";
    case Rejection::kPartnerExists:
      return "PARTNER_EXISTS";
    case Rejection::kPartnerNotFound:
      return "PARTNER_NOT_FOUND";
    case Rejection::kRelationshipExists:
      return "RELATIONSHIP_EXISTS";
    case Rejection::kRelationshipNotFound:
      return "RELATIONSHIP_NOT_FOUND";
    case Rejection::kRelationshipOpen:
      return "RELATIONSHIP_OPEN";
    case Rejection::kEtagMismatch:
      return "ETAG_MISMATCH";
    case Rejection::kNotProposed:
      return "NOT_PROPOSED";
    case Rejection::kNotActive:
      return "NOT_ACTIVE";
    case Rejection::kNotSuspended:
      return "NOT_SUSPENDED";
    case Rejection::kAlreadyEnded:
      return "ALREADY_ENDED";
    case Rejection::kStatusDecided:
      return "STATUS_DECIDED";
    case Rejection::kDatesOutOfOrder:
      return "DATES_OUT_OF_ORDER";
    case Rejection::kDateInFuture:
      return "DATE_IN_FUTURE";
    case Rejection::kEndWithoutEnded:
      return "END_WITHOUT_ENDED";
    case Rejection::kSuccessorWithoutEnd:
      return "SUCCESSOR_WITHOUT_END";
    case Rejection::kOwnParent:
      return "OWN_PARENT";
    case Rejection::kOfficialExists:
      return "OFFICIAL_EXISTS";
    case Rejection::kOfficialNotFound:
      return "OFFICIAL_NOT_FOUND";
    case Rejection::kTermReversed:
      return "TERM_REVERSED";
    case Rejection::kPrincipalExists:
      return "PRINCIPAL_EXISTS";
    case Rejection::kPrincipalNotFound:
      return "PRINCIPAL_NOT_FOUND";
    case Rejection::kNamesItself:
      return "NAMES_ITSELF";
    case Rejection::kKindsDiffer:
      return "KINDS_DIFFER";
    case Rejection::kMergesIntoYounger:
      return "MERGES_INTO_YOUNGER";
    case Rejection::kAssetExists:
      return "ASSET_EXISTS";
    case Rejection::kAssetNotFound:
      return "ASSET_NOT_FOUND";
  }
  TL_CHECK(false);
}

std::optional<Rejected> HasNotHappened(const Context& context) {
  const PartialDate& date = context.provenance.occur_date();
  if (!IsBefore(context.today, date)) return std::nullopt;
  return Rejected{Rejection::kDateInFuture, ToText(date)};
}

}  // namespace twinledger::registry
