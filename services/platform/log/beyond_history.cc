#include "platform/log/beyond_history.h"

#include <fmt/format.h>

namespace twinledger::log {

std::optional<std::string> BeyondHistory(const ChainView& view, const VoidRecord::Stamp& stamp) {
  if (stamp.sequence <= view.sequence) return std::nullopt;
  return fmt::format(
      "an authentic record was chained on sequence {}, which is beyond this log's history",
      stamp.sequence);
}

}  // namespace twinledger::log
