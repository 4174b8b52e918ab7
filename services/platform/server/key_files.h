// The secrets of a data directory: made once when the log is founded, loaded at every start.
//
//   keys/writer-<stream>.pem   Ed25519, PKCS #8: signs the records of one stream
//   keys/request_digest.key    32 bytes in hex: HMAC of requests, so that names cannot be guessed
//   keys/token.key             32 bytes in hex: MAC of page tokens
//   keys/founding.sha256       the pinned founding hash
//   keys/recovery.pem          Ed25519: alone enrols and retires writers; kept offline
//
// Files are 0600, folders 0700; a file that others may read is refused. Losing the digest key makes
// repeated requests unrecognisable; losing a writer's key needs the recovery key.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/data_directory.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/signature.h"

namespace twinledger::server {

struct Keys {
  std::map<std::string, crypto::SigningKey> writers;  // By stream.
  std::string request_digest;
  std::string token;
};

// Makes the keys that do not exist yet, one writer key per stream, and the recovery key, whose
// public half is returned. What a crash left half made is completed; nothing is ever replaced.
Result<log::v1::PublicKey> CreateKeys(const DataDirectory& data,
                                      const std::vector<std::string>& streams,
                                      RandomSource& random);

// FAILED_PRECONDITION: reason KEY_MISSING, KEY_UNREADABLE or KEY_EXPOSED, with the file.
Result<Keys> LoadKeys(const DataDirectory& data, const std::vector<std::string>& streams);

// Nothing if there is no pin yet.
Result<std::optional<crypto::Hash>> LoadPin(const DataDirectory& data);
Result<void> StorePin(const DataDirectory& data, const crypto::Hash& founding);

}  // namespace twinledger::server
