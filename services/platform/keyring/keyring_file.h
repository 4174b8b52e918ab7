// The file of one epoch: keyring/epoch-<n>.keys. Slots of 192 bytes, numbers big-endian.
//
//   file    := header slot*
//   header  := "TLKEYRNG" version(4) epoch(4) log_id(48) kek_check(32) zeros(84) check(12)
//   slot    := kind(1) subject_size(1) zeros(2) epoch(4) key_id(16) key_check(32) subject(64)
//              nonce(12) wrapped(48) check(12)
//   kind    := 1: a key | 2: erased, nonce and wrapped are zeros
//   wrapped := AES-256-GCM(KEK, nonce, additional = "twinledger/keyring/v1" and the slot up to its
//              nonce, key)
//   check   := first 12 bytes of SHA-256 of what is before it in the slot
//   kek_check := first 32 bytes of HMAC-SHA-384(KEK, "twinledger/kek/v1")
//
// log_id and subject are filled up with zeros; version is 1.
//
// It only grows. Erasing makes the file of the next epoch, with the survivors wrapped anew and a
// slot of kind 2 for each erased key, and removes this one and its KEK, and what a crash left of
// earlier ones: the highest epoch is the one in force.
//
// A crash leaves less than a slot at the end, or zeros where a slot was to be: torn, and nobody had
// been told of that key. Any other slot that does not check is damage. Since slots have one size,
// neither hides what follows it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/crypto/aead.h"
#include "platform/keyring/subject_key.h"

namespace twinledger::keyring {

inline constexpr std::size_t kSlotBytes = 192;
inline constexpr std::size_t kLogIdBytesMax = 48;

struct KeyringHeader {
  std::uint32_t epoch = 0;
  std::string log_id;
  KeyCheck kek_check{};

  friend bool operator==(const KeyringHeader&, const KeyringHeader&) = default;
};

struct KeyEntry {
  enum class Kind : std::uint8_t { kKey = 1, kErased = 2 };
  using Wrapped = std::array<std::uint8_t, kSubjectKeyBytes + crypto::kAeadTagBytes>;

  Kind kind = Kind::kKey;
  std::uint32_t epoch = 0;
  KeyId id{};
  KeyCheck check{};
  SubjectId subject;
  std::array<std::uint8_t, crypto::kAeadNonceBytes> nonce{};  // Zeros if it is erased.
  Wrapped wrapped{};                                          // Likewise.

  friend bool operator==(const KeyEntry&, const KeyEntry&) = default;
};

KeyCheck KekCheckOf(const crypto::SecretBytes& kek);

// `nonce` is random: 12 bytes.
KeyEntry WrapKey(const crypto::SecretBytes& kek, std::uint32_t epoch, std::string_view nonce,
                 const SubjectId& subject, const SubjectKey& key);

// Nothing unless the entry is a key, wrapped by `kek`.
std::optional<SubjectKey> UnwrapKey(const crypto::SecretBytes& kek, const KeyEntry& entry);

std::string EncodeHeader(const KeyringHeader& header);
std::string EncodeEntry(const KeyEntry& entry);

// DATA_LOSS, reason KEYRING_DAMAGED, naming file and byte; FAILED_PRECONDITION, reason
// KEYRING_NEWER, for a version, or a kind of slot, of a newer program.
Result<KeyringHeader> DecodeHeader(std::string_view file_begin, const std::filesystem::path& path);

struct ScannedEntries {
  std::vector<KeyEntry> entries;
  std::size_t whole_bytes = 0;  // Of what was scanned; torn bytes follow.
};

// The slots in `bytes`, which stand at `offset` in the file. Errors as DecodeHeader.
Result<ScannedEntries> ScanEntries(std::string_view bytes, std::uint64_t offset,
                                   const KeyringHeader& header, const std::filesystem::path& path);

Error DamagedKeyring(const std::filesystem::path& path, std::uint64_t offset,
                     std::string_view what);

}  // namespace twinledger::keyring
