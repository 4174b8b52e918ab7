// Runs many calls with a bounded number of them in flight.
#pragma once

#include <cstddef>
#include <functional>

namespace twinledger::client {

// Enough to fill the server's group commits; far below its limit of calls in flight.
inline constexpr std::size_t kCallsInFlight = 64;

// Runs `task(i)` for i from 0 to count - 1 on `width` threads, in no promised order, and `tick` on
// the calling thread with the number done: before the first, about ten times a second, and at the
// end. A task or a tick that answers false keeps further tasks from starting; those that run are
// waited for.
void RunInWindow(std::size_t count, std::size_t width, const std::function<bool(std::size_t)>& task,
                 const std::function<bool(std::size_t)>& tick);

}  // namespace twinledger::client
