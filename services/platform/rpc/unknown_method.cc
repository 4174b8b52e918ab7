#include "platform/rpc/unknown_method.h"

#include "platform/rpc/errors.h"

namespace twinledger::rpc {
namespace {

class Refusal final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Refusal(const Error& error) { Finish(ToStatus(error)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerGenericBidiReactor* UnknownMethod::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new Refusal({.code = Code::kUnimplemented,
                      .message = "no method " + context->method() +
                                 ": check the client's version against the server's",
                      .reason = "UNKNOWN_METHOD",
                      .metadata = {{"method", context->method()}}});
}

}  // namespace twinledger::rpc
