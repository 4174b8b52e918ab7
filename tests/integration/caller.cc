#include "tests/integration/caller.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <condition_variable>
#include <mutex>

#include "platform/rpc/errors.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {

using google::protobuf::MessageLite;

struct Caller::Stub {
  mutable grpc::TemplatedGenericStub<MessageLite, MessageLite> generic;
};

Caller::Caller(const std::string& server, const std::filesystem::path& bundle)
    : stub_(std::make_unique<Stub>(
          Stub{grpc::TemplatedGenericStub<MessageLite, MessageLite>(grpc::CreateChannel(
              server, grpc::SslCredentials({.pem_root_certs = ReadFile(bundle / "ca.pem"),
                                            .pem_private_key = ReadFile(bundle / "key.pem"),
                                            .pem_cert_chain = ReadFile(bundle / "cert.pem")})))})) {
}

Caller::~Caller() = default;

Result<void> Caller::Call(const std::string& method, const MessageLite& request,
                          MessageLite& response) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  context.set_wait_for_ready(true);
  std::mutex mutex;
  std::condition_variable done;
  std::optional<grpc::Status> status;
  stub_->generic.UnaryCall(&context, "/" + method, {}, &request, &response,
                           [&](grpc::Status answered) {
                             const std::scoped_lock lock(mutex);
                             status = std::move(answered);
                             done.notify_all();
                           });
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return status.has_value(); });
  if (status->ok()) return {};
  return rpc::FromStatus(*status);
}

}  // namespace twinledger::testing
