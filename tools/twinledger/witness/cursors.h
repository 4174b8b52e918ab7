// What the projections of a data directory remember of its log: how far they had read it. A log
// that is shorter, or another, has lost or changed something.
#pragma once

#include <filesystem>
#include <vector>

#include "platform/log/archive/verify.h"
#include "platform/log/chain.h"

namespace twinledger::client {

// The cursors of every projection under `projections`, also beside a server that writes to them. A
// projection that cannot be read is no witness: it may be deleted at any time.
std::vector<log::Witness> ReadCursors(const std::filesystem::path& projections,
                                      const log::Founding& founding);

}  // namespace twinledger::client
