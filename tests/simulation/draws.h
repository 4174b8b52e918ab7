// What a run draws from its dice before it begins: how its log fails, how much a writer takes.
#pragma once

#include "platform/log/simulated/fault_plan.h"
#include "platform/writer/writer_limits.h"
#include "tests/simulation/dice.h"

namespace twinledger::simulation {

log::FaultPlan SomePlan(Dice& dice);
writer::WriterLimits SomeLimits(Dice& dice);

}  // namespace twinledger::simulation
