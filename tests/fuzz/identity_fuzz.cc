// Who a certificate says that its holder is.
//
//   spiffe://...   an id: what is read has one spelling, and a principal says of itself what it was
//                  read from
//   issue:TEXT     a certificate for TEXT as a URI: refused, or it says just that
//   anything else  a certificate, in DER or PEM: read or refused
#include <string>

#include "absl/strings/escaping.h"
#include "platform/base/check.h"
#include "platform/crypto/certificates.h"
#include "platform/identity/principal.h"
#include "platform/identity/spiffe_id.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/test_chain.h"

namespace twinledger::identity {
namespace {

void CheckId(std::string_view text) {
  const auto id = SpiffeId::Parse(text);
  if (!id) return;
  std::string spelled = "spiffe://" + id->trust_domain;
  for (const std::string& segment : id->path) spelled += "/" + segment;
  TL_CHECK(spelled == text);
  const auto principal = Principal::Of(*id);
  if (!principal) return;
  TL_CHECK(principal->Check().ok());
  TL_CHECK(principal->Uri(id->trust_domain) == text);
}

void CheckIssued(const std::string& uri) {
  static const WallTime begin{};
  static const WallTime end = begin + std::chrono::hours(24);
  static testing::SeededRandom random("certificates");
  static const auto authority =
      crypto::CertificateAuthority::Create("authority", begin, end, random);
  crypto::CertificateRequest request;
  request.common_name = "holder";
  request.names.uris = {uri};
  request.not_before = begin;
  request.not_after = end;
  const auto issued = authority.Issue(request, random);
  if (!issued.ok()) {
    TL_CHECK(!SpiffeId::Parse(uri));
    return;
  }
  const auto facts = crypto::Inspect(issued->certificate_pem);
  TL_CHECK(facts.ok() && facts->names == request.names && !facts->is_authority);
  TL_CHECK(crypto::IsIssuedBy(issued->certificate_pem, authority.certificate_pem()));
}

void CheckCertificate(std::string_view bytes) {
  std::string pem(bytes);
  if (!bytes.starts_with("-----")) {
    pem = "-----BEGIN CERTIFICATE-----\n";
    const std::string base64 = absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
    for (std::size_t i = 0; i < base64.size(); i += 64) pem += base64.substr(i, 64) + "\n";
    pem += "-----END CERTIFICATE-----\n";
  }
  const auto facts = crypto::Inspect(pem);
  if (!facts.ok()) {
    TL_CHECK(facts.error().reason == "BAD_CERTIFICATE");
    return;
  }
  for (const std::string& uri : facts->names.uris) CheckId(uri);
}

}  // namespace
}  // namespace twinledger::identity

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kSlashAtEndTaken;

void twinledger::testing::FuzzOne(std::string_view input) {
  constexpr std::string_view kIssue = "issue:";
  if (input.starts_with("spiffe://")) return identity::CheckId(input);
  if (!input.starts_with(kIssue)) return identity::CheckCertificate(input);
  identity::CheckIssued(std::string(input.substr(kIssue.size())));
}
