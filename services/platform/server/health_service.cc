#include "platform/server/health_service.h"

#include <optional>

#include "platform/rpc/handler.h"

namespace twinledger::server {
namespace {

using grpc::health::v1::HealthCheckResponse;

constexpr std::string_view kCheck = "grpc.health.v1.Health/Check";

Error ServiceUnknown(const std::string& service) {
  return {Code::kNotFound,
          "service \"" + service + "\" is not hosted here; ask another server",
          "SERVICE_UNKNOWN",
          {{"service", service}}};
}

}  // namespace

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const grpc::health::v1::HealthCheckRequest* request,
                                               HealthCheckResponse* response) {
  rpc::UnaryCall call(gate_, *context, kCheck);
  Result<void> result = call.Enter(request->ByteSizeLong());
  if (result.ok()) result = call.Authorize(rpc::Scope::OfAll());
  if (result.ok()) {
    const std::optional<bool> serves = health_.Serves(request->service());
    if (!serves) {
      result = ServiceUnknown(request->service());
    } else {
      response->set_status(*serves ? HealthCheckResponse::SERVING
                                   : HealthCheckResponse::NOT_SERVING);
    }
  }
  grpc::ServerUnaryReactor* const reactor = call.reactor();
  call.Finish(result);
  return reactor;
}

}  // namespace twinledger::server
