#include "twinledger/import/interrupt.h"

#include <atomic>

namespace twinledger::client {
namespace {

// A signal handler can reach nothing else.
std::atomic<int> received{0};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

Interrupt::Interrupt() {
  received = 0;
  struct sigaction action {};
  action.sa_handler = [](int signal) { received = signal; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // So that a second one is not caught.
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

int Interrupt::Signal() { return received; }

}  // namespace twinledger::client
