#include "platform/identity/authority.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <system_error>

#include "platform/base/locked_file.h"
#include "platform/base/private_file.h"
#include "platform/identity/client_bundle.h"
#include "platform/identity/issued_certificates.h"
#include "platform/identity/replica_identity.h"
#include "platform/identity/revocation_list.h"
#include "platform/identity/spiffe_id.h"

namespace twinledger::identity {
namespace {

using std::chrono::days;

constexpr days kAuthorityLife{3652};      // Ten years: replacing it touches every client.
constexpr days kCertificateLife{365};     // A year: lost keys do not work for ever.
constexpr days kRenewBefore{30};          // A server that restarts once a month never expires.
constexpr std::chrono::minutes kSkew{5};  // Of clients' clocks behind ours.

// Whom a new server can be run, filled, read and checked by. Councils' accounts name a council and
// are issued one by one.
constexpr std::array kFirstRoles{Role::kAgencyAnalyst, Role::kAgencyApprover, Role::kRuleAuthor,
                                 Role::kAuditor, Role::kOperator};
constexpr std::string_view kFirstAccount = "first";
constexpr std::string_view kServerAccount = "twinledgerd";

bool Exists(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

Error Incomplete(const std::filesystem::path& folder) {
  return {Code::kFailedPrecondition,
          fmt::format("{}: ca.key or ca.pem is missing although certificates were issued: restore "
                      "the folder from a backup",
                      folder.string()),
          "AUTHORITY_INCOMPLETE",
          {{"folder", folder.string()}}};
}

// Makes the authority, or completes what a crash left; ca.pem is written last.
Result<void> CreateAuthority(const std::filesystem::path& folder, WallTime now,
                             RandomSource& random) {
  if (Exists(IssuedFile(folder)) || Exists(folder / "ca.pem")) return Incomplete(folder);
  if (Exists(RevokedFile(folder))) {  // Of a first start that was cut short it revokes nobody.
    const auto revoked = ReadRevoked(folder, {});
    if (!revoked || !revoked->empty()) return Incomplete(folder);
  }
  std::error_code error;
  std::filesystem::remove(folder / "ca.key", error);
  const auto authority = crypto::CertificateAuthority::Create(
      "Twinledger private authority", now - kSkew, now + kAuthorityLife, random);
  TL_TRY_VOID(CreateRevoked(folder));
  TL_TRY_VOID(WritePrivateFile(folder / "ca.key", authority.KeyPem()));
  return WritePrivateFile(folder / "ca.pem", authority.certificate_pem());
}

Result<crypto::CertificateAuthority> LoadAuthority(const std::filesystem::path& folder,
                                                   WallTime now, RandomSource& random) {
  if (!Exists(folder / "ca.pem") || !Exists(folder / "ca.key")) {
    TL_TRY_VOID(CreateAuthority(folder, now, random));
  }
  TL_TRY(const std::string certificate, ReadPrivateFile(folder / "ca.pem"));
  TL_TRY(const std::string key, ReadPrivateFile(folder / "ca.key"));
  auto loaded = crypto::CertificateAuthority::FromPem(certificate, key);
  if (loaded) return loaded;
  Error error = std::move(loaded).error();
  error.message = fmt::format("{}, ca.pem and ca.key: {}", folder.string(), error.message);
  return error;
}

// What credentials are issued for: as the server's own certificate says, which every data directory
// has.
Result<std::string> TrustDomainOf(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "server.pem";
  const Result<std::string> certificate = ReadPrivateFile(file);
  if (!certificate && certificate.error().code != Code::kNotFound) return certificate.error();
  const auto facts = crypto::Inspect(certificate.ok() ? *certificate : std::string());
  for (const std::string& uri : facts.ok() ? facts->names.uris : std::vector<std::string>{}) {
    if (std::optional<SpiffeId> id = SpiffeId::Parse(uri)) return std::move(id->trust_domain);
  }
  return Error{Code::kFailedPrecondition,
               fmt::format("{} is not there, or no certificate with the trust domain that "
                           "credentials are issued for: restore it from a backup, or start "
                           "twinledgerd once with its trust_domain, which writes it anew",
                           file.string()),
               "CERTIFICATE_UNFIT",
               {{"file", file.string()}}};
}

// Whether what says who may call is all there.
Result<void> CheckRegister(const std::filesystem::path& folder, WallTime now) {
  const std::filesystem::path issued = IssuedFile(folder);
  if (Exists(folder / "server.pem") && !Exists(issued)) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("{}: the register of issued certificates is missing, and none of them "
                             "works without it: restore it from a backup",
                             issued.string()),
                 "IDENTITY_MISSING",
                 {{"file", issued.string()}}};
  }
  return AddRevoked(folder, {}, now);
}

}  // namespace

