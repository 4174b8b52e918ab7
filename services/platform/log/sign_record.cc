#include "platform/log/sign_record.h"

#include <utility>

#include "platform/log/signed_here.h"

namespace twinledger::log {

namespace {

v1::Record Envelope(std::string body, std::string signature, const crypto::SigningKey& key) {
  v1::Record record;
  record.set_key_id(key.key_id());
  record.set_signature(std::move(signature));
  record.set_body(std::move(body));
  return record;
}

}  // namespace

std::string SignRecord(std::string body, const crypto::SigningKey& key) {
  std::string signature = key.Sign(kRecordTag, body);
  return Envelope(std::move(body), std::move(signature), key).SerializeAsString();
}

v1::Record SignRecordHere(std::string body, const crypto::Hash& hash,
                          const crypto::SigningKey& key) {
  std::string signature = key.Sign(kRecordTag, body);
  NoteSignedHere(key.public_key(), hash, signature);
  return Envelope(std::move(body), std::move(signature), key);
}

}  // namespace twinledger::log
