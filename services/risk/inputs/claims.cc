#include "risk/inputs/claims.h"

#include <algorithm>

#include "risk/inputs/period.h"

namespace twinledger::risk {
namespace {

namespace ev = engagement::events::v1;
using ev::RecordFields;
using registry::events::v1::TRI_STATE_YES;

constexpr int kReturnedAndWipedWorkingDays = 10;

bool IsSurrendered(const RecordFields& fields) {
  return fields.gift().disposition() == ev::GIFT_DISPOSITION_SURRENDERED &&
         !fields.gift().asset_number().empty();
}

bool IsBriefedAndDebriefed(const RecordFields& fields) {
  return fields.travel().has_briefed_on() && fields.travel().has_debriefed_on();
}

bool IsWipedInTime(const Told& told, const Rules& rules) {
  const ev::Device& device = told.fields().device();
  if (device.device_class() != ev::DEVICE_CLASS_LOAN || device.loan_id().empty() ||
      device.data_level() != ev::DATA_LEVEL_MINIMUM) {
    return false;
  }
  const std::optional<Period> returned = PeriodOf(device.returned_on());
  const std::optional<Period> wiped = PeriodOf(device.wiped_on());
  if (!returned || !wiped) return false;
  return WithinWorkingDays(told.days.last_at_earliest, std::max(returned->last, wiped->last),
                           kReturnedAndWipedWorkingDays, rules.holidays());
}

// The plan was filed before the first day.
bool IsEscorted(const Told& told) {
  const ev::Delegation& delegation = told.fields().delegation();
  const std::optional<Period> filed = PeriodOf(delegation.visit_plan_filed_on());
  const std::optional<Period> arrival = PeriodOf(told.fields().occur_date());
  return filed && arrival && filed->last < arrival->first && !delegation.sites().empty() &&
         std::ranges::all_of(delegation.sites(),
                             [](const auto& site) { return site.escorted() == TRI_STATE_YES; }) &&
         delegation.no_recording_notice() == TRI_STATE_YES;
}

bool IsPublishedInTime(const Told& told, const v1::Mitigation& mitigation) {
  const std::optional<Period> published = PeriodOf(told.fields().published_on());
  return published && (mitigation.within_days() == 0 ||
                       published->last - told.days.last_at_earliest <= mitigation.within_days());
}

}  // namespace

std::vector<std::string_view> ClaimsOf(const Told& told, const Rules& rules) {
  std::vector<std::string_view> claims;
  const auto claim_if = [&](std::string_view id, const auto& claimed) {
    const v1::Mitigation* mitigation = rules.FindMitigation(id);
    if (mitigation != nullptr && claimed(*mitigation)) claims.push_back(id);
  };
  const RecordFields& fields = told.fields();
  claim_if("M4", [&](const auto&) { return IsSurrendered(fields); });
  claim_if("M5", [&](const auto&) { return !fields.travel().reimbursement_reference().empty(); });
  claim_if("M7", [&](const auto&) { return IsWipedInTime(told, rules); });
  claim_if("M8", [&](const auto&) { return !fields.gift().handling_certificate().empty(); });
  claim_if("M9", [&](const auto&) { return IsBriefedAndDebriefed(fields); });
  claim_if("M10", [&](const auto&) { return IsEscorted(told); });
  claim_if("M13", [&](const auto& mitigation) { return IsPublishedInTime(told, mitigation); });
  return claims;
}

}  // namespace twinledger::risk
