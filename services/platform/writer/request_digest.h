// What tells a repeated request from another one that reuses its id: kept in the log for ever.
//
//   HMAC-SHA-256(key, length of method (u32be) || method || length of actor (u32be) || actor ||
//   body)
//
// Keyed, because a plain hash over names could be guessed and would outlive their erasure.
#pragma once

#include <string_view>

#include "platform/crypto/hash.h"

namespace twinledger::writer {

// `body` is the request as it decides the outcome: serialized without request_id, after and
// validate_only.
crypto::Hash RequestDigest(std::string_view key, std::string_view method, std::string_view actor,
                           std::string_view body);

}  // namespace twinledger::writer
