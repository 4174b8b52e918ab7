// What the keys of an epoch are wrapped by, its KEK: keys/kek-<epoch>.key, 32 bytes in hex, 0600.
//
// This is where another protection of the root would come in (a PKCS #11 token, a key management
// service, shares of several people): whatever gives 32 bytes for an epoch at the start of a
// process, and can be told to destroy them. Nothing else here knows where a KEK comes from.
#pragma once

#include <cstdint>
#include <filesystem>

#include "platform/base/data_directory.h"
#include "platform/base/result.h"
#include "platform/crypto/secret_bytes.h"

namespace twinledger::keyring {

std::filesystem::path KekFile(const DataDirectory& data, std::uint32_t epoch);

// Whether one of any epoch is there.
bool HasKek(const DataDirectory& data);

// FAILED_PRECONDITION: reason KEYRING_KEY_MISSING, KEYRING_EXPOSED, KEYRING_KEY_UNREADABLE.
Result<crypto::SecretBytes> LoadKek(const DataDirectory& data, std::uint32_t epoch);

// ALREADY_EXISTS, reason FILE_EXISTS, if there is one: a KEK is never replaced.
Result<void> StoreKek(const DataDirectory& data, std::uint32_t epoch,
                      const crypto::SecretBytes& kek);

}  // namespace twinledger::keyring
