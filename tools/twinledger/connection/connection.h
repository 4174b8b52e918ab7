// Calls of one server, or of the replicas of one deployment, over mTLS.
//
//   request --> its partition (routing_key.h) --> replicas in the order of the partition
//           (rendezvous.h), without those that are away (replica_set.h) --> first, else next, ...
//
// All calls about one partition go to one replica while it is fit, so that it has one writer and
// reads see at once what was written; what is about no partition goes to a replica that this
// connection chose for itself. An attempt that failed and may be repeated (retry.h) goes to the
// next replica at once, as the same message, and so with the same request id. Only when all were
// asked does the call wait, and begin again at the first.
//
// With more than one replica an attempt gets a share of the call's time (ShareOf in retry.h), so
// that one that hangs does not take all of it. What was cut short may have been recorded, as after
// any attempt without an answer.
//
// All calls of a connection have one trace id: a user's command is one thing, however many calls it
// takes. Servers write it to their logs, and into what the calls record.
//
// Methods are named by text and messages are of any type, so that commands need the messages of a
// service and not gRPC.
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "platform/base/result.h"
#include "twinledger/connection/endpoint.h"
#include "twinledger/connection/replicas.h"

namespace twinledger::client {

struct ConnectionOptions {
  // Of each call, repeats included.
  std::chrono::milliseconds timeout;
  // Until a server has been reached once, a call is not repeated longer than this.
  std::chrono::milliseconds connect_limit;
  // A replica that the credentials do not vouch for, once each, though others are asked.
  Warn warn = [](const std::string&) {};
  AddressLookup lookup = LookUpAddresses;
  // Of whatever these calls belong to; empty: one is made.
  std::string trace_id = {};
};

// In the metadata of an error: the trace id under which the server's log tells of the call.
inline constexpr const char* kTrace = "trace_id";

// Threads: thread-safe.
class Connection {
 public:
  // Connects with the first call.
  Connection(const Endpoint& endpoint, const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a unary call and repeats it as retry.h says. The error of a call that may have had its
  // effect is UNAVAILABLE or DEADLINE_EXCEEDED, or has kEarlierAttempt: repeat it with the same
  // request id. Where there is no connection: UNAVAILABLE, reason NOT_REACHED; UNAUTHENTICATED,
  // reason SERVER_NOT_TRUSTED or CREDENTIALS_EXPIRED. Where none of several replicas took it, the
  // message has each address and why. CANCELLED only after Cancel.
  Result<void> Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message& response);

  // Runs a call that streams: `item` is filled and `each` called, until it answers false or the
  // stream ends. Another replica is asked only while nothing has come: afterwards the caller knows
  // how far it came. Without a deadline.
  Result<void> Stream(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message& item, const std::function<bool()>& each);

  // Sends rows by a call that streams both ways, all about one resource, and whatever has no answer
  // when a stream ends again by another one: at the next replica, and after a while at the first.
  // OK once a stream has ended so, which says nothing of its rows. UNIMPLEMENTED where no server
  // knows the method; else as Call, whose time begins anew with every answer.
  Result<void> Exchange(const std::string& method, const std::string& resource,
                        const RowsOut& rows);

  // Ends the calls in flight, and all later ones, with CANCELLED.
  void Cancel();

 private:
  class Attempts;

  Error Traced(Error error) const;

  const std::chrono::milliseconds timeout_;
  const std::chrono::milliseconds connect_limit_;
  const std::string trace_id_;
  Replicas replicas_;
};

}  // namespace twinledger::client
