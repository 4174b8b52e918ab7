// The commands on engagements.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddEngagement(Command root);

}  // namespace twinledger::client