Principal ServerPrincipal() {
  return {.role = Role::kService, .council = "", .account = std::string(kServerAccount)};
}

Authority::Authority(std::filesystem::path folder, AuthorityOptions options, const Clock& clock,
                     RandomSource& random, crypto::CertificateAuthority authority)
    : folder_(std::move(folder)),
      options_(std::move(options)),
      clock_(&clock),
      random_(&random),
      authority_(std::move(authority)) {}

Result<Authority> Authority::Open(std::filesystem::path folder, AuthorityOptions options,
                                  const Clock& clock, RandomSource& random) {
  if (!IsTrustDomain(options.trust_domain)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("trust domain '{}' is not 1 to 255 of a-z 0-9 . _ -", options.trust_domain),
        "BAD_TRUST_DOMAIN",
        {{"trustDomain", options.trust_domain}}};
  }
  TL_TRY_VOID(MakePrivateFolder(folder));
  TL_TRY(crypto::CertificateAuthority loaded, LoadAuthority(folder, clock.Now(), random));
  Authority authority(std::move(folder), std::move(options), clock, random, std::move(loaded));
  TL_TRY_VOID(CheckRegister(authority.folder_, clock.Now()));
  // The server's certificate comes last, so that its absence tells an unfinished first start.
  if (!Exists(authority.folder_ / "server.pem")) TL_TRY_VOID(authority.IssueFirst());
  TL_TRY_VOID(authority.RenewServer());
  return authority;
}

Result<Authority> Authority::OpenExisting(std::filesystem::path folder, AuthorityOptions options,
                                          const Clock& clock, RandomSource& random) {
  if (!Exists(folder / "ca.pem")) {
    return Error{Code::kNotFound,
                 fmt::format("{} has no authority: start twinledgerd on its data directory once",
                             folder.string()),
                 "AUTHORITY_MISSING",
                 {{"folder", folder.string()}}};
  }
  TL_TRY(crypto::CertificateAuthority loaded, LoadAuthority(folder, clock.Now(), random));
  TL_TRY(options.trust_domain, TrustDomainOf(folder));
  return Authority(std::move(folder), std::move(options), clock, random, std::move(loaded));
}

Result<void> Authority::IssueFirst() {
  for (const Role role : kFirstRoles) {
    const std::filesystem::path bundle = folder_ / "clients" / Name(role);
    if (Exists(bundle)) continue;
    const Principal principal{.role = role, .council = "", .account = std::string(kFirstAccount)};
    TL_TRY_VOID(Issue(principal, bundle));
  }
  return {};
}

crypto::SubjectNames Authority::ServerNames() const {
  crypto::SubjectNames names{.dns = {"localhost"},
                             .ips = {"127.0.0.1", "::1"},
                             .uris = {ServerPrincipal().Uri(options_.trust_domain)}};
  names.dns.insert(names.dns.end(), options_.server_names.begin(), options_.server_names.end());
  return names;
}

Result<ServerCredential> Authority::IssueServer() {
  const WallTime now = clock_->Now();
  TL_TRY(crypto::IssuedCertificate issued,
         authority_.Issue({.common_name = std::string(kServerAccount),
                           .names = ServerNames(),
                           .use = crypto::CertificateUse::kServer,
                           .not_before = now - kSkew,
                           .not_after = now + kCertificateLife},
                          *random_));
  return ServerCredential{authority_.certificate_pem(), std::move(issued.certificate_pem),
                          std::move(issued.key_pem)};
}

Result<void> Authority::IssueReplica(const std::filesystem::path& folder) {
  TL_TRY(const ServerCredential server, IssueServer());
  return WriteReplica(folder, server, folder_);
}

