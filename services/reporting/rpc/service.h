// The service as its host sees it; what it is made of is in reporting_service.h.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/rpc/handler.h"

namespace twinledger::reporting {

inline constexpr std::string_view kServiceName = "twinledger.reporting.v1.ReportingService";

// Both must outlive it; the clock says which day is today. It opens nothing that is sealed.
// Threads: thread-safe; gRPC calls it from any.
std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const Clock& clock);

}  // namespace twinledger::reporting
