#include "twinledger/import/interrupt.h"

#include <atomic>

namespace twinledger::client {
namespace {

std::atomic<int> received{0};  // A signal handler can reach nothing else.

}  // namespace

Interrupt::Interrupt() {
  received = 0;
  struct sigaction action {};
  action.sa_handler = [](int signal) { received = signal; };
  action.sa_flags = SA_RESETHAND;  // So that a second one is not caught.
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

int Interrupt::Signal() { return received; }

}  // namespace twinledger::client
