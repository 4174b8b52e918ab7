// Files of any size to load a system with, in the layouts of the imports. The same options give the
// same bytes. Memory is that of the councils.
//
//   councils.csv, relationships.csv
//   engagements.csv          in the order in which they began. `reported_on`, which no import
//   takes,
//                            is within ten days of the end, and of a tenth two months or more
//                            behind
//   engagements-amended.csv  5 % of them, told differently: to be imported second
//   retracted.csv            1 % of them, and others than those
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "platform/base/result.h"

namespace twinledger::client {

struct GenerateOptions {
  std::size_t councils = 78;  // From 1 to 10,000.
  int years = 3;              // From 1 to 50, up to `until`.
  std::uint64_t engagements = 1'000;
  std::uint64_t seed = 1;
  std::string until = "2024-12-31";  // The last day on which one begins.
};

struct Generated {
  std::uint64_t councils = 0;
  std::uint64_t relationships = 0;
  std::uint64_t engagements = 0;
  std::uint64_t late = 0;
  std::uint64_t amended = 0;
  std::uint64_t retracted = 0;
};

// Into a folder that is made if it is not there. INVALID_ARGUMENT, reason OUT_OF_RANGE; INTERNAL,
// reason FILE_UNWRITABLE.
Result<Generated> Generate(const GenerateOptions& options, const std::filesystem::path& folder);

}  // namespace twinledger::client
