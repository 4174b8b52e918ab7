#include "twinledger/command/outbox/commands.h"

namespace twinledger::client {

void AddOutbox(Command root) {
  Command group = root.Group("outbox",
                             "records that were submitted with --queue-if-offline and that no "
                             "server has answered yet: list, get, flush, retry, drop",
                             "twinledger --as officer-1 outbox list\n"
                             "twinledger --as officer-1 outbox flush");
  AddOutboxReads(group);
  AddOutboxFlush(group);
  AddOutboxChanges(group);
}

}  // namespace twinledger::client
