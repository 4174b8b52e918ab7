#include "reporting/rpc/reporting_service.h"

#include <memory>

#include "reporting/rpc/service.h"

namespace twinledger::reporting {

// Four countries of 10,000 relationships.
constexpr std::size_t kPartsBytesMax = std::size_t{128} << 20;

// Here and not in the header: what gRPC generates for the methods is compiled once.
ReportingService::ReportingService(rpc::UnaryCalls& calls, const Clock& clock)
    : calls_(calls), clock_(clock), parts_(kPartsBytesMax) {}

ReportingService::~ReportingService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const Clock& clock) {
  return std::make_unique<ReportingService>(calls, clock);
}

}  // namespace twinledger::reporting
