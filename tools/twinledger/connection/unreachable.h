// Why a server did not take a call, for people: the address, the cause, the remedy.
//
// Under "why" their metadata has the cause alone, for an error that names several servers.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "platform/base/result.h"
#include "twinledger/connection/endpoint.h"

namespace twinledger::client {

// There is no connection; `transport` is gRPC's text. UNAVAILABLE, reason NOT_REACHED;
// UNAUTHENTICATED, reason SERVER_NOT_TRUSTED or CREDENTIALS_EXPIRED.
Error NoConnection(const Endpoint& endpoint, const std::string& address,
                   const std::string& transport);

// It did not answer in what a replica gets of a call's time. UNAVAILABLE, reason NO_ANSWER.
Error NoAnswer(const std::string& address, std::chrono::milliseconds time);

// A replica's own word on itself, by grpc.health.v1. UNAVAILABLE, reason NOT_SERVING.
Error NotServing(const std::string& address);

// A server ended a call that nobody here has. UNAVAILABLE, reason CALL_ENDED.
Error CallEnded(const std::string& address);

// What keeps a replica from other calls too, so that it is passed over for a while.
bool IsUnfit(const Error& error);

// None of several took the call: each address and why. What all have in common is the code and the
// reason; else UNAVAILABLE, reason NOT_REACHED. REQUIRES: !why.empty().
Error NoneTookIt(const Endpoint& endpoint, const std::map<std::string, Error>& why);

}  // namespace twinledger::client
