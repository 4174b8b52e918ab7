#include "platform/log/sign_record.h"

#include <utility>

namespace twinledger::log {

std::string SignRecord(std::string body, const crypto::SigningKey& key) {
  v1::Record record;
  record.set_key_id(key.key_id());
  record.set_signature(key.Sign(kRecordTag, body));
  record.set_body(std::move(body));
  return record.SerializeAsString();
}

}  // namespace twinledger::log
