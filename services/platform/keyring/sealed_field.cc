#include "platform/keyring/sealed_field.h"

#include <array>
#include <utility>

#include "platform/base/planted_bug.h"
#include "platform/crypto/aead.h"
#include "platform/crypto/key_derivation.h"
#include "platform/keyring/big_endian.h"

namespace twinledger::keyring {
namespace {

constexpr char kVersion = 0x01;
constexpr std::string_view kFieldTag = "twinledger/field/v1";
constexpr std::string_view kCommitTag = "twinledger/commit/v1";
constexpr std::size_t kCheckAt = 1 + sizeof(KeyId);
constexpr std::size_t kNonceAt = kCheckAt + sizeof(KeyCheck);
constexpr std::size_t kCiphertextAt = kNonceAt + crypto::kAeadNonceBytes;

struct Part {
  std::string_view name;
  std::string_view value;
};

std::array<Part, 7> PartsOf(std::string_view log_id, const FieldContext& context) {
  return {{{"log_id", log_id},
           {"stream", context.stream},
           {"entity_key", context.entity_key},
           {"event_type", context.event_type},
           {"field_path", context.field_path},
           {"request_id", context.request_id},
           {"classification", context.classification}}};
}

static_assert(kFieldTag.size() + 7 * (4 + kContextPartBytesMax) + 4 + sizeof(KeyId) <=
              crypto::kHkdfInputMax);

std::optional<Part> TooLongPart(std::string_view log_id, const FieldContext& context) {
  for (const Part& part : PartsOf(log_id, context)) {
    if (part.value.size() > kContextPartBytesMax) return part;
  }
  return std::nullopt;
}

void AppendPart(std::string& out, std::string_view value) {
  if (!Planted(PlantedBug::kContextRunsTogether)) {
    AppendU32(out, static_cast<std::uint32_t>(value.size()));
  }
  out += value;
}

std::string AdditionalOf(std::string_view log_id, const FieldContext& context, const KeyId& id) {
  std::string additional;
  for (const Part& part : PartsOf(log_id, context)) AppendPart(additional, part.value);
  AppendPart(additional, BytesOf(id));
  return additional;
}

crypto::SecretBytes FieldKey(const SubjectKey& key, std::string_view nonce,
                             std::string_view additional) {
  std::string info(kFieldTag);
  info += additional;
  return crypto::HkdfSha384(key.secret.bytes(), nonce, info, crypto::kAeadKeyBytes);
}

Error TooLong(std::string_view what, std::size_t size, std::size_t max) {
  return {Code::kInvalidArgument,
          std::string(what) + ": has " + std::to_string(size) + " bytes and may have " +
              std::to_string(max) + "; shorten it",
          "FIELD_TOO_LONG",
          {{"field", std::string(what)}, {"bytes_max", std::to_string(max)}}};
}

}  // namespace

SubjectKey SubjectKey::Of(const KeyId& id, crypto::SecretBytes secret) {
  const KeyCheck check = KeyCheckOf(secret);
  return {id, check, std::move(secret)};
}

KeyCheck KeyCheckOf(const crypto::SecretBytes& secret) {
  const crypto::Mac384 mac = crypto::HmacSha384(secret.bytes(), kCommitTag);
  return ArrayOf<sizeof(KeyCheck)>(crypto::Bytes(mac).substr(0, sizeof(KeyCheck)));
}

Error DamagedField(const FieldContext& context) {
  return {Code::kDataLoss,
          std::string(context.field_path) +
              ": is not what was sealed for this record, or a newer program sealed it; check the "
              "log with `twinledger log verify`, or update this program",
          "SEALED_FIELD_DAMAGED",
          {{"field", std::string(context.field_path)}}};
}

Result<std::string> SealField(const SubjectKey& key, std::string_view log_id,
                              const FieldContext& context, std::string_view nonce,
                              std::string_view text) {
  if (text.size() > kFieldTextBytesMax) {
    return TooLong(context.field_path, text.size(), kFieldTextBytesMax);
  }
  if (const std::optional<Part> part = TooLongPart(log_id, context)) {
    return TooLong(part->name, part->value.size(), kContextPartBytesMax);
  }
  const std::string additional = AdditionalOf(log_id, context, key.id);
  std::string sealed;
  sealed.reserve(kSealedOverheadBytes + text.size());
  sealed += kVersion;
  sealed += BytesOf(key.id);
  sealed += BytesOf(key.check);
  sealed += nonce;
  sealed += crypto::SealAes256Gcm(FieldKey(key, nonce, additional), nonce, additional, text);
  return sealed;
}

std::optional<KeyId> KeyIdOf(std::string_view sealed) {
  if (sealed.size() < kSealedOverheadBytes || sealed.front() != kVersion) return std::nullopt;
  return ArrayOf<sizeof(KeyId)>(sealed.substr(1, sizeof(KeyId)));
}

Result<std::string> OpenField(const SubjectKey& key, std::string_view log_id,
                              const FieldContext& context, std::string_view sealed) {
  const std::optional<KeyId> id = KeyIdOf(sealed);
  if (!id || *id != key.id || TooLongPart(log_id, context)) return DamagedField(context);
  // Of the secret itself: whoever made the keyring may have written another check beside it.
  const std::string_view check = sealed.substr(kCheckAt, sizeof(KeyCheck));
  if (!crypto::EqualInConstantTime(check, BytesOf(KeyCheckOf(key.secret)))) {
    return DamagedField(context);
  }
  const std::string_view nonce = sealed.substr(kNonceAt, crypto::kAeadNonceBytes);
  const std::string additional = AdditionalOf(log_id, context, key.id);
  std::optional<std::string> text = crypto::OpenAes256Gcm(FieldKey(key, nonce, additional), nonce,
                                                          additional, sealed.substr(kCiphertextAt));
  if (!text) return DamagedField(context);
  return *std::move(text);
}

}  // namespace twinledger::keyring
