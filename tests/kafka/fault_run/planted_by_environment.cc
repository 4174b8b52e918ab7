// Links beside the server's own main: TWINLEDGER_PLANTED_BUG names the fault that this server has.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "platform/base/check.h"
#include "platform/base/environment.h"
#include "platform/base/planted_bug.h"

namespace twinledger {
namespace {

PlantedBug Named() {
  const std::optional<std::string> name = Environment("TWINLEDGER_PLANTED_BUG");
  if (name == "tail-is-final") return PlantedBug::kTailIsFinal;
  std::fprintf(stderr, "TWINLEDGER_PLANTED_BUG must be tail-is-final\n");
  TL_CHECK(false);
}

// Before main: from then on it is only read.
[[maybe_unused]] const PlantedBug kSet = planted_bug = Named();

}  // namespace
}  // namespace twinledger
