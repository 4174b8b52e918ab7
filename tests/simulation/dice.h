// All chance of a simulation comes from one seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "platform/base/random.h"

namespace twinledger::simulation {

class Dice final : public RandomSource {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool OneIn(std::size_t n) { return Below(n) == 0; }
  std::uint64_t Seed() { return engine_(); }

  std::string Bytes(std::size_t count) override {
    std::string bytes;
    while (bytes.size() < count) bytes.push_back(static_cast<char>(engine_() & 0xff));
    return bytes;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace twinledger::simulation
