// The commands on the registry.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddCouncil(Command root);
void AddPartner(Command root);
void AddRelationship(Command root);
void AddLifeCycle(Command group);
void AddOfficial(Command root);
void AddPrincipal(Command root);
void AddAsset(Command root);
void AddRegister(Command root);
void AddImport(Command root);
void AddEngagementImport(Command group);  // To the group of AddImport.

}  // namespace twinledger::client
