#include "platform/server/key_files.h"

#include "platform/base/private_file.h"

namespace twinledger::server {
namespace {

constexpr std::size_t kSecretBytes = 32;

std::filesystem::path WriterFile(const DataDirectory& data, const std::string& stream) {
  return data.keys() / ("writer-" + stream + ".pem");
}
std::filesystem::path DigestFile(const DataDirectory& data) {
  return data.keys() / "request_digest.key";
}
std::filesystem::path TokenFile(const DataDirectory& data) { return data.keys() / "token.key"; }
std::filesystem::path PinFile(const DataDirectory& data) { return data.keys() / "founding.sha256"; }

Error Unreadable(const std::filesystem::path& path, const std::string& expected) {
  return {Code::kFailedPrecondition,
          path.string() + ": is no " + expected + "; restore it from a backup",
          "KEY_UNREADABLE",
          {{"file", path.string()}}};
}

// Reads a file of keys/ under the reasons that this header promises.
Result<std::string> ReadKeyFile(const std::filesystem::path& path) {
  Result<std::string> contents = ReadPrivateFile(path);
  if (contents) return contents;
  Error error = std::move(contents).error();
  if (error.reason == "FILE_MISSING") {
    error.code = Code::kFailedPrecondition;
    error.reason = "KEY_MISSING";
    error.message = path.string() + ": is not there; restore it from a backup";
  } else if (error.reason == "FILE_EXPOSED") {
    error.reason = "KEY_EXPOSED";
  } else {
    error.reason = "KEY_UNREADABLE";
  }
  return error;
}

Result<crypto::SigningKey> LoadSigningKey(const std::filesystem::path& path) {
  TL_TRY(const std::string pem, ReadKeyFile(path));
  Result<crypto::SigningKey> key = crypto::SigningKey::FromPem(pem);
  if (!key) return Unreadable(path, "Ed25519 private key (PKCS #8, PEM)");
  return key;
}

Result<std::string> LoadSecret(const std::filesystem::path& path) {
  TL_TRY(const std::string text, ReadKeyFile(path));
  crypto::Hash secret{};
  if (text.size() != 2 * kSecretBytes + 1 || text.back() != '\n' ||
      !crypto::ParseHash(std::string_view(text).substr(0, 2 * kSecretBytes), secret)) {
    return Unreadable(path, "secret of 32 bytes in hex");
  }
  return std::string(crypto::Bytes(secret));
}

Result<void> WriteUnlessThere(const std::filesystem::path& path, std::string_view contents) {
  Result<void> written = WritePrivateFile(path, contents);
  if (!written && written.error().reason == "FILE_EXISTS") return {};
  return written;
}

Result<void> CreateSecret(const std::filesystem::path& path, RandomSource& random) {
  return WriteUnlessThere(path, crypto::Hex(random.Bytes(kSecretBytes)) + "\n");
}

}  // namespace

Result<log::v1::PublicKey> CreateKeys(const DataDirectory& data,
                                      const std::vector<std::string>& streams,
                                      RandomSource& random) {
  TL_TRY_VOID(MakePrivateFolder(data.keys()));
  for (const std::string& stream : streams) {
    TL_TRY_VOID(
        WriteUnlessThere(WriterFile(data, stream), crypto::SigningKey::Generate(random).ToPem()));
  }
  TL_TRY_VOID(CreateSecret(DigestFile(data), random));
  TL_TRY_VOID(CreateSecret(TokenFile(data), random));
  const std::filesystem::path recovery = data.keys() / "recovery.pem";
  TL_TRY_VOID(WriteUnlessThere(recovery, crypto::SigningKey::Generate(random).ToPem()));
  TL_TRY(const crypto::SigningKey key, LoadSigningKey(recovery));
  return key.public_key();
}

Result<Keys> LoadKeys(const DataDirectory& data, const std::vector<std::string>& streams) {
  Keys keys;
  for (const std::string& stream : streams) {
    TL_TRY(crypto::SigningKey key, LoadSigningKey(WriterFile(data, stream)));
    keys.writers.emplace(stream, std::move(key));
  }
  TL_TRY(keys.request_digest, LoadSecret(DigestFile(data)));
  TL_TRY(keys.token, LoadSecret(TokenFile(data)));
  return keys;
}

Result<std::optional<crypto::Hash>> LoadPin(const DataDirectory& data) {
  Result<std::string> text = ReadPrivateFile(PinFile(data));
  if (!text && text.error().reason == "FILE_MISSING") return std::optional<crypto::Hash>();
  if (!text) return std::move(text).error();
  crypto::Hash pin{};
  if (text->size() != 65 || text->back() != '\n' ||
      !crypto::ParseTypedHash(std::string_view(*text).substr(0, 64), pin)) {
    return Unreadable(PinFile(data), "founding hash (64 hexadecimal digits)");
  }
  return std::optional<crypto::Hash>(pin);
}

Result<void> StorePin(const DataDirectory& data, const crypto::Hash& founding) {
  TL_TRY_VOID(MakePrivateFolder(data.keys()));
  TL_TRY(const std::optional<crypto::Hash> pinned, LoadPin(data));
  if (!pinned) return WritePrivateFile(PinFile(data), crypto::Hex(founding) + "\n");
  if (*pinned == founding) return {};
  return Error{Code::kFailedPrecondition,
               PinFile(data).string() + ": pins another founding, " + crypto::Hex(*pinned),
               "OTHER_FOUNDING",
               {{"pinned", crypto::Hex(*pinned)}, {"found", crypto::Hex(founding)}}};
}

}  // namespace twinledger::server
