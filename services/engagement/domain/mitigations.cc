#include "engagement/domain/mitigations.h"

#include <algorithm>

namespace twinledger::engagement {
namespace {

using events::v1::Delegation;
using events::v1::Device;
using events::v1::Gift;
using events::v1::Hospitality;
using events::v1::RecordFields;
using events::v1::Travel;
using registry::events::v1::TRI_STATE_NO;
using registry::events::v1::TRI_STATE_YES;
using Claims = std::vector<Claim>;

void ClaimIf(bool claimed, Mitigation mitigation, const std::string& reference, Claims& claims) {
  if (claimed) claims.push_back({mitigation, reference});
}

void Collect(const Gift& gift, Claims& claims) {
  const auto disposition = gift.disposition();
  ClaimIf(gift.direction() == events::v1::GIFT_DIRECTION_OFFERED_TO_COUNCIL &&
              gift.has_decided_on() &&
              (disposition == events::v1::GIFT_DISPOSITION_DECLINED ||
               disposition == events::v1::GIFT_DISPOSITION_RETURNED),
          Mitigation::kDeclinedOrReturned, "", claims);
  ClaimIf(disposition == events::v1::GIFT_DISPOSITION_SURRENDERED && !gift.asset_number().empty(),
          Mitigation::kSurrendered, gift.asset_number(), claims);
  ClaimIf(!gift.withdrawal_minute().empty(), Mitigation::kWithdrew, gift.withdrawal_minute(),
          claims);
  ClaimIf(!gift.handling_certificate().empty(), Mitigation::kQuarantined,
          gift.handling_certificate(), claims);
}

void Collect(const Hospitality& hospitality, Claims& claims) {
  ClaimIf(hospitality.accepted() == TRI_STATE_NO && hospitality.has_decided_on(),
          Mitigation::kDeclinedOrReturned, "", claims);
  ClaimIf(!hospitality.withdrawal_minute().empty(), Mitigation::kWithdrew,
          hospitality.withdrawal_minute(), claims);
}

void Collect(const Travel& travel, Claims& claims) {
  ClaimIf(!travel.reimbursement_reference().empty(), Mitigation::kReimbursed,
          travel.reimbursement_reference(), claims);
  ClaimIf(!travel.withdrawal_minute().empty(), Mitigation::kWithdrew, travel.withdrawal_minute(),
          claims);
  ClaimIf(travel.has_briefed_on() && travel.has_debriefed_on(), Mitigation::kBriefedAndDebriefed,
          "", claims);
}

void Collect(const Device& device, Claims& claims) {
  ClaimIf(device.device_class() == events::v1::DEVICE_CLASS_LOAN && !device.loan_id().empty() &&
              device.data_level() == events::v1::DATA_LEVEL_MINIMUM && device.has_returned_on() &&
              device.has_wiped_on(),
          Mitigation::kLoanDeviceWiped, device.loan_id(), claims);
}

void Collect(const Delegation& delegation, Claims& claims) {
  ClaimIf(delegation.has_briefed_on() && delegation.has_debriefed_on(),
          Mitigation::kBriefedAndDebriefed, "", claims);
  const bool escorted =
      !delegation.sites().empty() && std::ranges::all_of(delegation.sites(), [](const auto& site) {
        return site.escorted() == TRI_STATE_YES;
      });
  ClaimIf(escorted && delegation.has_visit_plan_filed_on() &&
              delegation.no_recording_notice() == TRI_STATE_YES,
          Mitigation::kEscorted, "", claims);
}

}  // namespace

std::vector<Claim> ClaimsOf(const RecordFields& record) {
  Claims claims;
  switch (record.content_case()) {
    case RecordFields::kGift:
      Collect(record.gift(), claims);
      break;
    case RecordFields::kHospitality:
      Collect(record.hospitality(), claims);
      break;
    case RecordFields::kTravel:
      Collect(record.travel(), claims);
      break;
    case RecordFields::kDevice:
      Collect(record.device(), claims);
      break;
    case RecordFields::kDelegation:
      Collect(record.delegation(), claims);
      break;
    case RecordFields::CONTENT_NOT_SET:
      break;
  }
  ClaimIf(record.has_published_on() && !record.published_url().empty(), Mitigation::kPublished,
          record.published_url(), claims);
  return claims;
}

}  // namespace twinledger::engagement
