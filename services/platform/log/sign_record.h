// The envelope of a record: its body, signed.
#pragma once

#include <string>
#include <string_view>

#include "platform/crypto/signature.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::log {

inline constexpr std::string_view kRecordTag = "twinledger/record/v1";  // What is signed for.

// `body` is a serialized RecordBody.
v1::Record SignedRecord(std::string body, const crypto::SigningKey& key);

// Its bytes, ready to be appended.
std::string SignRecord(std::string body, const crypto::SigningKey& key);

}  // namespace twinledger::log
