#include "twinledger/output/exit_code.h"

namespace twinledger::client {

ExitCode ExitCodeOf(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange:
      return ExitCode::kUsage;
    case Code::kDataLoss:
      return ExitCode::kIntegrity;
    case Code::kNotFound:
      return ExitCode::kNotFound;
    case Code::kUnauthenticated:
    case Code::kPermissionDenied:
      return ExitCode::kNotPermitted;
    case Code::kAborted:
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
      return ExitCode::kConflict;
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:
      return ExitCode::kUnavailable;
    case Code::kCancelled:
    case Code::kUnknown:
    case Code::kUnimplemented:
    case Code::kInternal:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;  // A code of a newer server.
}

}  // namespace twinledger::client
