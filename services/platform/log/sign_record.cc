#include "platform/log/sign_record.h"

#include <utility>

namespace twinledger::log {

v1::Record SignedRecord(std::string body, const crypto::SigningKey& key) {
  v1::Record record;
  record.set_key_id(key.key_id());
  record.set_signature(key.Sign(kRecordTag, body));
  record.set_body(std::move(body));
  return record;
}

std::string SignRecord(std::string body, const crypto::SigningKey& key) {
  return SignedRecord(std::move(body), key).SerializeAsString();
}

}  // namespace twinledger::log
