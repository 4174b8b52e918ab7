#include "twinledger/command/operate/replica_keys.h"

#include <cstdint>
#include <system_error>

#include "platform/crypto/system_random.h"
#include "platform/keyring/key_encryption_key.h"
#include "platform/keyring/keyring.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;

Result<void> LinkKeyring(const DataDirectory& data, const DataDirectory& replica) {
  std::error_code error;
  const fs::path shared = fs::canonical(data.keyring(), error);
  if (!error) fs::create_directory_symlink(shared, replica.keyring(), error);
  if (!error) return {};
  return Error{Code::kFailedPrecondition,
               replica.keyring().string() + ": no link to " + data.keyring().string() +
                   " can be made: " + error.message(),
               "FILE_UNUSABLE",
               {{"file", replica.keyring().string()}}};
}

}  // namespace

Result<void> BringKeys(const DataDirectory& data, const DataDirectory& replica,
                       KeyringOfReplica how) {
  if (!keyring::HasKeyring(data)) return {};
  TL_TRY(const std::string log_id, keyring::LogIdOf(data));
  crypto::SystemRandom random;
  TL_TRY(const auto ours, keyring::Keyring::Open(data, log_id, random));
  std::error_code absent;
  if (!fs::exists(replica.keyring(), absent)) {
    TL_TRY_VOID(how == KeyringOfReplica::kShared ? LinkKeyring(data, replica)
                                                 : keyring::CopyKeyring(data, replica));
  }
  if (!keyring::HasKek(replica)) {
    const std::uint32_t epoch = ours->Counts().epoch;
    TL_TRY(const crypto::SecretBytes kek, keyring::LoadKek(data, epoch));
    TL_TRY_VOID(keyring::StoreKek(replica, epoch, kek));
  }
  TL_TRY(const auto theirs, keyring::Keyring::Open(replica, log_id, random));
  const Result<std::uint64_t> brought = theirs->TakeMissing(*ours);
  if (!brought) return brought.error();
  const Result<std::uint64_t> taken = ours->TakeMissing(*theirs);
  return taken ? Result<void>() : taken.error();
}

}  // namespace twinledger::client
