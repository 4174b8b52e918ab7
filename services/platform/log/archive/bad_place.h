// Where something stands that does not check.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/log/embedded/damage.h"

namespace twinledger::log {

struct BadPlace {
  std::filesystem::path file;
  std::uint64_t byte = 0;
  std::optional<RecordPlace> record;
  std::string why;
};

// DATA_LOSS, and back: what Damaged (damage.h) puts into an error.
Error AsError(const BadPlace& bad);
BadPlace BadPlaceOf(const Error& error);

}  // namespace twinledger::log
