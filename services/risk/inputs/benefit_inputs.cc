#include "risk/inputs/benefit_inputs.h"

#include <algorithm>
#include <string>

#include "risk/domain/bounds.h"
#include "risk/inputs/answers.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;

// What nobody has decided on yet is not accepted.
std::optional<bool> IsAccepted(ev::GiftDisposition disposition) {
  if (disposition == ev::GIFT_DISPOSITION_UNSPECIFIED) return std::nullopt;
  return disposition == ev::GIFT_DISPOSITION_RETAINED ||
         disposition == ev::GIFT_DISPOSITION_SURRENDERED ||
         disposition == ev::GIFT_DISPOSITION_SHARED;
}

// Empty where it is not known.
std::string HandlingOf(const ev::Gift& gift) {
  if (gift.handling() == ev::GIFT_HANDLING_NOT_APPLICABLE) return "NA";
  if (gift.handling() != ev::GIFT_HANDLING_UNSPECIFIED) {
    return NameBehind("GIFT_HANDLING_", ev::GiftHandling_Name(gift.handling()));
  }
  const auto disposition = gift.disposition();
  const bool handed_back =
      disposition == ev::GIFT_DISPOSITION_DECLINED || disposition == ev::GIFT_DISPOSITION_RETURNED;
  if (handed_back) return "NA";
  return disposition == ev::GIFT_DISPOSITION_DESTROYED ? "DESTROYED" : "";
}

}  // namespace

std::optional<bool> IsToCouncil(const RecordFields& fields) {
  if (fields.has_gift()) {
    const auto direction = fields.gift().direction();
    if (direction == ev::GIFT_DIRECTION_UNSPECIFIED) return std::nullopt;
    return direction == ev::GIFT_DIRECTION_OFFERED_TO_COUNCIL;
  }
  const ev::Hospitality& hospitality = fields.hospitality();
  if (hospitality.host().has_principal_id()) return true;
  if (hospitality.host().has_official_id()) return false;
  // Both sides have offices: whose host it is, the guests tell.
  if (std::ranges::any_of(hospitality.guests(), &ev::Party::has_official_id)) return true;
  if (std::ranges::any_of(hospitality.guests(), &ev::Party::has_principal_id)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> BenefitCents(const RecordFields& fields) {
  const bool gift = fields.has_gift();
  if (gift ? !fields.gift().has_value() : !fields.hospitality().has_value_per_person()) {
    return std::nullopt;
  }
  const ev::Money& worth = gift ? fields.gift().value() : fields.hospitality().value_per_person();
  return std::clamp<std::int64_t>(worth.nzd_cents(), 0, kValueCentsMax);
}

Choices ReadGift(const ev::Gift& gift) {
  Choices choices;
  Say("benefit.accepted", IsAccepted(gift.disposition()), choices);
  if (gift.kind() != ev::GIFT_KIND_UNSPECIFIED) {
    choices.emplace("gift.kind", NameBehind("GIFT_KIND_", ev::GiftKind_Name(gift.kind())));
  }
  if (std::string handling = HandlingOf(gift); !handling.empty()) {
    choices.emplace("gift.handling", std::move(handling));
  }
  return choices;
}

Choices ReadHospitality(const ev::Hospitality& hospitality) {
  Choices choices;
  Say("benefit.accepted", IsYes(hospitality.accepted()), choices);
  return choices;
}

}  // namespace twinledger::risk
