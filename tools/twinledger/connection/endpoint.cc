#include "twinledger/connection/endpoint.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

namespace twinledger::client {
namespace {

Error NoCredentials(std::string reason, std::string message, const std::filesystem::path& place) {
  return Error{.code = Code::kUnauthenticated,
               .message = std::move(message),
               .reason = std::move(reason),
               .metadata = {{"place", place.string()}}};
}

bool IsFlag(const Setting& setting) { return setting.source.starts_with("flag "); }

Result<std::filesystem::path> FolderOf(const Settings& settings, std::string_view account) {
  const Setting& credentials = settings.find("credentials")->second;
  const Setting& as = settings.find("as")->second;
  const bool as_wins = IsFlag(as) && !IsFlag(credentials);
  if (!credentials.value.empty() && !as_wins) return std::filesystem::path(credentials.value);
  const std::filesystem::path clients =
      std::filesystem::path(settings.find("data_dir")->second.value) / "identity" / "clients";
  const std::filesystem::path folder = clients / (as.value.empty() ? account : as.value);
  std::error_code absent;
  if (std::filesystem::is_directory(folder, absent)) return folder;
  return NoCredentials(
      "NO_CREDENTIALS",
      fmt::format(
          "no credentials: give their folder with --credentials, or name the data directory "
          "of a server on this machine with --data-dir (looked for {})",
          folder.string()),
      folder);
}

Result<std::string> ReadPem(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in && text.starts_with("-----BEGIN ")) return text;
  return NoCredentials("CREDENTIALS_UNREADABLE",
                       fmt::format("{} cannot be read as PEM: check its permissions, or have the "
                                   "credentials issued again",
                                   file.string()),
                       file);
}

// A text of a JSON file; nothing if there is none.
std::optional<std::string> TextIn(const std::filesystem::path& file, const char* name) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  const auto json = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains(name) || !json[name].is_string()) return std::nullopt;
  return json[name].get<std::string>();
}

std::string ServerOf(const Settings& settings, const std::filesystem::path& folder) {
  const Setting& server = settings.find("server")->second;
  if (server.source != "built in") return server.value;
  const std::filesystem::path data = settings.find("data_dir")->second.value;
  const bool local = folder.parent_path() == data / "identity" / "clients";
  if (local) {
    if (const auto running = TextIn(data / "endpoint.json", "listen")) return *running;
  }
  return TextIn(folder / "profile.json", "server").value_or(server.value);
}

}  // namespace

Result<Endpoint> FindEndpoint(const Settings& settings, std::string_view account) {
  Endpoint endpoint;
  TL_TRY(endpoint.folder, FolderOf(settings, account));
  TL_TRY(endpoint.ca_pem, ReadPem(endpoint.folder / "ca.pem"));
  TL_TRY(endpoint.cert_pem, ReadPem(endpoint.folder / "cert.pem"));
  TL_TRY(endpoint.key_pem, ReadPem(endpoint.folder / "key.pem"));
  endpoint.server = ServerOf(settings, endpoint.folder);
  return endpoint;
}

}  // namespace twinledger::client
