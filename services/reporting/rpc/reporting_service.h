// twinledger.reporting.v1.ReportingService: parse, query, render.
//
// overview_calls.cc answers on the country and its work queue, scorecard_calls.cc on a council,
// timeline_calls.cc on a relationship, gift_calls.cc on the register of gifts.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <string>

#include "platform/base/clock.h"
#include "platform/rpc/handler.h"
#include "reporting/scores/countries.h"
#include "twinledger/reporting/v1/reporting_service.grpc.pb.h"

namespace twinledger::reporting {

// Threads: thread-safe; gRPC calls it from any.
class ReportingService final : public v1::ReportingService::CallbackService {
 public:
  // Both must outlive it.
  ReportingService(rpc::UnaryCalls& calls, const Clock& clock);
  ~ReportingService() override;

  grpc::ServerUnaryReactor* GetOverview(grpc::CallbackServerContext* context,
                                        const v1::GetOverviewRequest* request,
                                        v1::GetOverviewResponse* response) override;
  grpc::ServerUnaryReactor* ListWorkQueue(grpc::CallbackServerContext* context,
                                          const v1::ListWorkQueueRequest* request,
                                          v1::ListWorkQueueResponse* response) override;
  grpc::ServerUnaryReactor* GetScorecard(grpc::CallbackServerContext* context,
                                         const v1::GetScorecardRequest* request,
                                         v1::GetScorecardResponse* response) override;
  grpc::ServerUnaryReactor* ListTimeline(grpc::CallbackServerContext* context,
                                         const v1::ListTimelineRequest* request,
                                         v1::ListTimelineResponse* response) override;
  grpc::ServerUnaryReactor* ListGiftRegister(grpc::CallbackServerContext* context,
                                             const v1::ListGiftRegisterRequest* request,
                                             v1::ListGiftRegisterResponse* response) override;

 private:
  // Of what the caller may see and asked for, at the reading's cut.
  Result<Country> CountryAt(const rpc::Reading& reading, const std::string& parent, risk::Day day);

  rpc::UnaryCalls& calls_;
  const Clock& clock_;
  CountryParts parts_;
};

}  // namespace twinledger::reporting
