// Error <-> grpc::Status. The one place where an Error becomes a status, and a status an Error.
//
// A status carries a google.rpc.Status in grpc-status-details-bin: ErrorInfo (reason, domain
// "twinledger", metadata) always, BadRequest with every violation, RetryInfo where repeating helps,
// PreconditionFailure with FAILED_PRECONDITION.
//
// What went wrong inside the server (INTERNAL, UNKNOWN, DATA_LOSS) keeps its reason and loses its
// text and metadata: they name files and keys, and belong in the operator's log.
#pragma once

#include <grpcpp/support/status.h>

#include <string_view>

#include "platform/base/result.h"
#include "twinledger/log/v1/record.pb.h"

namespace google::rpc {
class Status;
}  // namespace google::rpc

namespace twinledger::rpc {

inline constexpr std::string_view kErrorDomain = "twinledger";

bool IsOfTheServer(Code code);  // INTERNAL, UNKNOWN, DATA_LOSS.

grpc::Status ToStatus(const Error& error);
grpc::Status ToStatus(const Result<void>& result);

// Within a message: the same, with the message in it always.
google::rpc::Status ToRpcStatus(const Error& error);
Error FromRpcStatus(const google::rpc::Status& status);  // REQUIRES: status.code() != 0.

// For clients. A status that carries no ErrorInfo (made by gRPC itself) gets its code's name as
// reason. REQUIRES: !status.ok().
Error FromStatus(const grpc::Status& status);

// What the caller of a refused command is told: the same whenever it asks.
Error FromRefusal(const log::v1::Refusal& refusal);

// What does not exist, and what exists but is not the caller's to see: one text for both, so that
// nothing is learnt from it. `name` is a resource name: "councils/wellington-city".
Error NotFound(std::string_view name);

std::string_view Name(Code code);  // "NOT_FOUND".

}  // namespace twinledger::rpc
