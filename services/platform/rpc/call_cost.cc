#include "platform/rpc/call_cost.h"

#include <algorithm>
#include <array>
#include <utility>

namespace twinledger::rpc {
namespace {

constexpr double kOneRecord = 1;
constexpr double kPage = 5;     // Up to 1000 rows.
constexpr double kScores = 20;  // Reads what a council, or the country, has recorded.
constexpr double kWholeLog = 100;

// Those that are neither of one record nor a page of a list.
constexpr std::array<std::pair<std::string_view, double>, 10> kDear{{
    {"twinledger.audit.v1.AuditService/GetLog", kWholeLog},
    {"twinledger.audit.v1.AuditService/ReplayCommits", kWholeLog},
    {"twinledger.audit.v1.AuditService/StreamRecords", kWholeLog},
    {"twinledger.operations.v1.OperationsService/GetHealth", kPage},  // Of every partition.
    {"twinledger.operations.v1.OperationsService/RebuildProjection", kWholeLog},
    {"twinledger.reporting.v1.ReportingService/GetOverview", kScores},
    {"twinledger.reporting.v1.ReportingService/GetScorecard", kScores},
    {"twinledger.reporting.v1.ReportingService/ListWorkQueue", kScores},
    {"twinledger.risk.v1.RiskService/GetAssessment", kScores},
    {"twinledger.risk.v1.RiskService/RecomputeAssessment", kScores},
}};

}  // namespace

double CostOf(std::string_view method) {
  const auto dear = std::ranges::find(kDear, method, [](const auto& row) { return row.first; });
  if (dear != kDear.end()) return dear->second;
  return method.substr(method.rfind('/') + 1).starts_with("List") ? kPage : kOneRecord;
}

}  // namespace twinledger::rpc
