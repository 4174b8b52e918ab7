// The verbs of `twinledger engagement`, by what they do.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddRecordReads(Command group);   // read.cc
void AddRecordWrites(Command group);  // write.cc
void AddRecordSteps(Command group);   // steps.cc

}  // namespace twinledger::client
