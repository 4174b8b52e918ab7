// Where randomness comes from: the operating system in a program, a seed in a simulation.
#pragma once

#include <cstddef>
#include <string>

namespace twinledger {

// Threads: thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual std::string Bytes(std::size_t count) = 0;
};

}  // namespace twinledger
