// Ctrl-C (and SIGTERM) as something to look at, while long work runs.
#pragma once

#include <csignal>

namespace twinledger::client {

// Catches the signals while it lives. A second Ctrl-C ends the process as usual.
// Threads: one object at a time; Signal from any.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // The signal that came; 0 if none did.
  static int Signal();

 private:
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
};

}  // namespace twinledger::client
