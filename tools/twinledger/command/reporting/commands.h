// What people read: the country, a council, a relationship, the register of gifts.
#pragma once

#include "twinledger/command/program.h"

namespace twinledger::client {

void AddOverview(Command root);
void AddScorecard(Command root);
void AddTimeline(Command root);
void AddGifts(Command root);

}  // namespace twinledger::client
