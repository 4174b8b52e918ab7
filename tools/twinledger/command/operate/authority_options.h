// The authority of a data directory as its own clients were told of it.
#pragma once

#include "platform/base/data_directory.h"
#include "platform/identity/authority.h"

namespace twinledger::client {

// Where the server is.
identity::AuthorityOptions AuthorityOptionsOf(const DataDirectory& data);

}  // namespace twinledger::client
