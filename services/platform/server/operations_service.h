// twinledger.operations.v1: what operators see and do. Counts and positions, never content.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/rpc/gate.h"
#include "platform/rpc/streams.h"
#include "platform/server/health_findings.h"
#include "platform/server/log_scrub.h"
#include "platform/server/module.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger::server {

// Threads: thread-safe.
class OperationsService final : public operations::v1::OperationsService::CallbackService {
 public:
  static constexpr std::string_view kName = "twinledger.operations.v1.OperationsService";

  // What it is given must outlive it.
  OperationsService(const ModuleContext& context,
                    const std::vector<std::unique_ptr<Module>>& modules, const LogScrub& scrub,
                    WallTime certificate_ends, std::uint64_t fields_without_keys,
                    std::string version);

  void SetDraining() { draining_ = true; }

  grpc::ServerUnaryReactor* ListProjections(
      grpc::CallbackServerContext* context, const operations::v1::ListProjectionsRequest* request,
      operations::v1::ListProjectionsResponse* response) override;
  grpc::ServerWriteReactor<operations::v1::RebuildProjectionResponse>* RebuildProjection(
      grpc::CallbackServerContext* context,
      const operations::v1::RebuildProjectionRequest* request) override;
  grpc::ServerUnaryReactor* GetHealth(grpc::CallbackServerContext* context,
                                      const operations::v1::GetHealthRequest* request,
                                      operations::v1::GetHealthResponse* response) override;

 private:
  using RebuildWriter = rpc::StreamWriter<operations::v1::RebuildProjectionResponse>;
  Result<void> RunRebuild(const Operated& projection, bool replace, RebuildWriter& out);
  HealthBounds Bounds() const;
  Ground GroundNow() const;

  const ModuleContext context_;
  std::vector<Operated> projections_;
  const LogScrub& scrub_;
  const WallTime certificate_ends_;
  const std::uint64_t fields_without_keys_;  // At the start.
  const std::string version_;
  const WallTime started_at_;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> rebuilding_ = false;
  rpc::Streams streams_;
};

}  // namespace twinledger::server
