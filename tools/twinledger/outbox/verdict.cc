#include "twinledger/outbox/verdict.h"

#include "twinledger/connection/retry.h"

namespace twinledger::client {

Verdict VerdictOf(const Error& error) {
  if (IsOfTheServersState(error) || IsFoundByTheClient(error) ||
      error.metadata.contains(kEarlierAttempt)) {
    return Verdict::kOpen;
  }
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
