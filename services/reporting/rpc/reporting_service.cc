#include "reporting/rpc/reporting_service.h"

#include <memory>

#include "reporting/rpc/service.h"

namespace twinledger::reporting {

// Here and not in the header: what gRPC generates for the methods is compiled once.
ReportingService::ReportingService(rpc::UnaryCalls& calls) : calls_(calls) {}

ReportingService::~ReportingService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls,
                                           const projection::Runner& /*runner*/,
                                           keyring::Keyring& /*keyring*/) {
  return std::make_unique<ReportingService>(calls);
}

}  // namespace twinledger::reporting
