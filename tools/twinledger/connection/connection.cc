#include "twinledger/connection/connection.h"

#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/rpc/errors.h"
#include "twinledger/connection/retry.h"

namespace twinledger::client {
namespace {

using google::protobuf::MessageLite;
using std::chrono::milliseconds;
using Stub = grpc::TemplatedGenericStub<MessageLite, MessageLite>;

constexpr int kReceiveBytesMax = 16 * 1024 * 1024;  // A page of 1000 rows is below 2 MiB.

std::shared_ptr<grpc::Channel> OpenChannel(const Endpoint& endpoint) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = endpoint.ca_pem;
  tls.pem_private_key = endpoint.key_pem;
  tls.pem_cert_chain = endpoint.cert_pem;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kReceiveBytesMax);
  // A server that restarts is there again after a second; gRPC would wait for up to half a minute.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 500);
  return grpc::CreateCustomChannel(endpoint.server, grpc::SslCredentials(tls), arguments);
}

Error Cancelled() {
  return Error{.code = Code::kCancelled, .message = "interrupted", .reason = "CANCELLED"};
}

}  // namespace

// Knows the calls in flight, so that they can be ended.
class Connection::Calls {
 public:
  Calls(const Endpoint& endpoint, milliseconds timeout)
      : server_(endpoint.server),
        folder_(endpoint.folder.string()),
        timeout_(timeout),
        stub_(OpenChannel(endpoint)) {}

  Result<void> CallOnce(const std::string& method, const MessageLite& request,
                        MessageLite& response, milliseconds timeout) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + timeout);
    if (!Enter(context)) return Cancelled();
    grpc::Status status;
    absl::Notification done;
    stub_.UnaryCall(&context, method, {}, &request, &response, [&](grpc::Status answered) {
      status = std::move(answered);
      done.Notify();
    });
    done.WaitForNotification();
    Leave(context);
    return Told(status);
  }

  Result<void> Stream(const std::string& method, const MessageLite& request, MessageLite& item,
                      const std::function<bool()>& each) {
    grpc::ClientContext context;
    if (!Enter(context)) return Cancelled();
    grpc::CompletionQueue queue;
    const auto call = stub_.PrepareCall(&context, method, &queue);
    const auto step = [&queue] {  // One operation at a time, so the tag says nothing.
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    call->StartCall(nullptr);
    bool going = step();
    if (going) {
      call->WriteLast(request, grpc::WriteOptions(), nullptr);
      going = step();
    }
    bool stopped = false;
    while (going && !stopped) {
      call->Read(&item, nullptr);
      going = step();
      if (going && !each()) {
        stopped = true;
        context.TryCancel();
      }
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    step();
    queue.Shutdown();
    Leave(context);
    if (stopped) return {};
    return Told(status);
  }

  void Cancel() {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    for (grpc::ClientContext* context : running_) context->TryCancel();
  }

  // False once cancelled.
  bool Wait(milliseconds wait) {
    absl::MutexLock lock(&mutex_);
    return !mutex_.AwaitWithTimeout(absl::Condition(&cancelled_), absl::FromChrono(wait));
  }

  milliseconds timeout() const { return timeout_; }

 private:
  bool Enter(grpc::ClientContext& context) {
    absl::MutexLock lock(&mutex_);
    if (!cancelled_) running_.insert(&context);
    return !cancelled_;
  }

  void Leave(grpc::ClientContext& context) {
    absl::MutexLock lock(&mutex_);
    running_.erase(&context);
  }

  Result<void> Told(const grpc::Status& status) const {
    if (status.ok()) return {};
    Error error = rpc::FromStatus(status);
    const bool of_transport = error.code == Code::kUnavailable && error.reason == "UNAVAILABLE";
    if (of_transport) {  // gRPC's own words name sockets, not what a person can do.
      error.message = fmt::format(
          "cannot reach {} with the credentials in {}: is the server running, is its address "
          "right, "
          "are the credentials from this server and still valid? ({})",
          server_, folder_, error.message);
      error.metadata["server"] = server_;
    }
    return error;
  }

  const std::string server_;
  const std::string folder_;
  const milliseconds timeout_;
  Stub stub_;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> running_ ABSL_GUARDED_BY(mutex_);
};

Connection::Connection(const Endpoint& endpoint, milliseconds timeout)
    : calls_(std::make_unique<Calls>(endpoint, timeout)) {}

Connection::~Connection() = default;

Result<void> Connection::Call(const std::string& method, const MessageLite& request,
                              MessageLite& response) {
  const SystemClock clock;
  crypto::SystemRandom random;
  Retry retry(calls_->timeout(), random);
  const MonotonicTime start = clock.Monotonic();
  const auto elapsed = [&] {
    return std::chrono::duration_cast<milliseconds>(clock.Monotonic() - start);
  };
  std::optional<Error> unreachable;
  while (true) {
    const milliseconds left = calls_->timeout() - elapsed();
    Result<void> answer =
        calls_->CallOnce(method, request, response, std::max(left, milliseconds(1)));
    if (answer.ok()) return answer;
    // Says more than that the time is over.
    if (answer.error().code == Code::kDeadlineExceeded && unreachable) return *unreachable;
    if (answer.error().code == Code::kUnavailable) unreachable = answer.error();
    const auto wait = retry.After(answer.error(), elapsed());
    if (!wait) return answer;
    if (!calls_->Wait(*wait)) return Cancelled();
  }
}

Result<void> Connection::Stream(const std::string& method, const MessageLite& request,
                                MessageLite& item, const std::function<bool()>& each) {
  return calls_->Stream(method, request, item, each);
}

void Connection::Cancel() { calls_->Cancel(); }

}  // namespace twinledger::client
