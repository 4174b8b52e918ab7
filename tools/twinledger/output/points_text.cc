#include "twinledger/output/points_text.h"

#include <fmt/format.h>

namespace twinledger::client {

std::string PointsForPeople(std::int64_t thousandths) {
  const std::int64_t tenths = (thousandths < 0 ? -thousandths : thousandths) / 100;
  return fmt::format("{}{}.{}", thousandths < 0 ? "-" : "", tenths / 10, tenths % 10);
}

}  // namespace twinledger::client
