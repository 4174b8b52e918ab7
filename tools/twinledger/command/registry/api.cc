#include "twinledger/command/registry/api.h"

#include <fmt/format.h>

namespace twinledger::client {
namespace {

std::string Named(const char* collection, const std::string& typed) {
  return typed.find('/') == std::string::npos ? fmt::format("{}/{}", collection, typed) : typed;
}

// What a council has: `what` is "relationship" or the like.
Result<std::string> OwnedName(const char* what, const char* collection, const std::string& typed,
                              const std::string& council) {
  if (typed.find('/') != std::string::npos) return typed;
  if (!council.empty()) return fmt::format("{}/{}/{}", CouncilName(council), collection, typed);
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("whose {} is {}? Name the council with --council, or write "
                                      "councils/COUNCIL/{}/{}",
                                      what, typed, collection, typed),
               .reason = "COUNCIL_MISSING",
               .metadata = {{what, typed}}};
}

}  // namespace

std::vector<Column> CouncilApi::Columns() {
  return {{"name", "NAME"},     {"display_name", "COUNCIL"},
          {"kind", "KIND"},     {"region", "REGION"},
          {"status", "STATUS"}, {"population", "POPULATION", Column::Kind::kNumber}};
}

std::vector<Column> PartnerApi::Columns() {
  return {{"name", "NAME"},
          {"display_name", "PARTNER"},
          {"region", "REGION"},
          {"country", "COUNTRY"},
          {"level", "LEVEL"}};
}

std::vector<Column> RelationshipApi::Columns() {
  return {{"name", "NAME"},
          {"partner", "PARTNER ID", Column::Kind::kId},
          {"kind", "KIND"},
          {"status", "STATUS"},
          {"since", "SINCE"},
          {"update_time", "UPDATED", Column::Kind::kTime},
          {"partner_display_name", "PARTNER"}};
}

std::vector<Column> OfficialApi::Columns() {
  return {{"name", "NAME"},
          {"office", "OFFICE"},
          {"display_name", "OFFICIAL"},
          {"since", "SINCE"},
          {"until", "UNTIL"}};
}

std::vector<Column> PrincipalApi::Columns() {
  return {{"name", "NAME"},
          {"kind", "KIND"},
          {"display_name", "PRINCIPAL"},
          {"role", "ROLE"},
          {"donor_group_id", "DONOR GROUP", Column::Kind::kId},
          {"merged_into", "MERGED INTO"}};
}

std::vector<Column> StrategicAssetApi::Columns() {
  return {{"name", "NAME"},
          {"kind", "KIND"},
          {"owner", "OWNER"},
          {"register_ref", "REFERENCE"},
          {"stake_permille", "STAKE", Column::Kind::kNumber},
          {"criticality", "CRITICALITY"},
          {"reviewed_on", "REVIEWED"}};
}

std::string CouncilName(const std::string& typed) { return Named("councils", typed); }
std::string PartnerName(const std::string& typed) { return Named("partners", typed); }
std::string PrincipalName(const std::string& typed) { return Named("principals", typed); }

Result<std::string> RelationshipName(const std::string& typed, const std::string& council) {
  return OwnedName("relationship", "relationships", typed, council);
}

Result<std::string> OfficialName(const std::string& typed, const std::string& council) {
  return OwnedName("official", "officials", typed, council);
}

Result<std::string> AssetName(const std::string& typed, const std::string& council) {
  return OwnedName("asset", "assets", typed, council);
}

}  // namespace twinledger::client
