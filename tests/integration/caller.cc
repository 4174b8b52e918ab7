#include "tests/integration/caller.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>

#include <condition_variable>
#include <mutex>

#include "platform/base/check.h"
#include "platform/rpc/errors.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {

using google::protobuf::MessageLite;

TwoWayCall::TwoWayCall(std::shared_ptr<grpc::Channel> channel, const std::string& method,
                       std::chrono::milliseconds time)
    : channel_(std::move(channel)), stub_(channel_) {
  context_.set_deadline(std::chrono::system_clock::now() + time);
  context_.set_wait_for_ready(true);
  call_ = stub_.PrepareCall(&context_, method, &queue_);
  call_->StartCall(nullptr);
  Step();
}

TwoWayCall::~TwoWayCall() {
  context_.TryCancel();
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

bool TwoWayCall::Step() {
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

bool TwoWayCall::Send(const MessageLite& message) { return SendBytes(message.SerializeAsString()); }

bool TwoWayCall::SendBytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  call_->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  return Step();
}

void TwoWayCall::SendNoMore() {
  call_->WritesDone(nullptr);
  Step();
}

bool TwoWayCall::Receive(MessageLite& message) {
  grpc::ByteBuffer bytes;
  call_->Read(&bytes, nullptr);
  if (!Step()) return false;
  grpc::Slice slice;
  TL_CHECK(bytes.DumpToSingleSlice(&slice).ok());
  return message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

Result<void> TwoWayCall::Finish() {
  grpc::Status status;
  call_->Finish(&status, nullptr);
  Step();
  if (status.ok()) return {};
  return rpc::FromStatus(status);
}

struct Caller::Stub {
  std::shared_ptr<grpc::Channel> channel;
  mutable grpc::TemplatedGenericStub<MessageLite, MessageLite> generic{channel};
};

Caller::Caller(const std::string& server, const std::filesystem::path& bundle)
    : stub_(std::make_unique<Stub>(Stub{grpc::CreateChannel(
          server, grpc::SslCredentials({.pem_root_certs = ReadFile(bundle / "ca.pem"),
                                        .pem_private_key = ReadFile(bundle / "key.pem"),
                                        .pem_cert_chain = ReadFile(bundle / "cert.pem")}))})) {}

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

std::unique_ptr<TwoWayCall> Caller::Open(const std::string& method,
                                         std::chrono::milliseconds time) const {
  return std::make_unique<TwoWayCall>(stub_->channel, "/" + method, time);
}

}  // namespace twinledger::testing
