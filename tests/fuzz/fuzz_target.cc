#include "tests/fuzz/fuzz_target.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  if (std::getenv("TWINLEDGER_PLANTED") != nullptr) {
    twinledger::planted_bug = twinledger::testing::kControl;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  twinledger::testing::FuzzOne({reinterpret_cast<const char*>(data), size});
  return 0;
}
