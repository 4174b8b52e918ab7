// The envelope of a record: its body, signed.
#pragma once

#include <string>
#include <string_view>

#include "platform/crypto/hash.h"
#include "platform/crypto/signature.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::log {

inline constexpr std::string_view kRecordTag = "twinledger/record/v1";  // What is signed for.

// `body` is a serialized RecordBody; so is the result a Record, ready to be appended.
std::string SignRecord(std::string body, const crypto::SigningKey& key);

// Likewise, by a writer of this process, which is noted (signed_here.h). `hash` is the body's.
v1::Record SignRecordHere(std::string body, const crypto::Hash& hash,
                          const crypto::SigningKey& key);

}  // namespace twinledger::log
