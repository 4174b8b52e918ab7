// A sealed field: the text of one field of one event, which opens with its subject's key, in its
// own place, and nowhere else.
//
//   sealed     := 0x01 key_id(16) key_check(32) nonce(12) ciphertext tag(16)
//   ciphertext := AES-256-GCM(K_field, nonce, additional = AAD, text)
//   K_field    := HKDF-SHA-384(K_subject, salt = nonce, info = "twinledger/field/v1" AAD)
//   AAD        := log id, stream, entity key, event type, field path, request id, classification,
//                 key_id: each as u32 length (big-endian) and bytes
//
// For ever: what is in a log is never sealed again. GCM does not commit to its key, so key_check
// does (subject_key.h): a holder of two keys cannot show one field as two texts. The sequence is
// not in AAD, since a commit that is decided again moves; the request id is. The length of the text
// shows in that of the field.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/keyring/subject_key.h"

namespace twinledger::keyring {

// Where a field stands. What it was sealed with is what it opens with: other than these bytes,
// nothing of the place matters. Each of at most kContextPartBytesMax bytes. Borrowed for a call.
struct FieldContext {
  std::string_view stream;          // "registry".
  std::string_view entity_key;      // Of the commit: "official/<uuid>".
  std::string_view event_type;      // "official_registered".
  std::string_view field_path;      // In the event: "official.name".
  std::string_view request_id;      // Of the commit.
  std::string_view classification;  // Of the commit: "IN_CONFIDENCE"; empty if it has none.
};

inline constexpr std::size_t kContextPartBytesMax = 128;
inline constexpr std::size_t kFieldTextBytesMax = 64 * 1024;
inline constexpr std::size_t kSealedOverheadBytes = 1 + 16 + 32 + 12 + 16;

// `nonce` is random and used for this field alone: 12 bytes. INVALID_ARGUMENT, reason
// FIELD_TOO_LONG, for a text or a part of the context over its maximum.
Result<std::string> SealField(const SubjectKey& key, std::string_view log_id,
                              const FieldContext& context, std::string_view nonce,
                              std::string_view text);

// The key that `sealed` names; nothing if it is no sealed field.
std::optional<KeyId> KeyIdOf(std::string_view sealed);

// DATA_LOSS, reason SEALED_FIELD_DAMAGED, for whatever was not sealed by this key for this place:
// altered, cut, moved from another one, of another key. Which of them it is, nobody learns.
Result<std::string> OpenField(const SubjectKey& key, std::string_view log_id,
                              const FieldContext& context, std::string_view sealed);

Error DamagedField(const FieldContext& context);

}  // namespace twinledger::keyring
