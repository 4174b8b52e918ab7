// Answers calls of methods that no service has: UNIMPLEMENTED, reason UNKNOWN_METHOD. Without it
// gRPC answers itself, and its errors carry no ErrorInfo.
//
// Threads: thread-safe. It must outlive the server that it is registered with.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

namespace twinledger::rpc {

class UnknownMethod final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;
};

}  // namespace twinledger::rpc
