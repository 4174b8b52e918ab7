#include "platform/keyring/keyring_file.h"

#include <algorithm>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/key_derivation.h"
#include "platform/keyring/big_endian.h"

namespace twinledger::keyring {
namespace {

constexpr std::string_view kMagic = "TLKEYRNG";
constexpr std::uint32_t kFileVersion = 1;
constexpr std::string_view kWrapTag = "twinledger/keyring/v1";
constexpr std::string_view kKekTag = "twinledger/kek/v1";
constexpr std::size_t kCheckBytes = 12;
constexpr std::size_t kCheckedBytes = kSlotBytes - kCheckBytes;
constexpr std::size_t kSlotNonceAt = 120;
static_assert(kSlotNonceAt == 1 + 1 + 2 + 4 + sizeof(KeyId) + sizeof(KeyCheck) + kSubjectBytesMax);
static_assert(kCheckedBytes == kSlotNonceAt + crypto::kAeadNonceBytes + sizeof(KeyEntry::Wrapped));

// Takes a part off the front.
std::string_view Take(std::string_view& bytes, std::size_t size) {
  const std::string_view part = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return part;
}

void AppendPadded(std::string& out, std::string_view text, std::size_t size) {
  TL_CHECK(text.size() <= size);
  out.append(text).append(size - text.size(), '\0');
}

std::string_view WithoutPadding(std::string_view padded) {
  return padded.substr(0, padded.find_last_not_of('\0') + 1);
}

bool IsZeros(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

std::string CheckOf(std::string_view slot) {
  const crypto::Hash hash = crypto::Sha256(slot.substr(0, kCheckedBytes));
  return std::string(crypto::Bytes(hash).substr(0, kCheckBytes));
}

bool Checks(std::string_view slot) { return slot.substr(kCheckedBytes) == CheckOf(slot); }

// A slot up to its nonce: what a wrapped key is bound to.
std::string EncodeFront(const KeyEntry& entry) {
  std::string front;
  front.reserve(kSlotBytes);
  front += static_cast<char>(entry.kind);
  front += static_cast<char>(entry.subject.value().size());
  front.append(2, '\0');
  AppendU32(front, entry.epoch);
  front += BytesOf(entry.id);
  front += BytesOf(entry.check);
  AppendPadded(front, entry.subject.value(), kSubjectBytesMax);
  return front;
}

std::string WrapAdditional(const KeyEntry& entry) {
  return std::string(kWrapTag) + EncodeFront(entry);
}

Error Newer(const std::filesystem::path& path, std::string_view what) {
  return {
      Code::kFailedPrecondition,
      path.string() + ": a newer program wrote it (" + std::string(what) + "); update this program",
      "KEYRING_NEWER",
      {{"file", path.string()}}};
}

// Nothing for a slot that checks and yet is none.
std::optional<KeyEntry> DecodeEntry(std::string_view slot) {
  KeyEntry entry;
  entry.kind = static_cast<KeyEntry::Kind>(Take(slot, 1).front());
  const auto subject_size = static_cast<unsigned char>(Take(slot, 1).front());
  if (subject_size == 0 || subject_size > kSubjectBytesMax || !IsZeros(Take(slot, 2))) {
    return std::nullopt;
  }
  entry.epoch = ReadU32(Take(slot, 4));
  entry.id = ArrayOf<sizeof(KeyId)>(Take(slot, sizeof(KeyId)));
  entry.check = ArrayOf<sizeof(KeyCheck)>(Take(slot, sizeof(KeyCheck)));
  const std::string_view subject = Take(slot, kSubjectBytesMax);
  if (!IsZeros(subject.substr(subject_size))) return std::nullopt;
  entry.subject = SubjectId(std::string(subject.substr(0, subject_size)));
  entry.nonce = ArrayOf<crypto::kAeadNonceBytes>(Take(slot, crypto::kAeadNonceBytes));
  entry.wrapped = ArrayOf<sizeof(KeyEntry::Wrapped)>(Take(slot, sizeof(KeyEntry::Wrapped)));
  return entry;
}

// What a write that a crash cut short leaves where a file grows before its bytes are there.
bool IsTorn(std::string_view rest) { return IsZeros(rest.substr(kCheckedBytes)); }

}  // namespace

KeyCheck KekCheckOf(const crypto::SecretBytes& kek) {
  const crypto::Mac384 mac = crypto::HmacSha384(kek.bytes(), kKekTag);
  return ArrayOf<sizeof(KeyCheck)>(crypto::Bytes(mac).substr(0, sizeof(KeyCheck)));
}

KeyEntry WrapKey(const crypto::SecretBytes& kek, std::uint32_t epoch, std::string_view nonce,
                 const SubjectId& subject, const SubjectKey& key) {
  KeyEntry entry;
  entry.epoch = epoch;
  entry.id = key.id;
  entry.check = key.check;
  entry.subject = subject;
  entry.nonce = ArrayOf<crypto::kAeadNonceBytes>(nonce);
  const std::string wrapped =
      crypto::SealAes256Gcm(kek, nonce, WrapAdditional(entry), key.secret.bytes());
  TL_CHECK(wrapped.size() == entry.wrapped.size());
  entry.wrapped = ArrayOf<sizeof(KeyEntry::Wrapped)>(wrapped);
  return entry;
}

std::optional<SubjectKey> UnwrapKey(const crypto::SecretBytes& kek, const KeyEntry& entry) {
  if (entry.kind != KeyEntry::Kind::kKey) return std::nullopt;
  std::optional<crypto::SecretBytes> secret = crypto::OpenSecretAes256Gcm(
      kek, BytesOf(entry.nonce), WrapAdditional(entry), BytesOf(entry.wrapped));
  if (!secret) return std::nullopt;
  // What it is wrapped with names the check: it is the one that was written with the key.
  return SubjectKey{entry.id, entry.check, *std::move(secret)};
}

std::string EncodeHeader(const KeyringHeader& header) {
  std::string slot(kMagic);
  AppendU32(slot, kFileVersion);
  AppendU32(slot, header.epoch);
  AppendPadded(slot, header.log_id, kLogIdBytesMax);
  slot += BytesOf(header.kek_check);
  slot.resize(kCheckedBytes, '\0');
  return slot + CheckOf(slot);
}

std::string EncodeEntry(const KeyEntry& entry) {
  std::string slot = EncodeFront(entry);
  slot += BytesOf(entry.nonce);
  slot += BytesOf(entry.wrapped);
  return slot + CheckOf(slot);
}

Error DamagedKeyring(const std::filesystem::path& path, std::uint64_t offset,
                     std::string_view what) {
  return {Code::kDataLoss,
          path.string() + ", byte " + std::to_string(offset) + ": " + std::string(what) +
              "; nothing was changed: keep a copy of the file, and restore it from the youngest "
              "backup or from another replica",
          "KEYRING_DAMAGED",
          {{"file", path.string()}, {"byte", std::to_string(offset)}}};
}

Result<KeyringHeader> DecodeHeader(std::string_view file_begin, const std::filesystem::path& path) {
  if (file_begin.size() < kSlotBytes || !Checks(file_begin.substr(0, kSlotBytes)) ||
      !file_begin.starts_with(kMagic)) {
    return DamagedKeyring(path, 0, "the header does not check");
  }
  std::string_view rest = file_begin.substr(kMagic.size());
  if (ReadU32(Take(rest, 4)) != kFileVersion) return Newer(path, "version");
  KeyringHeader header;
  header.epoch = ReadU32(Take(rest, 4));
  header.log_id = std::string(WithoutPadding(Take(rest, kLogIdBytesMax)));
  header.kek_check = ArrayOf<sizeof(KeyCheck)>(Take(rest, sizeof(KeyCheck)));
  return header;
}

Result<ScannedEntries> ScanEntries(std::string_view bytes, std::uint64_t offset,
                                   const KeyringHeader& header, const std::filesystem::path& path) {
  ScannedEntries scanned;
  scanned.entries.reserve(bytes.size() / kSlotBytes);
  while (bytes.size() - scanned.whole_bytes >= kSlotBytes) {
    const std::string_view slot = bytes.substr(scanned.whole_bytes, kSlotBytes);
    const std::uint64_t at = offset + scanned.whole_bytes;
    if (!Checks(slot)) {
      if (IsTorn(bytes.substr(scanned.whole_bytes))) break;
      return DamagedKeyring(path, at, "a key does not check");
    }
    std::optional<KeyEntry> entry = DecodeEntry(slot);
    if (!entry || entry->epoch != header.epoch) {
      return DamagedKeyring(path, at, "a key is not of this file");
    }
    if (entry->kind != KeyEntry::Kind::kKey && entry->kind != KeyEntry::Kind::kErased) {
      return Newer(path, "kind of slot");
    }
    scanned.entries.push_back(*std::move(entry));
    scanned.whole_bytes += kSlotBytes;
  }
  return scanned;
}

}  // namespace twinledger::keyring
