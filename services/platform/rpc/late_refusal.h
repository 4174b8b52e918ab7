// When an answer is given: at once, but for a refusal of who asks faster than it may.
//
// A client that does not wait as RetryInfo says would be back at once, and its refusals would stand
// in line before others' calls. So it waits here: its connection may have a hundred calls open, and
// each is held for a second. Who keeps to RetryInfo hardly ever meets it.
#pragma once

#include <chrono>
#include <functional>

#include "platform/base/result.h"

namespace twinledger::rpc {

// Half as long to one and a half times as long, so that what came together does not end together.
inline constexpr std::chrono::milliseconds kLateRefusal{1000};

// Calls `finish` once: on this thread, or later on one of gRPC's.
void FinishWhenDue(const Result<void>& result, std::function<void()> finish);

}  // namespace twinledger::rpc
