// Ends a log that has moved elsewhere: the last commit of every partition says so.
#pragma once

#include <map>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/crypto/signature.h"
#include "platform/log/archive/accepted_records.h"

namespace twinledger::log {

// Appends the closing commit to every partition that has none, by its stream's writer key: nothing
// is accepted behind it. Repeating it after a failure completes it. `moved_to` is for people.
Result<void> CloseLog(EventLog& log, const Founding& founding,
                      const std::map<std::string, crypto::SigningKey>& writer_keys,
                      const std::string& moved_to, const Clock& clock, RandomSource& random);

}  // namespace twinledger::log
