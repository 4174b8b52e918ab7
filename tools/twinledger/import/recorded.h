// What is recorded of what a file of relationships names: no more of it is read than the file
// needs, since a registry may hold a thousand times as much.
#pragma once

#include <vector>

#include "twinledger/import/register_client.h"
#include "twinledger/import/rows.h"

namespace twinledger::client {

struct Recorded {
  Records<registry::v1::Council> councils;
  Records<registry::v1::Partner> partners;
  // At least those that the rows name, and those of a row's council with its partner.
  Records<registry::v1::Relationship> relationships;
};

// CANCELLED once the tick has said so.
Result<Recorded> ReadRecorded(Connection& connection, const std::vector<RelationshipRow>& rows,
                              const ReadTick& tick);

}  // namespace twinledger::client
