// The commands on the outbox.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddOutbox(Command root);

// The verbs, by what they do.
void AddOutboxReads(Command group);    // read.cc
void AddOutboxFlush(Command group);    // flush.cc
void AddOutboxChanges(Command group);  // change.cc

}  // namespace twinledger::client
