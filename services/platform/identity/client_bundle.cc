#include "platform/identity/client_bundle.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "platform/base/private_file.h"

namespace twinledger::identity {
namespace {

Error BadBundle(const std::filesystem::path& file, std::string_view what) {
  return {Code::kFailedPrecondition,
          fmt::format("{}: {}: issue the account's bundle anew with `twinledger identity issue`",
                      file.string(), what),
          "BAD_BUNDLE",
          {{"file", file.string()}}};
}

Result<std::string> Read(const std::filesystem::path& file) {
  Result<std::string> contents = ReadPrivateFile(file);
  if (!contents) return BadBundle(file, contents.error().message);
  return contents;
}

}  // namespace

Error FolderExists(const std::filesystem::path& folder) {
  return {Code::kAlreadyExists,
          fmt::format("{} is there already: name another folder (--out), or another account",
                      folder.string()),
          "FOLDER_EXISTS",
          {{"folder", folder.string()}}};
}

Result<void> WriteBundle(const std::filesystem::path& folder, const ClientBundle& bundle) {
  std::error_code error;
  if (std::filesystem::exists(folder, error)) return FolderExists(folder);
  const std::filesystem::path draft = folder.string() + ".new";
  std::filesystem::remove_all(draft, error);
  TL_TRY_VOID(MakePrivateFolder(draft));
  const nlohmann::ordered_json profile{
      {"server", bundle.server}, {"trust_domain", bundle.trust_domain}, {"uri", bundle.uri}};
  TL_TRY_VOID(WritePrivateFile(draft / "ca.pem", bundle.authority_pem));
  TL_TRY_VOID(WritePrivateFile(draft / "cert.pem", bundle.certificate_pem));
  TL_TRY_VOID(WritePrivateFile(draft / "key.pem", bundle.key_pem));
  TL_TRY_VOID(WritePrivateFile(draft / "profile.json", profile.dump(2) + "\n"));
  std::filesystem::rename(draft, folder, error);
  if (error) {
    return Error{Code::kInternal, fmt::format("{}: {}", folder.string(), error.message()),
                 "FILE_ERROR"};
  }
  return {};
}

Result<ClientBundle> ReadBundle(const std::filesystem::path& folder) {
  ClientBundle bundle;
  TL_TRY(bundle.authority_pem, Read(folder / "ca.pem"));
  TL_TRY(bundle.certificate_pem, Read(folder / "cert.pem"));
  TL_TRY(bundle.key_pem, Read(folder / "key.pem"));
  TL_TRY(const std::string text, Read(folder / "profile.json"));
  const nlohmann::json profile = nlohmann::json::parse(text, nullptr, false);
  const auto field = [&](const char* name, std::string& to) {
    if (!profile.is_object()) return false;
    const auto value = profile.find(name);
    if (value == profile.end() || !value->is_string()) return false;
    to = value->get<std::string>();
    return true;
  };
  if (!field("server", bundle.server) || !field("trust_domain", bundle.trust_domain) ||
      !field("uri", bundle.uri)) {
    return BadBundle(folder / "profile.json", "needs the texts server, trust_domain and uri");
  }
  return bundle;
}

}  // namespace twinledger::identity
