// Points of a score as people read them; programs get thousandths.
#pragma once

#include <cstdint>
#include <string>

namespace twinledger::client {

// A tenth of a point is as much as people compare.
std::string PointsForPeople(std::int64_t thousandths);

}  // namespace twinledger::client
