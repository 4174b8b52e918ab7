#include <system_error>
#include <utility>

#include "platform/base/private_file.h"
#include "platform/crypto/aead.h"
#include "platform/keyring/key_encryption_key.h"
#include "platform/keyring/keyring.h"
#include "platform/keyring/keyring_file.h"
#include "platform/keyring/keyring_folder.h"
#include "platform/keyring/open_epoch.h"

namespace twinledger::keyring {
namespace {

constexpr std::uint32_t kFirstEpoch = 1;

// Whether the file of the first epoch holds no key, and a crash came before its KEK was there.
Result<bool> IsHalfMade(const DataDirectory& data) {
  if (HasKek(data)) return false;
  TL_TRY(const std::string slots, ReadKeyringFile(EpochFile(data, kFirstEpoch), kSlotBytes));
  return slots.empty();
}

}  // namespace

bool HasKeyring(const DataDirectory& data) {
  const Result<std::uint32_t> epoch = CurrentEpoch(data);
  return HasKek(data) || !epoch || *epoch > 0;
}

Result<void> CreateKeyring(const DataDirectory& data, std::string_view log_id,
                           RandomSource& random) {
  if (log_id.size() > kLogIdBytesMax) {
    return Error{Code::kInvalidArgument,
                 "log_id: has over " + std::to_string(kLogIdBytesMax) + " bytes; it is no UUID",
                 "BAD_LOG_ID",
                 {{"field", "log_id"}}};
  }
  TL_TRY_VOID(MakePrivateFolder(data.keyring()));
  TL_TRY(const auto lock, LockKeyring(data, FileLock::kExclusive));
  TL_TRY(const std::uint32_t epoch, CurrentEpoch(data));
  if (epoch == 0 && HasKek(data)) return KeyringMissing(data);
  if (epoch > kFirstEpoch) return {};
  if (epoch == kFirstEpoch) {
    TL_TRY(const bool half_made, IsHalfMade(data));
    if (!half_made) return {};
  }
  const auto kek = crypto::SecretBytes::Random(crypto::kAeadKeyBytes, random);
  // The KEK last: while it is missing nothing was sealed, so nothing is lost by beginning again.
  TL_TRY_VOID(ReplaceFile(
      EpochFile(data, kFirstEpoch),
      EncodeHeader(
          {.epoch = kFirstEpoch, .log_id = std::string(log_id), .kek_check = KekCheckOf(kek)})));
  return StoreKek(data, kFirstEpoch, kek);
}

Result<std::string> LogIdOf(const DataDirectory& data) {
  TL_TRY(const auto lock, LockKeyring(data, FileLock::kShared));
  TL_TRY(const std::uint32_t epoch, CurrentEpoch(data));
  if (epoch == 0) return KeyringMissing(data);
  TL_TRY(const auto file, OpenEpoch::Open(EpochFile(data, epoch)));
  TL_TRY(KeyringHeader header, file->ReadHeader());
  return std::move(header.log_id);
}

Result<void> CopyKeyring(const DataDirectory& from, const DataDirectory& to) {
  TL_TRY(const auto lock, LockKeyring(from, FileLock::kShared));
  TL_TRY(const std::uint32_t epoch, CurrentEpoch(from));
  if (epoch == 0) return KeyringMissing(from);
  const std::filesystem::path file = EpochFile(from, epoch);
  TL_TRY(const std::string bytes, ReadKeyringFile(file, 0));
  TL_TRY(const KeyringHeader header, DecodeHeader(bytes, file));
  const std::string_view slots = std::string_view(bytes).substr(kSlotBytes);
  TL_TRY(const ScannedEntries scanned, ScanEntries(slots, kSlotBytes, header, file));
  TL_TRY_VOID(MakePrivateFolder(to.keyring()));
  return WritePrivateFile(EpochFile(to, epoch),
                          std::string_view(bytes).substr(0, kSlotBytes + scanned.whole_bytes));
}

}  // namespace twinledger::keyring
