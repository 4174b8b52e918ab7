#include "twinledger/connection/calls.h"

#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>

#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "platform/base/environment.h"
#include "platform/crypto/system_random.h"
#include "platform/rpc/errors.h"
#include "platform/telemetry/trace_context.h"
#include "twinledger/connection/unreachable.h"

namespace twinledger::client {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using std::chrono::milliseconds;

constexpr const char* kCheck = "/grpc.health.v1.Health/Check";
constexpr int kReceiveBytesMax = 16 * 1024 * 1024;  // A page of 1000 rows is below 2 MiB.

// gRPC writes to stderr what its status says too, in its own words; it is left to those who ask.
void SilenceTransport() {
  if (Environment("GRPC_VERBOSITY") || Environment("GRPC_TRACE")) return;
  gpr_set_log_function([](gpr_log_func_args*) {});
}

std::shared_ptr<grpc::Channel> OpenChannel(const Endpoint& endpoint, const std::string& address) {
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
  // Whoever named a name trusts the servers of that name, whatever numbers it stands for today.
  if (!endpoint.servers.name.empty()) arguments.SetSslTargetNameOverride(endpoint.servers.name);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments);
}

// What a check is to whoever chooses a replica. One that answers anything else is there: what it
// has against this caller it says to the call.
Result<void> Verdict(const std::string& address, milliseconds time, const Result<void>& asked,
                     const HealthCheckResponse& answer) {
  if (asked.ok()) {
    if (answer.status() == HealthCheckResponse::NOT_SERVING) return NotServing(address);
    return {};
  }
  Error error = asked.error();
  if (error.code == Code::kDeadlineExceeded) return NoAnswer(address, time);
  // As a call would be told: of what was asked for nothing was looked up.
  if (error.reason == "SERVICE_UNKNOWN") error.code = Code::kUnimplemented;
  // An older server, which cannot be asked, is no worse for it.
  if (error.reason == "UNKNOWN_METHOD") return {};
  return error.code == Code::kCancelled || IsUnfit(error) ? Result<void>(error) : Result<void>();
}

}  // namespace

Error Interrupted() {
  return Error{.code = Code::kCancelled, .message = "interrupted", .reason = "CANCELLED"};
}

Calls::Calls(const Endpoint& endpoint, std::string trace_id)
    : endpoint_(endpoint), trace_id_(std::move(trace_id)) {}

Calls::~Calls() {
  Cancel();
  const absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](int* checks) { return *checks == 0; }, &checks_));
}

Result<void> Calls::Unary(const std::string& address, const std::string& method,
                          const Message& request, Message& response, milliseconds time) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + time);
  if (!Enter(context)) return Interrupted();
  grpc::Status status;
  absl::Notification done;
  StubOf(address).UnaryCall(&context, method, {}, &request, &response, [&](grpc::Status answered) {
    status = std::move(answered);
    done.Notify();
  });
  done.WaitForNotification();
  Leave(context);
  return Judge(address, status);
}

Result<void> Calls::Stream(const std::string& address, const std::string& method,
                           const Message& request, Message& item,
                           const std::function<bool()>& each) {
  grpc::ClientContext context;
  if (!Enter(context)) return Interrupted();
  grpc::CompletionQueue queue;
  const auto call = StubOf(address).PrepareCall(&context, method, &queue);
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
  return Judge(address, status);
}

void Calls::Check(const std::string& address, const std::string& service, milliseconds time,
                  Told told) {
  // The call outlives this function: gRPC needs all of it until it is done.
  struct Asked {
    grpc::ClientContext context;
    HealthCheckRequest request;
    HealthCheckResponse response;
  };
  const auto asked = std::make_shared<Asked>();
  asked->context.set_deadline(std::chrono::system_clock::now() + time);
  asked->request.set_service(service);
  if (!Enter(asked->context)) return told(Interrupted());
  {
    const absl::MutexLock lock(&mutex_);
    ++checks_;
  }
  StubOf(address).UnaryCall(
      &asked->context, kCheck, {}, &asked->request, &asked->response,
      [this, asked, address, time, told = std::move(told)](const grpc::Status& status) {
        Leave(asked->context);
        told(Verdict(address, time, Judge(address, status), asked->response));
        EndCheck();
      });
}

void Calls::EndCheck() {
  const absl::MutexLock lock(&mutex_);
  --checks_;
}

void Calls::Cancel() {
  const absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* context : running_) context->TryCancel();
}

bool Calls::Wait(milliseconds wait) {
  const absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&cancelled_), absl::FromChrono(wait));
}

bool Calls::IsCancelled() {
  const absl::MutexLock lock(&mutex_);
  return cancelled_;
}

Calls::Stub& Calls::StubOf(const std::string& address) {
  const absl::MutexLock lock(&mutex_);
  std::unique_ptr<Stub>& stub = stubs_[address];
  if (stub == nullptr) stub = std::make_unique<Stub>(OpenChannel(endpoint_, address));
  return *stub;
}

bool Calls::Enter(grpc::ClientContext& context) {
  crypto::SystemRandom random;
  context.AddMetadata(telemetry::kTraceparent, telemetry::Traceparent(trace_id_, random));
  const absl::MutexLock lock(&mutex_);
  if (!cancelled_) running_.insert(&context);
  return !cancelled_;
}

void Calls::Leave(grpc::ClientContext& context) {
  const absl::MutexLock lock(&mutex_);
  running_.erase(&context);
}

Result<void> Calls::Judge(const std::string& address, const grpc::Status& status) {
  if (status.ok()) {
    reached_ = true;
    return {};
  }
  Error error = rpc::FromStatus(status);
  // A server's own errors have reasons; these words are gRPC's.
  const bool of_server = error.reason != rpc::Name(error.code);
  if (of_server) reached_ = true;
  if (error.code == Code::kCancelled) return IsCancelled() ? Interrupted() : CallEnded(address);
  if (error.code == Code::kUnavailable && !of_server) {
    return NoConnection(endpoint_, address, status.error_message());
  }
  if (error.code == Code::kDeadlineExceeded && !of_server) {
    error.message = fmt::format(
        "no answer from {} ({}) in time: try again, with a longer --timeout "
        "if need be, and look whether the address is right",
        address, endpoint_.server_source);
  }
  return error;
}

}  // namespace twinledger::client
