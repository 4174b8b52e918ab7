#include "platform/keyring/key_encryption_key.h"

#include <string>
#include <system_error>

#include "platform/base/private_file.h"
#include "platform/crypto/aead.h"
#include "platform/crypto/hash.h"

namespace twinledger::keyring {
namespace {

constexpr std::string_view kKekPrefix = "kek-";
constexpr std::string_view kKekSuffix = ".key";

}  // namespace

std::filesystem::path KekFile(const DataDirectory& data, std::uint32_t epoch) {
  return data.keys() / (std::string(kKekPrefix) + std::to_string(epoch) + std::string(kKekSuffix));
}

bool HasKek(const DataDirectory& data) {
  std::error_code error;
  std::filesystem::directory_iterator file(data.keys(), error);
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) {
    // A draft that a crash left is none: nothing was wrapped with it.
    const std::string name = file->path().filename().string();
    if (name.starts_with(kKekPrefix) && name.ends_with(kKekSuffix)) return true;
  }
  return false;
}

Result<crypto::SecretBytes> LoadKek(const DataDirectory& data, std::uint32_t epoch) {
  const std::filesystem::path path = KekFile(data, epoch);
  Result<std::string> text = ReadPrivateFile(path);
  if (!text) {
    Error error = std::move(text).error();
    const bool missing = error.reason == "FILE_MISSING";
    if (missing) {
      error.message = path.string() +
                      ": is not there, and what it wraps cannot be read without "
                      "it; restore it from a backup, or from another replica";
    }
    error.reason = missing                          ? "KEYRING_KEY_MISSING"
                   : error.reason == "FILE_EXPOSED" ? "KEYRING_EXPOSED"
                                                    : "KEYRING_KEY_UNREADABLE";
    error.code = Code::kFailedPrecondition;
    return error;
  }
  crypto::Hash bytes{};
  const bool whole = text->size() == 2 * crypto::kAeadKeyBytes + 1 && text->back() == '\n' &&
                     crypto::ParseHash(std::string_view(*text).substr(0, text->size() - 1), bytes);
  crypto::Cleanse(*text);
  crypto::SecretBytes kek = crypto::SecretBytes::Copy(crypto::Bytes(bytes));
  crypto::Cleanse(bytes);
  if (whole) return kek;
  return Error{Code::kFailedPrecondition,
               path.string() + ": is no secret of 32 bytes in hex; restore it from a backup",
               "KEYRING_KEY_UNREADABLE",
               {{"file", path.string()}}};
}

Result<void> StoreKek(const DataDirectory& data, std::uint32_t epoch,
                      const crypto::SecretBytes& kek) {
  TL_TRY_VOID(MakePrivateFolder(data.keys()));
  std::string hex = crypto::Hex(kek.bytes());
  std::string line = hex + "\n";
  Result<void> written = WritePrivateFile(KekFile(data, epoch), line);
  crypto::Cleanse(hex);
  crypto::Cleanse(line);
  return written;
}

}  // namespace twinledger::keyring
