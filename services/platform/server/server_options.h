// How the servers of a process listen: limits, keep-alive and credentials.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>

#include "platform/base/result.h"
#include "platform/identity/authority.h"

namespace twinledger::server {

// Limits of a connection and of its calls, the same for everyone.
void Limit(grpc::ServerBuilder& builder);

// Who has no certificate of our authority is refused in the handshake.
std::shared_ptr<grpc::ServerCredentials> MutualTls(const identity::ServerCredential& credential);

// Servers built from here on tell which methods they have.
Result<void> EnableReflection();

}  // namespace twinledger::server
