#include "platform/base/environment.h"

#include <cstdlib>

namespace twinledger {

std::optional<std::string> Environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): as its header says.
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace twinledger
