#include "platform/identity/replica_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "platform/base/locked_file.h"
#include "platform/base/private_file.h"
#include "platform/base/whole_file.h"
#include "platform/identity/issued_certificates.h"
#include "platform/identity/revocation_list.h"

namespace twinledger::identity {
namespace {

constexpr std::string_view kAboutReplica =
    "The authority is in another data directory. There certificates are issued and revoked, and\n"
    "`twinledger replica refresh` writes the lists and this server's certificate here anew.\n";

Error Unfit(const std::filesystem::path& folder, std::string_view reason, std::string_view what) {
  return {Code::kFailedPrecondition,
          fmt::format("{} {}; write another one with `twinledger replica refresh`, from the data "
                      "directory that has the authority",
                      (folder / "server.pem").string(), what),
          std::string(reason),
          {{"folder", folder.string()}}};
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool IsReplica(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / "replica.txt", error);
}

Result<ServerCredential> OpenReplica(const std::filesystem::path& folder,
                                     const AuthorityOptions& options, const Clock& clock) {
  ServerCredential server;
  TL_TRY(server.authority_pem, ReadPrivateFile(folder / "ca.pem"));
  TL_TRY(server.certificate_pem, ReadPrivateFile(folder / "server.pem"));
  TL_TRY(server.key_pem, ReadPrivateFile(folder / "server.key"));
  TL_TRY(const crypto::CertificateFacts facts, crypto::Inspect(server.certificate_pem));
  if (!crypto::IsKeyOf(server.certificate_pem, server.key_pem) ||
      !crypto::IsIssuedBy(server.certificate_pem, server.authority_pem) ||
      !crypto::IsIssuedBy(server.authority_pem, server.authority_pem)) {
    return Unfit(folder, "CERTIFICATE_UNFIT", "is not of server.key and the authority in ca.pem");
  }
  if (facts.not_after < clock.Now()) return Unfit(folder, "CERTIFICATE_EXPIRED", "has expired");
  for (const std::string& name : options.server_names) {
    if (Holds(facts.names.dns, name)) continue;
    return Unfit(folder, "CERTIFICATE_UNFIT", fmt::format("is not for the server name {}", name));
  }
  if (Holds(facts.names.uris, ServerPrincipal().Uri(options.trust_domain))) return server;
  return Unfit(folder, "CERTIFICATE_UNFIT",
               fmt::format("is not of the trust domain {}", options.trust_domain));
}

Result<void> WriteReplica(const std::filesystem::path& folder, const ServerCredential& server,
                          const std::filesystem::path& authority_folder) {
  // Read the other way round than written: what the register knows to be revoked, the list holds,
  // and a certificate is not known before it is known to be revoked.
  TL_TRY(const std::string issued, ReadWholeFile(IssuedFile(authority_folder)));
  TL_TRY(const IssuedRegister entries, ReadIssued(authority_folder));
  TL_TRY_VOID(ReadRevoked(authority_folder, entries));
  TL_TRY(const std::string revoked, ReadWholeFile(RevokedFile(authority_folder)));
  TL_TRY_VOID(MakePrivateFolder(folder));
  TL_TRY_VOID(ReplaceFile(folder / "ca.pem", server.authority_pem));
  TL_TRY_VOID(ReplaceFile(folder / "server.key", server.key_pem));
  TL_TRY_VOID(ReplaceFile(folder / "server.pem", server.certificate_pem));
  TL_TRY_VOID(ReplaceFile(RevokedFile(folder), revoked));
  TL_TRY_VOID(ReplaceFile(IssuedFile(folder), issued));
  return ReplaceFile(folder / "replica.txt", kAboutReplica);
}

}  // namespace twinledger::identity
