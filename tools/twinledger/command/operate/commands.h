// The commands of operators: projections, health, identities, backups.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddProjection(Command root);
void AddHealth(Command root);
void AddIdentity(Command root);
void AddBackup(Command root);

}  // namespace twinledger::client
