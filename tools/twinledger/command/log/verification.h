// The report of a verification, as people and programs read it.
#pragma once

#include <optional>
#include <string>

#include "platform/log/archive/verify.h"
#include "twinledger/command/session.h"

namespace twinledger::client {

// Valid 0, invalid 4, indeterminate 6.
ExitCode PrintVerification(Session& session, const log::VerifyReport& report);

// --founding-hash. Nothing if it was not given; INVALID_ARGUMENT, reason HASH_MALFORMED.
Result<std::optional<crypto::Hash>> ParsePin(const std::string& text);

}  // namespace twinledger::client
