// Verifies a log that can only be read through its adapter, since its bytes lie on other machines:
// chain, signatures, the rules of commits and witnesses, from the first record to the end that the
// brokers tell. What they do not tell of, nobody sees here: witnesses are who remembers it.
#pragma once

#include <string>

#include "platform/log/archive/verify.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

// `name` is what people call the log. An error only where it could not be read.
Result<VerifyReport> VerifyReadable(EventLog& log, const Founding& founding,
                                    const std::string& name, const VerifyOptions& options);

}  // namespace twinledger::log
