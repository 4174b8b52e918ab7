// twinledger.reporting.v1.ReportingService: parse, query, render.
//
// timeline_calls.cc answers on a relationship, gift_calls.cc on the register of gifts.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "platform/rpc/handler.h"
#include "twinledger/reporting/v1/reporting_service.grpc.pb.h"

namespace twinledger::reporting {

// Threads: thread-safe; gRPC calls it from any.
class ReportingService final : public v1::ReportingService::CallbackService {
 public:
  // `calls` must outlive it.
  explicit ReportingService(rpc::UnaryCalls& calls);
  ~ReportingService() override;

  grpc::ServerUnaryReactor* ListTimeline(grpc::CallbackServerContext* context,
                                         const v1::ListTimelineRequest* request,
                                         v1::ListTimelineResponse* response) override;
  grpc::ServerUnaryReactor* ListGiftRegister(grpc::CallbackServerContext* context,
                                             const v1::ListGiftRegisterRequest* request,
                                             v1::ListGiftRegisterResponse* response) override;

 private:
  rpc::UnaryCalls& calls_;
};

}  // namespace twinledger::reporting
