// Calls of one server, over mTLS.
//
// Methods are named by text and messages are of any type, so that commands need the messages of a
// service and not gRPC.
#pragma once

#include <google/protobuf/message_lite.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "platform/base/result.h"
#include "twinledger/connection/endpoint.h"

namespace twinledger::client {

// How what the user ends, ends: CANCELLED.
Error Interrupted();

// Threads: thread-safe.
class Connection {
 public:
  // Connects with the first call. `timeout` is that of each call, repeats included; until the
  // server has been reached once, a call is not repeated longer than `connect_limit`.
  Connection(const Endpoint& endpoint, std::chrono::milliseconds timeout,
             std::chrono::milliseconds connect_limit);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a unary call and repeats it as retry.h says. The error of a call that may have had its
  // effect is UNAVAILABLE or DEADLINE_EXCEEDED: repeat it with the same request id. Where there is
  // no connection: UNAVAILABLE, reason NOT_REACHED; UNAUTHENTICATED, reason SERVER_NOT_TRUSTED or
  // CREDENTIALS_EXPIRED.
  Result<void> Call(const std::string& method, const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite& response);

  // Runs a call that streams: `item` is filled and `each` called, until it answers false or the
  // stream ends. Never repeated: the caller knows how far it came. Without a deadline.
  Result<void> Stream(const std::string& method, const google::protobuf::MessageLite& request,
                      google::protobuf::MessageLite& item, const std::function<bool()>& each);

  // Ends the calls in flight, and all later ones, with CANCELLED. May be called once.
  void Cancel();

 private:
  class Calls;
  std::unique_ptr<Calls> calls_;
};

}  // namespace twinledger::client
