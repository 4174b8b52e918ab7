// The private authority of a data directory: who may talk to this server.
//
//   identity/ca.pem, ca.key            ECDSA P-384, ten years
//            server.pem, server.key    of this server, one year, renewed by Open
//            issued.jsonl              issued_certificates.h
//            revoked.txt               revocation_list.h
//            clients/<name>/           a client's bundle, made at the first start
//
//   bundle   ca.pem, cert.pem, key.pem, profile.json {server, trust_domain, uri}
//
// Folders are 0700 and files 0600. The key of a client stands in its bundle and nowhere else.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/crypto/certificates.h"
#include "platform/identity/principal.h"

namespace twinledger::identity {

inline constexpr std::string_view kTrustDomainDefault = "twinledger.internal";
inline constexpr std::string_view kServerDefault = "127.0.0.1:7443";

struct AuthorityOptions {
  std::string trust_domain{kTrustDomainDefault};
  std::vector<std::string> server_names{};  // DNS names beside localhost, as clients type them.
  std::string server{kServerDefault};       // What clients connect to, for their profiles.
};

// What the server shows and trusts, as gRPC takes it.
struct ServerCredential {
  std::string authority_pem;
  std::string certificate_pem;
  std::string key_pem;
};

// Whom a server's certificate names.
Principal ServerPrincipal();

struct ListedCertificate {
  std::string serial;
  std::string uri;
  WallTime not_after;
  bool revoked = false;
  bool expired = false;
};

// Threads: confined to one; two programs may issue and revoke at once.
class Authority {
 public:
  // Makes what is not there yet: everything at the first start, with a client bundle for each role
  // of the agency in clients/<role>; the server's certificate again when it is to expire within 30
  // days or its names changed. FAILED_PRECONDITION where what was there is lost: reason
  // AUTHORITY_INCOMPLETE, IDENTITY_MISSING, or as ReadRevoked. `clock` and `random` must outlive
  // it.
  static Result<Authority> Open(std::filesystem::path folder, AuthorityOptions options,
                                const Clock& clock, RandomSource& random);

  // One that exists, beside the server that it is of: makes and renews nothing, so `server()` is
  // empty, and its trust domain is the one in that server's certificate. NOT_FOUND, reason
  // AUTHORITY_MISSING, where there is none.
  static Result<Authority> OpenExisting(std::filesystem::path folder, AuthorityOptions options,
                                        const Clock& clock, RandomSource& random);

  const ServerCredential& server() const { return server_; }

  // Writes a bundle for `principal` to `folder`, which must not exist. One year.
  Result<ListedCertificate> Issue(const Principal& principal, const std::filesystem::path& folder);

  // Writes what a replica needs to `folder`, or writes it anew (replica_identity.h): a certificate
  // for one year by the names of the options, and the lists.
  Result<void> IssueReplica(const std::filesystem::path& folder);

  // In order of issue.
  Result<std::vector<ListedCertificate>> List() const;

  // Revokes every certificate of an account (a URI, or its path), or one by its serial; answers
  // with those. NOT_FOUND, reason NOT_ISSUED, if there is none that is not revoked already.
  Result<std::vector<ListedCertificate>> Revoke(std::string_view which);

 private:
  Authority(std::filesystem::path folder, AuthorityOptions options, const Clock& clock,
            RandomSource& random, crypto::CertificateAuthority authority);

  crypto::SubjectNames ServerNames() const;
  Result<ServerCredential> IssueServer();
  Result<void> RenewServer();
  Result<void> IssueFirst();

  std::filesystem::path folder_;
  AuthorityOptions options_;
  const Clock* clock_;
  RandomSource* random_;
  crypto::CertificateAuthority authority_;
  ServerCredential server_;
};

}  // namespace twinledger::identity
