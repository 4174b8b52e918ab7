// The keyring of a data directory whose log is open. It is made when the log is founded
// (open_log.h); here only for a log that an older program founded.
#pragma once

#include <memory>

#include "platform/base/data_directory.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/keyring/keyring.h"
#include "platform/log/chain.h"

namespace twinledger::server {

struct OpenedKeyring {
  std::unique_ptr<keyring::Keyring> keyring;
  bool made = false;  // By this call: neither a keyring nor a KEK was there.
};

// `random` must outlive it. FAILED_PRECONDITION, reason KEYRING_MISSING, where one was, and in a
// `replica`, which has its keys from the first server; otherwise as keyring::Keyring::Open.
Result<OpenedKeyring> OpenKeyring(const DataDirectory& data, const log::Founding& founding,
                                  bool replica, RandomSource& random);

}  // namespace twinledger::server
