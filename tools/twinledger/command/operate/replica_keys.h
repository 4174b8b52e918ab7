// The keys of sealed fields, for a replica.
#pragma once

#include "platform/base/data_directory.h"
#include "platform/base/result.h"

namespace twinledger::client {

enum class KeyringOfReplica {
  kCopied,  // Grows apart from the first one until it is refreshed.
  kShared,  // A link to the first one's folder.
};

// Brings a replica the KEK and the keyring of the first data directory, or, if it has them, brings
// the two keyrings together: each gets the keys that the other one made. Nothing where the first
// has none, whose log an older program founded. Errors as keyring::Keyring::Open.
Result<void> BringKeys(const DataDirectory& data, const DataDirectory& replica,
                       KeyringOfReplica how);

}  // namespace twinledger::client
