// Randomness of the operating system, through OpenSSL's generator.
//
// The generator costs as much for a page as for a few bytes, and who serves calls asks for a few
// bytes all the time. So each thread draws a page and hands out of it what it is asked for:
//
//   | handed out: overwritten |  left  |
//
// The page is locked in memory and left out of core dumps, like a secret, and a process that is
// forked finds its own empty: nothing is handed out twice.
#pragma once

#include "platform/base/random.h"

namespace twinledger::crypto {

// Threads: thread-safe. Aborts where the system has no randomness to give.
class SystemRandom final : public RandomSource {
 public:
  std::string Bytes(std::size_t count) override;
};

}  // namespace twinledger::crypto
