// The report of a verification, as people and programs read it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/log/archive/verify.h"
#include "twinledger/command/session.h"

namespace twinledger::client {

// Valid 0, invalid 4, indeterminate 6. `pin` is the founding hash that the user brought.
ExitCode PrintVerification(Session& session, const log::VerifyReport& report,
                           const std::optional<crypto::Hash>& pin);

// What a verification left open, a line each.
void SayNotChecked(Session& session, const std::vector<std::string>& missing);

std::string OtherFounding(const crypto::Hash& actual, const crypto::Hash& pin);

// --founding-hash. Nothing if it was not given; INVALID_ARGUMENT, reason HASH_MALFORMED.
Result<std::optional<crypto::Hash>> ParsePin(const std::string& text);

}  // namespace twinledger::client
