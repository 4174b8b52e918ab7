#include "platform/rpc/spare_poller.h"

#include <absl/synchronization/notification.h>
#include <google/protobuf/empty.pb.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

namespace twinledger::rpc {
namespace {

// From here on gRPC has a thread for every two processors, and at least two.
constexpr unsigned kManyProcessors = 4;

using Nothing = google::protobuf::Empty;

}  // namespace

struct SparePoller::Call {
  // Without credentials every call fails before it leaves the process.
  grpc::TemplatedGenericStub<Nothing, Nothing> stub{grpc::CreateChannel("", nullptr)};
  grpc::ClientContext context;
  Nothing request;
  Nothing response;
  absl::Notification release;
  absl::Notification released;
};

SparePoller::SparePoller(unsigned processors) {
  if (processors >= kManyProcessors) return;
  call_ = std::make_unique<Call>();
  Call& call = *call_;
  call.stub.UnaryCall(&call.context, "/twinledger/Nothing", grpc::StubOptions(), &call.request,
                      &call.response, [&call](const grpc::Status&) {
                        call.release.WaitForNotification();
                        call.released.Notify();
                      });
}

SparePoller::~SparePoller() {
  if (call_ == nullptr) return;
  call_->release.Notify();
  call_->released.WaitForNotification();
}

}  // namespace twinledger::rpc
