#include "platform/rpc/unreadable_message.h"

#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <utility>
#include <vector>

#include "platform/rpc/errors.h"

namespace twinledger::rpc {
namespace {

namespace experimental = grpc::experimental;

// gRPC's own answer; every one of ours has a message (unknown_method.h).
bool IsUnread(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNIMPLEMENTED && status.error_message().empty();
}

class Explanation final : public experimental::Interceptor {
 public:
  void Intercept(experimental::InterceptorBatchMethods* batch) override {
    using experimental::InterceptionHookPoints;
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) &&
        IsUnread(batch->GetSendStatus())) {
      batch->ModifySendStatus(ToStatus(Error{
          .code = Code::kInvalidArgument,
          .message = "the message cannot be parsed: send it in Protocol Buffers' binary form, "
                     "texts as UTF-8, and check the client's version against the server's",
          .reason = "MESSAGE_UNREADABLE"}));
    }
    batch->Proceed();
  }
};

class ExplanationFactory final : public experimental::ServerInterceptorFactoryInterface {
 public:
  experimental::Interceptor* CreateServerInterceptor(experimental::ServerRpcInfo*) override {
    return new Explanation();  // gRPC deletes it with the call.
  }
};

}  // namespace

void ExplainUnreadableMessages(grpc::ServerBuilder& builder) {
  std::vector<std::unique_ptr<experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<ExplanationFactory>());
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace twinledger::rpc
