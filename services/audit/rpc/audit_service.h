// twinledger.audit.v1: the log as it is, for people who check it. Every answer is read from the
// log's first byte through the chain rule, so that it rests on no table of this server.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "platform/rpc/streams.h"
#include "platform/rpc/workers.h"
#include "platform/server/module.h"
#include "twinledger/audit/v1/audit.grpc.pb.h"

namespace twinledger::rpc {
class UnaryCall;
}  // namespace twinledger::rpc

namespace twinledger::audit {

// Threads: thread-safe.
class AuditService final : public v1::AuditService::CallbackService {
 public:
  // What the context names must outlive it.
  explicit AuditService(const server::ModuleContext& context);

  grpc::ServerUnaryReactor* GetLog(grpc::CallbackServerContext* context,
                                   const v1::GetLogRequest* request,
                                   v1::GetLogResponse* response) override;
  grpc::ServerWriteReactor<v1::ReplayCommitsResponse>* ReplayCommits(
      grpc::CallbackServerContext* context, const v1::ReplayCommitsRequest* request) override;
  grpc::ServerWriteReactor<v1::StreamRecordsResponse>* StreamRecords(
      grpc::CallbackServerContext* context, const v1::StreamRecordsRequest* request) override;

 private:
  Result<void> FillLog(const rpc::UnaryCall& call, v1::GetLogResponse& response) const;
  Result<void> Replay(const v1::ReplayCommitsRequest& request,
                      rpc::StreamWriter<v1::ReplayCommitsResponse>& out) const;
  Result<void> Export(const v1::StreamRecordsRequest& request,
                      rpc::StreamWriter<v1::StreamRecordsResponse>& out) const;

  const server::ModuleContext context_;
  rpc::Streams streams_;
  rpc::Workers workers_;
};

}  // namespace twinledger::audit
