// The register of gifts and hospitality.
#include <fmt/format.h>

#include "platform/rpc/council_scope.h"
#include "reporting/projection/reporting_projection.h"
#include "reporting/rpc/audience.h"
#include "reporting/rpc/gift_register.h"
#include "reporting/rpc/reporting_service.h"
#include "reporting/rpc/touch.h"

namespace twinledger::reporting {
namespace {

constexpr std::string_view kListGiftRegister =
    "twinledger.reporting.v1.ReportingService/ListGiftRegister";
constexpr const char* kNewestFirst = "offered_on desc";

void CheckDay(std::string_view field, const registry::v1::PartialDate& date,
              rpc::Violations& wrong) {
  if (fields::IsWellFormed(fields::PartsOf(date))) return;
  wrong.Add(field, "is no year, month or day of the calendar");
}

rpc::Scope CheckRegister(const v1::ListGiftRegisterRequest& request, rpc::Violations& wrong) {
  CheckDay("offered_from", request.offered_from(), wrong);
  CheckDay("offered_to", request.offered_to(), wrong);
  const fields::PartialDate from = fields::PartsOf(request.offered_from());
  const fields::PartialDate to = fields::PartsOf(request.offered_to());
  if (fields::IsBefore(to, from)) {
    wrong.Add(
        "offered_to",
        fmt::format("{} is before offered_from, {}: no gift is of that time; give the earlier "
                    "one as offered_from",
                    fields::ToText(to), fields::ToText(from)));
  }
  return rpc::ScopeOfParent(request.parent(), wrong);
}

// No wider than the caller's own.
Audience Narrowed(Audience widest, engagement::v1::ReleaseClass asked) {
  if (asked == engagement::v1::RELEASE_CLASS_PUBLIC) return Audience::kPublic;
  if (asked == engagement::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY) {
    return std::min(widest, Audience::kCouncil);
  }
  return widest;
}

GiftScope ScopeOf(const v1::ListGiftRegisterRequest& request, const rpc::Reading& reading) {
  return {.council = rpc::OnlyCouncil<CouncilId>(request.parent(), reading.admission()),
          .from = fields::PartsOf(request.offered_from()),
          .to = fields::PartsOf(request.offered_to()),
          .audience = Narrowed(AudienceOf(reading.admission().caller), request.audience())};
}

}  // namespace

grpc::ServerUnaryReactor* ReportingService::ListGiftRegister(
    grpc::CallbackServerContext* context, const v1::ListGiftRegisterRequest* request,
    v1::ListGiftRegisterResponse* response) {
  return calls_.List(
      context, kListGiftRegister, *request, *response, CheckRegister,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const GiftScope scope = ScopeOf(asked, reading);
        TL_TRY_VOID(TouchCouncil(reading, scope.council));
        TL_TRY_VOID(rpc::RequireParent(asked.parent(), reading, [&reading](const std::string& id) {
          return reading.rows().Get(kCouncils, {id});
        }));
        v1::ListGiftRegisterRequest ordered = asked;
        if (ordered.order_by().empty()) ordered.set_order_by(kNewestFirst);
        if (page.after.empty()) {
          TL_TRY(const std::vector<v1::Withheld> withheld, WithheldGifts(reading.rows(), scope));
          answer.mutable_withheld()->Assign(withheld.begin(), withheld.end());
        }
        return GiftListing().Fill(ordered, GiftSource(reading.rows(), scope), page,
                                  *answer.mutable_rows());
      });
}

}  // namespace twinledger::reporting
