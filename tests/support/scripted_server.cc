#include "tests/support/scripted_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "platform/base/check.h"
#include "platform/rpc/errors.h"

namespace twinledger::support {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  TL_CHECK(buffer.Dump(&slices).ok());
  std::string text;
  for (const grpc::Slice& slice : slices) text.append(slice.begin(), slice.end());
  return text;
}

grpc::ByteBuffer BufferOf(const std::string& text) {
  const grpc::Slice slice(text);
  return {&slice, 1};
}

std::string TraceparentIn(const grpc::GenericCallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("traceparent");
  return found == metadata.end() ? "" : std::string(found->second.data(), found->second.size());
}

}  // namespace

Reply Fails(const Error& error) {
  return {.status = rpc::ToStatus(error), .messages = {}, .hangs = false};
}

Reply Hangs() { return {.messages = {}, .hangs = true}; }

// Reads the request, sends the messages one after the other, then the status.
// Threads: gRPC calls one method at a time, OnCancel beside them.
class ScriptedServer::Call final : public grpc::ServerGenericBidiReactor {
 public:
  Call(ScriptedServer& server, const grpc::GenericCallbackServerContext& context)
      : server_(server), method_(context.method()), traceparent_(TraceparentIn(context)) {
    StartRead(&received_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    reply_ = server_.ReplyTo({method_, TextOf(received_), traceparent_});
    if (reply_.hangs) {
      const std::lock_guard lock(mutex_);
      hangs_ = true;
      if (cancelled_) Finish(grpc::Status::CANCELLED);
      return;
    }
    Next();
  }
  void OnWriteDone(bool ok) override { ok ? Next() : Finish(grpc::Status::CANCELLED); }
  void OnCancel() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (hangs_) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (sent_ == reply_.messages.size()) return Finish(reply_.status);
    sending_ = BufferOf(reply_.messages[sent_++]);
    StartWrite(&sending_);
  }

  ScriptedServer& server_;
  const std::string method_;
  const std::string traceparent_;
  grpc::ByteBuffer received_;
  grpc::ByteBuffer sending_;
  Reply reply_;
  std::size_t sent_ = 0;
  std::mutex mutex_;
  bool hangs_ = false;
  bool cancelled_ = false;
};

Reply ScriptedServer::Serves(bool serves) {
  HealthCheckResponse response;
  response.set_status(serves ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
  return {.messages = {response.SerializeAsString()}};
}

ScriptedServer::ScriptedServer(const identity::ServerCredential& credential, Script script)
    : ScriptedServer(credential, std::move(script),
                     [](const std::string&) { return Serves(true); }) {}

ScriptedServer::ScriptedServer(const identity::ServerCredential& credential, Script script,
                               Health health)
    : script_(std::move(script)), health_(std::move(health)) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = credential.authority_pem;
  options.pem_key_cert_pairs.push_back({credential.key_pem, credential.certificate_pem});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
  TL_CHECK(server_ != nullptr && port_ != 0);
}

ScriptedServer::~ScriptedServer() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string ScriptedServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

std::vector<SeenCall> ScriptedServer::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

grpc::ServerGenericBidiReactor* ScriptedServer::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new Call(*this, *context);
}

Reply ScriptedServer::ReplyTo(const SeenCall& call) {
  if (call.method == "/grpc.health.v1.Health/Check") {
    HealthCheckRequest check;
    TL_CHECK(check.ParseFromString(call.request));
    return health_(check.service());
  }
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  return script_(call);
}

}  // namespace twinledger::support
