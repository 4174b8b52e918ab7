// Answers calls whose message cannot be parsed: INVALID_ARGUMENT, reason MESSAGE_UNREADABLE. gRPC
// itself says UNIMPLEMENTED and no more, as if the method were not there.
#pragma once

#include <grpcpp/server_builder.h>

namespace twinledger::rpc {

// Of the server that `builder` makes. Once: it sets the builder's interceptors.
void ExplainUnreadableMessages(grpc::ServerBuilder& builder);

}  // namespace twinledger::rpc
