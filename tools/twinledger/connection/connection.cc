#include "twinledger/connection/connection.h"

#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/environment.h"
#include "platform/crypto/system_random.h"
#include "platform/rpc/errors.h"
#include "twinledger/connection/retry.h"

namespace twinledger::client {
namespace {

using google::protobuf::MessageLite;
using std::chrono::milliseconds;
using Stub = grpc::TemplatedGenericStub<MessageLite, MessageLite>;

constexpr std::string_view kNotReached = "NOT_REACHED";
constexpr int kReceiveBytesMax = 16 * 1024 * 1024;  // A page of 1000 rows is below 2 MiB.

// gRPC writes to stderr what its status says too, in its own words; it is left to those who ask.
void SilenceTransport() {
  if (Environment("GRPC_VERBOSITY") || Environment("GRPC_TRACE")) return;
  gpr_set_log_function([](gpr_log_func_args*) {});
}

std::shared_ptr<grpc::Channel> OpenChannel(const Endpoint& endpoint) {
  SilenceTransport();
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

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Why there is no connection, by gRPC's text, for people.
Error NoConnection(const Endpoint& endpoint, const std::string& text) {
  const std::string at = fmt::format("{} ({})", endpoint.server, endpoint.server_source);
  Error error{
      .code = Code::kUnavailable,
      .message = "",
      .reason = std::string(kNotReached),
      .metadata = {
          {"server", endpoint.server}, {"source", endpoint.server_source}, {"transport", text}}};
  const bool other_authority =
      Contains(text, "certificate verify failed") || Contains(text, "CERTIFICATE_VERIFY_FAILED");
  if (other_authority || Contains(text, "Peer name")) {
    error.code = Code::kUnauthenticated;
    error.reason = "SERVER_NOT_TRUSTED";
    error.message =
        other_authority
            ? fmt::format(
                  "the server at {} is not one that {} vouches for: name the server that "
                  "these credentials are from with --server, or use its own with "
                  "--credentials",
                  at, (endpoint.folder / "ca.pem").string())
            : fmt::format(
                  "the server at {} has no certificate for that name: use one of those that "
                  "it was started with (--server-names)",
                  at);
  } else if (endpoint.not_after < SystemClock().Now()) {
    error.code = Code::kUnauthenticated;
    error.reason = "CREDENTIALS_EXPIRED";
    error.message = fmt::format(
        "{} is not valid any more, and the server at {} does not take it: "
        "have the credentials issued again",
        (endpoint.folder / "cert.pem").string(), at);
  } else if (Contains(text, "Connection refused") || Contains(text, "No route to host") ||
             Contains(text, "Network is unreachable")) {
    error.message = fmt::format(
        "cannot reach {}: nothing listens there. Start the server, or name "
        "the right address with --server HOST:PORT",
        at);
  } else if (Contains(text, "DNS resolution failed")) {
    error.message = fmt::format(
        "cannot reach {}: there is no host of that name. Name the right "
        "address with --server HOST:PORT",
        at);
  } else {
    error.message = fmt::format(
        "cannot reach {} with the credentials in {}: is it a Twinledger "
        "server, is it running, are the credentials from it? ({})",
        at, endpoint.folder.string(), text);
  }
  return error;
}

}  // namespace

Error Interrupted() {
  return Error{.code = Code::kCancelled, .message = "interrupted", .reason = "CANCELLED"};
}

// Knows the calls in flight, so that they can be ended.
class Connection::Calls {
 public:
  Calls(const Endpoint& endpoint, milliseconds timeout, milliseconds connect_limit)
      : endpoint_(endpoint),
        timeout_(timeout),
        connect_limit_(connect_limit),
        stub_(OpenChannel(endpoint)) {}

  Result<void> CallOnce(const std::string& method, const MessageLite& request,
                        MessageLite& response, milliseconds timeout) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + timeout);
    if (!Enter(context)) return Interrupted();
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
    if (!Enter(context)) return Interrupted();
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

  // Whether a call that failed is to be repeated so long after its first attempt: one that has
  // never found the server is soon told of, one that has may see it restart.
  bool IsWorthRepeating(milliseconds elapsed) const {
    return reached_ || elapsed < std::min(connect_limit_, timeout_);
  }

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

  Result<void> Told(const grpc::Status& status) {
    Error error = rpc::FromStatus(status);
    // A server's own errors have reasons; these words are gRPC's.
    const bool of_transport = error.code == Code::kUnavailable && error.reason == "UNAVAILABLE";
    const bool of_server = status.ok() || error.reason != rpc::Name(error.code);
    if (of_server) reached_ = true;
    if (status.ok()) return {};
    if (of_transport) return NoConnection(endpoint_, status.error_message());
    if (error.code == Code::kDeadlineExceeded && !of_server) {
      error.message = fmt::format(
          "no answer from {} ({}) in time: try again, with a longer --timeout "
          "if need be, and look whether the address is right",
          endpoint_.server, endpoint_.server_source);
    }
    return error;
  }

  const Endpoint endpoint_;
  const milliseconds timeout_;
  const milliseconds connect_limit_;
  std::atomic<bool> reached_ = false;
  Stub stub_;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> running_ ABSL_GUARDED_BY(mutex_);
};

Connection::Connection(const Endpoint& endpoint, milliseconds timeout, milliseconds connect_limit)
    : calls_(std::make_unique<Calls>(endpoint, timeout, connect_limit)) {}

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
  bool open = false;  // Whether an attempt may have been recorded.
  const auto told = [&](Error error) -> Result<void> {
    if (open && IsNotRecorded(error)) error.metadata.emplace(kEarlierAttempt, "open");
    return error;
  };
  while (true) {
    const milliseconds left = calls_->timeout() - elapsed();
    Result<void> answer =
        calls_->CallOnce(method, request, response, std::max(left, milliseconds(1)));
    if (answer.ok()) return answer;
    open = open || !IsNotRecorded(answer.error());
    // Says more than that the time is over.
    if (answer.error().code == Code::kDeadlineExceeded && unreachable) return told(*unreachable);
    if (answer.error().code == Code::kUnavailable) unreachable = answer.error();
    const auto wait = retry.After(answer.error(), elapsed());
    if (!wait || !calls_->IsWorthRepeating(elapsed() + *wait)) return told(answer.error());
    if (!calls_->Wait(*wait)) return Interrupted();
  }
}

Result<void> Connection::Stream(const std::string& method, const MessageLite& request,
                                MessageLite& item, const std::function<bool()>& each) {
  return calls_->Stream(method, request, item, each);
}

void Connection::Cancel() { calls_->Cancel(); }

}  // namespace twinledger::client
