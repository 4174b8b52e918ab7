#include "registry/rpc/answers.h"
#include "registry/rpc/registry_service.h"

namespace twinledger::registry {
namespace {

constexpr std::string_view kListNationalRegister =
    "twinledger.registry.v1.RegistryService/ListNationalRegister";

const rpc::Listing& RegisterListing() {
  static const rpc::Listing listing(
      v1::NationalRegisterRow::descriptor(),
      {"council", "partner", "council_display_name", "partner_display_name", "country", "kind",
       "status", "since", "last_activity", "next_review_due"},
      {"council", "council_display_name", "partner_display_name", "country", "since",
       "last_activity", "next_review_due"},
      {"council_display_name", "partner_display_name", "relationship"},
      {{"council", "councils/"}, {"partner", "partners/"}});
  return listing;
}

// The answer depends on what it holds, and tells a council nothing of the others.
Result<void> TouchLines(const std::optional<CouncilId>& only,
                        const std::vector<RegisterLine>& lines, rpc::Reading& reading) {
  if (!only) return reading.TouchAll();
  TL_TRY_VOID(reading.Touch(KeyOf(*only)));
  for (const RegisterLine& line : lines) {
    TL_TRY_VOID(reading.Touch(KeyOf(PartnerId(line.relationship.fields().partner_id()))));
  }
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::ListNationalRegister(
    grpc::CallbackServerContext* context, const v1::ListNationalRegisterRequest* request,
    v1::ListNationalRegisterResponse* response) {
  return calls_.List(
      context, kListNationalRegister, *request, *response,
      [](const auto&, rpc::Violations&) { return rpc::Scope::OfAll(); },
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        std::optional<CouncilId> only;
        if (reading.admission().only_council) only.emplace(*reading.admission().only_council);
        TL_TRY(const std::vector<RegisterLine> lines, NationalRegister(reading.rows(), only));
        TL_TRY_VOID(TouchLines(only, lines, reading));
        std::vector<v1::NationalRegisterRow> rows = ResourcesOf(lines);
        return RegisterListing().Fill(asked, rows, page, *answer.mutable_rows());
      });
}

}  // namespace twinledger::registry
