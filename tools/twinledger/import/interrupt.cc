#include "twinledger/import/interrupt.h"

#include <atomic>

namespace twinledger::client {
namespace {

std::atomic<bool> requested{false};  // A signal handler can reach nothing else.

}  // namespace

Interrupt::Interrupt() {
  requested = false;
  struct sigaction action {};
  action.sa_handler = [](int) { requested = true; };
  action.sa_flags = SA_RESETHAND;  // So that a second one is not caught.
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

bool Interrupt::Requested() { return requested; }

}  // namespace twinledger::client
