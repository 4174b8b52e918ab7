// A variable of the process's environment.
#pragma once

#include <optional>
#include <string>

namespace twinledger {

// Nothing if it is not set. Threads: thread-safe, since nothing in this code base sets one.
std::optional<std::string> Environment(const std::string& name);

}  // namespace twinledger
