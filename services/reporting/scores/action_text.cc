#include "reporting/scores/action_text.h"

#include <fmt/format.h>

namespace twinledger::reporting {

std::string ActionText(const risk::v1::Reduction& action, const risk::Rules& rules) {
  const risk::v1::Mitigation* mitigation = rules.FindMitigation(action.mitigation());
  const std::string done = mitigation == nullptr ? action.mitigation() : mitigation->text();
  switch (action.kind()) {
    case risk::v1::REDUCTION_KIND_VERIFY:
      return "have a second person check: " + done;
    case risk::v1::REDUCTION_KIND_MITIGATE:
      return fmt::format("{}; have it checked", done);
    case risk::v1::REDUCTION_KIND_END:
      return "end what still holds";
    case risk::v1::REDUCTION_KIND_FILE_RECORDS:
      return "file the records that are missing";
    case risk::v1::REDUCTION_KIND_UNSPECIFIED:
    case risk::v1::ReductionKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case risk::v1::ReductionKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

std::string LineText(const risk::v1::Line& line, const risk::Rules& rules) {
  const risk::IndicatorRule* rule = rules.Find(line.indicator());
  if (rule == nullptr) return {};
  const auto found = rule->cases.find(line.case_());
  return found == rule->cases.end() ? std::string() : found->second->text();
}

}  // namespace twinledger::reporting
