// A number that whoever runs a test asks for by a variable of the environment: a seed, or how many
// rounds.
#pragma once

#include <cstdlib>

namespace twinledger::support {

inline unsigned NumberAsked(const char* name, unsigned otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace twinledger::support
