#include "platform/rpc/spare_poller.h"

#include <absl/synchronization/notification.h>
#include <google/protobuf/empty.pb.h>
#include <grpc/support/cpu.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <latch>
#include <list>
#include <optional>
#include <utility>

namespace twinledger::rpc {
namespace {

using Nothing = google::protobuf::Empty;

// Calls that fail at once, each with a callback on one of gRPC's threads.
class FailingCalls {
 public:
  void Start(std::function<void()> callback) {
    grpc::ClientContext& context = contexts_.emplace_back();
    stub_.UnaryCall(&context, "/twinledger/Nothing", grpc::StubOptions(), &request_, &response_,
                    [callback = std::move(callback)](const grpc::Status&) { callback(); });
  }

 private:
  grpc::TemplatedGenericStub<Nothing, Nothing> stub_{grpc::CreateChannel("", nullptr)};
  std::list<grpc::ClientContext> contexts_;
  const Nothing request_;
  Nothing response_;
};

int PollersOfGrpc() { return static_cast<int>(std::clamp(gpr_cpu_num_cores() / 2, 2U, 16U)); }

TEST(SparePollerTest, TheOthersRunCallbacksAndTheSpareOneRunsThemOnceItIsLetGo) {
  FailingCalls calls;
  std::optional<SparePoller> spare(2);
  const int others = PollersOfGrpc() - 1;
  absl::Notification go_on;
  std::latch busy(others);
  std::latch ended(others);
  for (int i = 0; i < others; ++i) {
    calls.Start([&] {
      busy.count_down();
      go_on.WaitForNotification();
      ended.count_down();
    });
  }
  busy.wait();
  absl::Notification ran;
  calls.Start([&ran] { ran.Notify(); });
  EXPECT_FALSE(ran.HasBeenNotified());
  spare.reset();
  ran.WaitForNotification();
  go_on.Notify();
  ended.wait();
}

TEST(SparePollerTest, WithManyProcessorsNoneIsKeptAside) {
  FailingCalls calls;
  const SparePoller spare(4);
  const int all = PollersOfGrpc();
  std::latch at_once(all);
  std::latch ended(all);
  for (int i = 0; i < all; ++i) {
    calls.Start([&] {
      at_once.arrive_and_wait();
      ended.count_down();
    });
  }
  ended.wait();
}

}  // namespace
}  // namespace twinledger::rpc
