// Times as the operator's log and progress lines show them.
#pragma once

#include <string>

#include "platform/base/clock.h"

namespace twinledger::telemetry {

std::string Rfc3339(WallTime at);  // "2026-07-01T09:30:00.123456Z".

}  // namespace twinledger::telemetry
