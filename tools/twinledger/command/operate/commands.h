// The commands of operators: projections, health, identities, backups, replicas.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddProjection(Command root);
void AddHealth(Command root);
void AddIdentity(Command root);

// In the whole edition alone.
void AddBackup(Command root);
void AddReplica(Command root);

}  // namespace twinledger::client
