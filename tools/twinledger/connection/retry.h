// When and how often a call is repeated.
//
// UNAVAILABLE and RESOURCE_EXHAUSTED are repeated, with the same request id, until the deadline: a
// repeat gets the first outcome if there was one, whichever replica is asked. The server's
// RetryInfo is a lower bound of the wait; without one it doubles from 100 ms to 5 s. Half of each
// wait is random, so that clients that failed together do not come back together.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "platform/base/random.h"
#include "platform/base/result.h"

namespace twinledger::client {

// In the metadata of an error that is so itself, while of an attempt before it nobody knows.
inline constexpr const char* kEarlierAttempt = "earlier_attempt";

// Whether the server answered without having recorded anything of the request.
bool IsNotRecorded(const Error& error);

// Whether it is said of an attempt alone: one before it may have been recorded all the same.
// Another replica may know less of who may call than the one that took the earlier attempt.
bool IsOfTheAttempt(const Error& error);

// Whether a code of refusals is said of the state that the server is in, and not of the request:
// the same one may be taken later, or elsewhere.
bool IsOfTheServersState(const Error& error);

// Whether no server said so: the client found out by itself whom it talks to, and as whom.
bool IsFoundByTheClient(const Error& error);

// What an attempt may take of a call's time where there are several replicas, the `round`th time
// (from 0) that all are asked: 5 s, or the n+1st part with n replicas if that is less, and twice as
// much each round. So one that hangs takes little, and what is slow everywhere is answered all the
// same.
std::chrono::milliseconds ShareOf(std::chrono::milliseconds timeout, std::size_t replicas,
                                  int round);

// Threads: confined to one; one object a call.
class Retry {
 public:
  Retry(std::chrono::milliseconds deadline, RandomSource& random)
      : deadline_(deadline), random_(random) {}

  // How long to wait after `error`, `elapsed` since the first attempt; nothing when the call is
  // over.
  std::optional<std::chrono::milliseconds> After(const Error& error,
                                                 std::chrono::milliseconds elapsed);

 private:
  std::chrono::milliseconds deadline_;
  RandomSource& random_;
  int attempts_ = 0;
};

}  // namespace twinledger::client
