// The service as its host sees it; what it is made of is in risk_service.h.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/log/chain.h"
#include "platform/projection/runner.h"
#include "platform/rpc/handler.h"
#include "risk/domain/rule_set.h"

namespace twinledger::risk {

inline constexpr std::string_view kServiceName = "twinledger.risk.v1.RiskService";

// What the service answers from. All outlives it.
struct ServiceParts {
  const projection::Runner& runner;
  const log::Founding& founding;
  const Clock& clock;
  const Rules& rules;
};

// Threads: thread-safe; gRPC calls it from any.
std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const ServiceParts& parts);

}  // namespace twinledger::risk
