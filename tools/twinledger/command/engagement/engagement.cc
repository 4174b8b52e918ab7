#include "twinledger/command/engagement/commands.h"
#include "twinledger/command/engagement/records.h"

namespace twinledger::client {

void AddEngagement(Command root) {
  Command group =
      root.Group("engagement",
                 "gifts, hospitality, travel, devices and delegations: submit, amend, retract, "
                 "verify, return, "
                 "list, get, history, template",
                 "twinledger engagement template gift > gift.txt\n"
                 "twinledger engagement submit gift.txt --council wellington-city --as officer-1\n"
                 "twinledger engagement verify UUID --council wellington-city --as officer-2\n"
                 "twinledger engagement list --council wellington-city");
  AddRecordReads(group);
  AddRecordWrites(group);
  AddRecordSteps(group);
}

}  // namespace twinledger::client
