#include "twinledger/outbox/verdict.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "twinledger/connection/retry.h"

namespace twinledger::client {
namespace {

// Of the server's state, in the codes of refusals, or what the client found out by itself.
bool IsOfTheServer(const Error& error) {
  constexpr std::array<std::string_view, 4> kReasons = {
      "LOG_CLOSED", "ENTITY_PARKED", "SERVER_NOT_TRUSTED", "CREDENTIALS_EXPIRED"};
  return std::ranges::find(kReasons, error.reason) != kReasons.end();
}

}  // namespace

Verdict VerdictOf(const Error& error) {
  if (IsOfTheServer(error) || error.metadata.contains(kEarlierAttempt)) return Verdict::kOpen;
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted:
    case Code::kOutOfRange:
      return Verdict::kRefused;
    case Code::kPermissionDenied:
    case Code::kUnauthenticated:
      return Verdict::kNotTaken;
    case Code::kUnimplemented:  // A server that hosts another service, or an older one.
    case Code::kCancelled:
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kDataLoss:
      return Verdict::kOpen;
  }
  return Verdict::kOpen;
}

}  // namespace twinledger::client
