// grpc.health.v1 where the services are, over mutual TLS: what a client asks before it chooses one
// of several replicas. Every role may; it tells what a probe is told, and nothing else.
#pragma once

#include "grpc/health/v1/health.grpc.pb.h"
#include "platform/rpc/gate.h"
#include "platform/server/health.h"

namespace twinledger::server {

// Threads: thread-safe.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // Both must outlive it.
  HealthService(rpc::Gate& gate, const Health& health) : gate_(gate), health_(health) {}

  // NOT_FOUND, reason SERVICE_UNKNOWN, of a service that this process does not host.
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;

 private:
  rpc::Gate& gate_;
  const Health& health_;
};

}  // namespace twinledger::server
