#include "twinledger/command/registry/api.h"

#include <fmt/format.h>

namespace twinledger::client {
namespace {

std::string Named(const char* collection, const std::string& typed) {
  return typed.find('/') == std::string::npos ? fmt::format("{}/{}", collection, typed) : typed;
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

std::string CouncilName(const std::string& typed) { return Named("councils", typed); }
std::string PartnerName(const std::string& typed) { return Named("partners", typed); }

Result<std::string> RelationshipName(const std::string& typed, const std::string& council) {
  if (typed.find('/') != std::string::npos) return typed;
  if (!council.empty()) return fmt::format("{}/relationships/{}", CouncilName(council), typed);
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("whose relationship is {}? Name the council with --council, or "
                             "write councils/COUNCIL/relationships/{}",
                             typed, typed),
      .reason = "COUNCIL_MISSING",
      .metadata = {{"relationship", typed}}};
}

}  // namespace twinledger::client
