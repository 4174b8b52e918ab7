// twinledger.risk.v1.RiskService: scores on demand, receipts, alerts. It writes nothing.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "platform/rpc/handler.h"
#include "risk/inputs/council_inputs.h"
#include "risk/rpc/service.h"
#include "twinledger/risk/v1/risk_service.grpc.pb.h"

namespace twinledger::risk {

// Threads: thread-safe; gRPC calls it from any.
class RiskService final : public v1::RiskService::CallbackService {
 public:
  RiskService(rpc::UnaryCalls& calls, const ServiceParts& parts);
  ~RiskService() override;

  grpc::ServerUnaryReactor* GetAssessment(grpc::CallbackServerContext* context,
                                          const v1::GetAssessmentRequest* request,
                                          v1::GetAssessmentResponse* response) override;
  grpc::ServerUnaryReactor* ListReceipts(grpc::CallbackServerContext* context,
                                         const v1::ListReceiptsRequest* request,
                                         v1::ListReceiptsResponse* response) override;
  grpc::ServerUnaryReactor* RecomputeAssessment(grpc::CallbackServerContext* context,
                                                const v1::RecomputeAssessmentRequest* request,
                                                v1::RecomputeAssessmentResponse* response) override;
  grpc::ServerUnaryReactor* ListAlerts(grpc::CallbackServerContext* context,
                                       const v1::ListAlertsRequest* request,
                                       v1::ListAlertsResponse* response) override;

 private:
  Result<void> FillAnswer(const v1::GetAssessmentRequest& asked, rpc::Reading& reading,
                          v1::GetAssessmentResponse& answer) const;
  Result<void> FillRecomputed(const v1::RecomputeAssessmentRequest& asked, rpc::Reading& reading,
                              v1::RecomputeAssessmentResponse& answer) const;

  rpc::UnaryCalls& calls_;
  const ServiceParts parts_;
};

}  // namespace twinledger::risk
