// The projection of each service.
#pragma once

#include "platform/projection/projection.h"
#include "tests/simulation/services/evidence.h"

namespace twinledger::simulation {

const projection::Projection& ProjectionOf(Part part);

}  // namespace twinledger::simulation
