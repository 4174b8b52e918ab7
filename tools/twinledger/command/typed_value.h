// Values that stand on no command line, since a shell remembers those: "-" stands for the next line
// of standard input.
#pragma once

#include <string>
#include <string_view>

#include "twinledger/command/session.h"

namespace twinledger::client {

// `value`, or the line that it stands for, which is asked for by `name` where a person types.
// INVALID_ARGUMENT, reason VALUE_NOT_TYPED, where there is no line, or an empty one.
Result<std::string> TypedValue(Session& session, std::string_view name, const std::string& value);

}  // namespace twinledger::client
