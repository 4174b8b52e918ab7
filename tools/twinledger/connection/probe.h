// Asks a server's address of probes whether it is ready, in plain text and as nobody: for a
// container's health check, which has no credentials.
#pragma once

#include <chrono>
#include <string>

#include "platform/base/result.h"

namespace twinledger::client {

// UNAVAILABLE: reason NOT_SERVING where it says so, else as the transport says it.
Result<void> Probe(const std::string& address, std::chrono::milliseconds timeout);

}  // namespace twinledger::client
