// Ctrl-C and SIGTERM end the calls of a connection, so that the command can say what waits.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "twinledger/connection/connection.h"
#include "twinledger/import/interrupt.h"

namespace twinledger::client {

// While it lives. Threads: confined to one; looks from one of its own.
class SignalWatch {
 public:
  explicit SignalWatch(Connection& connection);  // Which must outlive it.

 private:
  Interrupt interrupt_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;  // The last: ends before the rest goes.
};

}  // namespace twinledger::client
