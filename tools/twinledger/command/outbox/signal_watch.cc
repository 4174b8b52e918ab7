#include "twinledger/command/outbox/signal_watch.h"

#include <chrono>

namespace twinledger::client {

SignalWatch::SignalWatch(Connection& connection)
    : thread_([this, &connection](const std::stop_token& stop) {
        constexpr std::chrono::milliseconds kEvery{50};  // A handler may not wake a thread.
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
          ended_.wait_for(lock, stop, kEvery, [] { return Interrupt::Signal() != 0; });
          if (Interrupt::Signal() == 0) continue;
          connection.Cancel();
          return;
        }
      }) {}

}  // namespace twinledger::client
