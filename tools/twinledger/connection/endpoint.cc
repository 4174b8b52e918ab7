#include "twinledger/connection/endpoint.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "platform/base/private_file.h"
#include "platform/base/whole_file.h"
#include "platform/crypto/certificates.h"

namespace twinledger::client {
namespace {

Error NoCredentials(std::string reason, std::string message, const std::filesystem::path& place) {
  return Error{.code = Code::kUnauthenticated,
               .message = std::move(message),
               .reason = std::move(reason),
               .metadata = {{"place", place.string()}}};
}

bool IsFlag(const Setting& setting) { return setting.source.starts_with("flag "); }

std::filesystem::path FolderOf(const Settings& settings, std::string_view account) {
  const Setting& credentials = settings.find("credentials")->second;
  const Setting& as = settings.find("as")->second;
  const bool as_wins = IsFlag(as) && !IsFlag(credentials);
  if (!credentials.value.empty() && !as_wins) return credentials.value;
  return std::filesystem::path(settings.find("data_dir")->second.value) / "identity" / "clients" /
         (as.value.empty() ? account : as.value);
}

Result<void> CheckIsThere(const std::filesystem::path& folder) {
  std::error_code absent;
  if (std::filesystem::is_directory(folder, absent)) return {};
  return NoCredentials(
      "NO_CREDENTIALS",
      fmt::format("no credentials in {}: give their folder with --credentials, or an account of a "
                  "data directory on this machine with --as and --data-dir",
                  folder.string()),
      folder);
}

Result<std::string> ReadPem(const std::filesystem::path& file) {
  Result<std::string> text = ReadWholeFile(file);
  if (text && text->starts_with("-----BEGIN ")) return text;
  return NoCredentials("CREDENTIALS_UNREADABLE",
                       fmt::format("{} cannot be read as PEM: check its permissions, or have the "
                                   "credentials issued again",
                                   file.string()),
                       file);
}

// What others can read is no secret any more.
Result<std::string> ReadKey(const std::filesystem::path& file) {
  const Result<std::string> text = ReadPrivateFile(file);
  if (!text && text.error().reason == "FILE_EXPOSED") {
    return NoCredentials("KEY_EXPOSED",
                         fmt::format("{} can be read by others: have the credentials issued again, "
                                     "or, if nobody did, chmod 600",
                                     file.string()),
                         file);
  }
  return ReadPem(file);
}

// A text of a JSON file; nothing if there is none.
std::optional<std::string> TextIn(const std::filesystem::path& file, const char* name) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  const auto json = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains(name) || !json[name].is_string()) return std::nullopt;
  return json[name].get<std::string>();
}

Setting ServerOf(const Settings& settings, const std::filesystem::path& folder) {
  const Setting& server = settings.find("server")->second;
  if (server.source != "built in") return server;
  const std::filesystem::path data = settings.find("data_dir")->second.value;
  const std::filesystem::path running = data / "endpoint.json";
  const bool local = folder.parent_path() == data / "identity" / "clients";
  if (local) {
    if (const auto listen = TextIn(running, "listen")) return {*listen, running.string()};
  }
  const std::filesystem::path profile = folder / "profile.json";
  if (const auto told = TextIn(profile, "server")) return {*told, profile.string()};
  return server;
}

// gRPC would say no more than that there is no connection.
Result<void> CheckBelongTogether(Endpoint& endpoint) {
  const auto mixed = [&](const char* name, std::string_view what) {
    const std::filesystem::path file = endpoint.folder / name;
    return NoCredentials("CREDENTIALS_MIXED",
                         fmt::format("{} {}: copy the folder of the credentials anew and whole, or "
                                     "have them issued again",
                                     file.string(), what),
                         file);
  };
  const Result<crypto::CertificateFacts> facts = crypto::Inspect(endpoint.cert_pem);
  if (!facts) return mixed("cert.pem", "is not one certificate");
  endpoint.not_after = facts->not_after;
  if (!crypto::IsKeyOf(endpoint.cert_pem, endpoint.key_pem)) {
    return mixed("key.pem", "is not the key of cert.pem beside it");
  }
  if (!crypto::IsIssuedBy(endpoint.cert_pem, endpoint.ca_pem)) {
    return mixed("cert.pem", "was not issued by ca.pem beside it");
  }
  return {};
}

}  // namespace

Result<Endpoint> FindEndpoint(const Settings& settings, std::string_view account) {
  Endpoint endpoint;
  endpoint.folder = FolderOf(settings, account);
  Setting server = ServerOf(settings, endpoint.folder);
  TL_TRY(endpoint.servers, ParseServers(server));
  endpoint.server_source = std::move(server.source);
  TL_TRY_VOID(CheckIsThere(endpoint.folder));
  TL_TRY(endpoint.ca_pem, ReadPem(endpoint.folder / "ca.pem"));
  TL_TRY(endpoint.cert_pem, ReadPem(endpoint.folder / "cert.pem"));
  TL_TRY(endpoint.key_pem, ReadKey(endpoint.folder / "key.pem"));
  TL_TRY_VOID(CheckBelongTogether(endpoint));
  return endpoint;
}

Setting FindServer(const Settings& settings, std::string_view account) {
  return ServerOf(settings, FolderOf(settings, account));
}

}  // namespace twinledger::client
