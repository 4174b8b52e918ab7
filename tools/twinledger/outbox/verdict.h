// What an error says of a request that was sent from the outbox.
#pragma once

#include "platform/base/result.h"

namespace twinledger::client {

enum class Verdict {
  kRefused,   // The server's no to this request: the same one again gets it again.
  kNotTaken,  // The server's no to this caller; nothing was recorded.
  kOpen,      // No answer, or one that is none: it may have been recorded.
};

Verdict VerdictOf(const Error& error);

}  // namespace twinledger::client
