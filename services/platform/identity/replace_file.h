// Replaces files that only their owner may read.
#pragma once

#include <filesystem>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::identity {

// The old file stands until the new one is whole and durable.
Result<void> ReplacePrivateFile(const std::filesystem::path& file, std::string_view bytes);

}  // namespace twinledger::identity
