// Randomness of the operating system.
#pragma once

#include "platform/base/random.h"

namespace twinledger::crypto {

class SystemRandom final : public RandomSource {
 public:
  std::string Bytes(std::size_t count) override;
};

}  // namespace twinledger::crypto
