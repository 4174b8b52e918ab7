// Questions to a log whose answer may be waited for: a broker hangs for some seconds, a leader is
// elected anew.
#pragma once

#include <chrono>
#include <thread>

#include "platform/base/result.h"

namespace twinledger::log {

// Longer than brokers take to replace one that is gone.
inline constexpr std::chrono::seconds kLogPatience{30};

// What `ask` answers, a Result; it is called again while that is UNAVAILABLE, for `limit` and the
// last call. What it asks for must be the same however often it is asked.
template <class Ask>
auto AskWithin(std::chrono::milliseconds limit, const Ask& ask) {
  constexpr std::chrono::milliseconds kAgain{250};
  const auto give_up = std::chrono::steady_clock::now() + limit;
  auto answer = ask();
  while (!answer.ok() && answer.error().code == Code::kUnavailable &&
         std::chrono::steady_clock::now() + kAgain < give_up) {
    std::this_thread::sleep_for(kAgain);
    answer = ask();
  }
  return answer;
}

}  // namespace twinledger::log