Result<void> Authority::RenewServer() {
  const std::filesystem::path certificate = folder_ / "server.pem";
  const std::filesystem::path key = folder_ / "server.key";
  const crypto::SubjectNames names = ServerNames();
  server_.authority_pem = authority_.certificate_pem();
  const WallTime now = clock_->Now();
  if (Exists(certificate) && Exists(key)) {
    TL_TRY(server_.certificate_pem, ReadPrivateFile(certificate));
    TL_TRY(server_.key_pem, ReadPrivateFile(key));
    const Result<crypto::CertificateFacts> facts = crypto::Inspect(server_.certificate_pem);
    if (facts.ok() && facts->names == names && facts->not_after > now + kRenewBefore &&
        crypto::IsKeyOf(server_.certificate_pem, server_.key_pem) &&
        crypto::IsIssuedBy(server_.certificate_pem, server_.authority_pem)) {
      return {};
    }
  }
  TL_TRY(server_, IssueServer());
  // The old pair serves until both files are written. A crash in between leaves a certificate with
  // another one's key, and the next start issues again.
  TL_TRY_VOID(ReplaceFile(key, server_.key_pem));
  return ReplaceFile(certificate, server_.certificate_pem);
}

Result<ListedCertificate> Authority::Issue(const Principal& principal,
                                           const std::filesystem::path& folder) {
  TL_TRY_VOID(principal.Check());
  if (Exists(folder)) return FolderExists(folder);  // Before the certificate is on record.
  const std::string uri = principal.Uri(options_.trust_domain);
  const WallTime now = clock_->Now();
  TL_TRY(const crypto::IssuedCertificate issued,
         authority_.Issue({.common_name = principal.account,
                           .names = {.dns = {}, .ips = {}, .uris = {uri}},
                           .use = crypto::CertificateUse::kClient,
                           .not_before = now - kSkew,
                           .not_after = now + kCertificateLife},
                          *random_));
  TL_TRY_VOID(AppendIssued(
      folder_, {.serial = issued.facts.serial, .uri = uri, .not_after = issued.facts.not_after}));
  TL_TRY_VOID(WriteBundle(folder, {.authority_pem = authority_.certificate_pem(),
                                   .certificate_pem = issued.certificate_pem,
                                   .key_pem = issued.key_pem,
                                   .server = options_.server,
                                   .trust_domain = options_.trust_domain,
                                   .uri = uri}));
  return ListedCertificate{
      .serial = issued.facts.serial, .uri = uri, .not_after = issued.facts.not_after};
}

Result<std::vector<ListedCertificate>> Authority::List() const {
  TL_TRY(const IssuedRegister issued, ReadIssued(folder_));
  TL_TRY(const std::unordered_set<std::string> revoked, ReadRevoked(folder_, issued));
  std::vector<ListedCertificate> listed;
  listed.reserve(issued.entries.size());
  for (const IssuedEntry& entry : issued.entries) {
    listed.push_back({.serial = entry.serial,
                      .uri = entry.uri,
                      .not_after = entry.not_after,
                      .revoked = revoked.contains(entry.serial),
                      .expired = entry.not_after < clock_->Now()});
  }
  return listed;
}

Result<std::vector<ListedCertificate>> Authority::Revoke(std::string_view which) {
  TL_TRY(std::vector<ListedCertificate> revoked, List());
  const std::string uri = fmt::format("spiffe://{}/{}", options_.trust_domain, which);
  std::erase_if(revoked, [&](const ListedCertificate& listed) {
    return listed.revoked || (listed.serial != which && listed.uri != which && listed.uri != uri);
  });
  if (revoked.empty()) {
    return Error{Code::kNotFound,
                 fmt::format("no certificate in force has the account or serial number '{}': see "
                             "`twinledger identity list`",
                             which),
                 "NOT_ISSUED",
                 {{"which", std::string(which)}}};
  }
  std::vector<IssuedEntry> entries;
  for (ListedCertificate& listed : revoked) {
    listed.revoked = true;
    entries.push_back({listed.serial, listed.uri, listed.not_after});
  }
  TL_TRY_VOID(AddRevoked(folder_, entries, clock_->Now()));
  return revoked;
}

}  // namespace twinledger::identity
