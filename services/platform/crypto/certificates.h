// X.509 certificates: a private authority, what it issues, and what a certificate says.
//
// Keys are ECDSA on P-384, signatures SHA-384. A leaf has CA=false, digitalSignature only, and
// exactly the names that it was asked for; its subject carries no meaning.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/base/result.h"

namespace twinledger::crypto {

struct SubjectNames {
  std::vector<std::string> dns;
  std::vector<std::string> ips;  // "127.0.0.1", "::1".
  std::vector<std::string> uris;

  friend bool operator==(const SubjectNames&, const SubjectNames&) = default;
};

enum class CertificateUse { kServer, kClient };

struct CertificateRequest {
  std::string common_name;  // For people who look at it.
  SubjectNames names;
  CertificateUse use = CertificateUse::kClient;
  WallTime not_before;
  WallTime not_after;
};

struct CertificateFacts {
  std::string serial;  // Lower-case hexadecimal digits, without leading zero bytes.
  SubjectNames names;
  WallTime not_before;
  WallTime not_after;
  bool is_authority = false;
};

// INVALID_ARGUMENT, reason BAD_CERTIFICATE, unless `pem` holds one certificate.
Result<CertificateFacts> Inspect(std::string_view pem);

// Whether a private key in PEM is that of the certificate, and whether an authority signed it.
// False also for what is no key and no certificate.
bool IsKeyOf(std::string_view certificate_pem, std::string_view key_pem);
bool IsIssuedBy(std::string_view certificate_pem, std::string_view authority_pem);

struct IssuedCertificate {
  std::string certificate_pem;
  std::string key_pem;  // PKCS #8, not encrypted: of the holder, kept nowhere else.
  CertificateFacts facts;
};

// Threads: immutable, thread-safe.
class CertificateAuthority {
 public:
  static CertificateAuthority Create(std::string_view common_name, WallTime not_before,
                                     WallTime not_after, RandomSource& random);
  // FAILED_PRECONDITION, reason BAD_AUTHORITY, unless the key is the certificate's.
  static Result<CertificateAuthority> FromPem(std::string_view certificate_pem,
                                              std::string_view key_pem);

  const std::string& certificate_pem() const { return certificate_pem_; }
  std::string KeyPem() const;

  // Makes a key and a certificate for it. INVALID_ARGUMENT for a name that is none.
  Result<IssuedCertificate> Issue(const CertificateRequest& request, RandomSource& random) const;

 private:
  struct Parts;
  explicit CertificateAuthority(std::shared_ptr<const Parts> parts);

  std::shared_ptr<const Parts> parts_;  // Shared by copies: immutable, OpenSSL's handles.
  std::string certificate_pem_;
};

}  // namespace twinledger::crypto
