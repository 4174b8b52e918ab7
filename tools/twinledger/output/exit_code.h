// How a command ends, for scripts. The numbers are a promise: docs and completions name them.
#pragma once

#include "platform/base/result.h"

namespace twinledger::client {

enum class ExitCode {
  kDone = 0,           // For verify: all that was asked was checked, and is valid.
  kFailed = 1,         // Anything that has no number of its own.
  kUsage = 2,          // Command line, configuration or input is wrong; nothing was sent.
  kPartial = 3,        // Some rows were refused, the rest is accepted; of an outbox, it waits.
  kIntegrity = 4,      // A chain, signature, proof, hash or checksum is wrong.
  kDifference = 5,     // A difference was found, with intact history.
  kIndeterminate = 6,  // Not all could be checked; never told as valid.
  kQueued = 7,         // Not answered: kept on this machine until the server can be reached.
  kNotFound = 8,
  kNotPermitted = 9,   // Not signed in, or not permitted.
  kConflict = 10,      // Etag, request id or state.
  kUnavailable = 11,   // No answer in time: safe to repeat with the same request id.
  kInterrupted = 130,  // By Ctrl-C, as a shell says it: 128 and the signal's number.
  kTerminated = 143,   // By SIGTERM.
};

ExitCode ExitCodeOf(const Error& error);

}  // namespace twinledger::client
