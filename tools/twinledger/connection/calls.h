// gRPC to any of several servers, over mTLS: one attempt each, and what became of it in the
// client's terms. Knows what is in flight, so that it can be ended.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "platform/base/result.h"
#include "twinledger/connection/endpoint.h"

namespace grpc {
class ClientContext;
}  // namespace grpc

namespace twinledger::client {

// How what the user ends, ends: CANCELLED.
Error Interrupted();

// Messages to send one after another, and what is made of those that come back, in any order.
// Threads: called on that of the call.
struct RowsOut {
  // A stream begins: what has no answer is to be sent, from the first.
  std::function<void()> begin;
  // The next one, which lives until it is asked again; null where there is none any more.
  std::function<const google::protobuf::MessageLite*()> next;
  google::protobuf::MessageLite& answer;
  std::function<void()> take;  // `answer` is filled.
  std::function<void()> tick;  // About ten times a second.
};

// Threads: thread-safe.
class Calls {
 public:
  using Message = google::protobuf::MessageLite;

  // Each attempt tells the server `trace_id` (platform/telemetry/trace_context.h).
  Calls(const Endpoint& endpoint, std::string trace_id);
  ~Calls();  // Ends checks that are under way.
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  // The errors are the server's own, and those of unreachable.h. DEADLINE_EXCEEDED where `time` is
  // over; CANCELLED only after Cancel.
  Result<void> Unary(const std::string& address, const std::string& method, const Message& request,
                     Message& response, std::chrono::milliseconds time);
  Result<void> Stream(const std::string& address, const std::string& method, const Message& request,
                      Message& item, const std::function<bool()>& each);

  // Runs a call that streams both ways, until the server ends it. CANCELLED only after Cancel;
  // UNAVAILABLE, reason NO_ANSWER, where nothing comes or goes for so long.
  Result<void> Exchange(const std::string& address, const std::string& method, const RowsOut& rows,
                        std::chrono::milliseconds silence_max);

  // Asks grpc.health.v1 whether `service` is served. `told` is called once, on any thread: with
  // nothing if it is, or if the server answers and does not know the question; else with why not.
  using Told = std::function<void(const Result<void>&)>;
  void Check(const std::string& address, const std::string& service, std::chrono::milliseconds time,
             Told told);

  // Ends what is in flight, and all that comes later, with CANCELLED.
  void Cancel();
  // False once cancelled.
  bool Wait(std::chrono::milliseconds wait);

  // Whether a server has ever answered.
  bool reached() const { return reached_; }

 private:
  using Stub = grpc::TemplatedGenericStub<Message, Message>;

  Stub& StubOf(const std::string& address);
  // Every call goes through it: it tells the trace, and that the call may be ended.
  bool Enter(grpc::ClientContext& context);
  void Leave(grpc::ClientContext& context);
  bool IsCancelled();
  Result<void> Judge(const std::string& address, const grpc::Status& status);
  void EndCheck();

  const Endpoint endpoint_;
  const std::string trace_id_;
  std::atomic<bool> reached_ = false;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  int checks_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<grpc::ClientContext*> running_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<Stub>> stubs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::client
