// A server that answers as a test says, over the mutual TLS of an authority of the test: any
// method, and grpc.health.v1 beside it.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/identity/authority.h"

namespace twinledger::support {

// What becomes of one call.
struct Reply {
  grpc::Status status = grpc::Status::OK;
  std::vector<std::string> messages{""};  // Sent before the status; serialized.
  bool hangs = false;                     // No answer until the caller gives up.
};

Reply Fails(const Error& error);
Reply Hangs();

struct SeenCall {
  std::string method;
  std::string request;  // Serialized.
  std::string traceparent = {};
};

// Threads: thread-safe.
class ScriptedServer final : private grpc::CallbackGenericService {
 public:
  using Script = std::function<Reply(const SeenCall&)>;
  // `health` answers checks by the name of the service, `script` all else; on any thread.
  using Health = std::function<Reply(const std::string& service)>;

  ScriptedServer(const identity::ServerCredential& credential, Script script);
  ScriptedServer(const identity::ServerCredential& credential, Script script, Health health);
  ~ScriptedServer() override;  // Ends every call.

  std::string address() const;  // "127.0.0.1:40001"
  int port() const { return port_; }
  std::vector<SeenCall> calls() const;  // Without checks.

  static Reply Serves(bool serves);  // The answer to a check.

 private:
  class Call;
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;
  Reply ReplyTo(const SeenCall& call);

  const Script script_;
  const Health health_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<SeenCall> calls_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace twinledger::support
