// Donors that count as one. A principal that was merged into another is that one; of what is left,
// those with one donor group are a group, and whoever has none is one alone.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::risk {

// Nothing where the registry has not told of the principal.
using FindDonor = std::function<Result<std::optional<state::v1::DonorRow>>(const std::string&)>;

// The id of the principal's group. Principals that were merged in a circle are one.
Result<std::string> DonorGroupOf(const std::string& principal_id, const FindDonor& find);

}  // namespace twinledger::risk
