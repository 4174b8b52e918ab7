#include "platform/rpc/caller.h"

#include <grpc/grpc_security_constants.h>

#include <optional>

#include "platform/crypto/certificates.h"
#include "platform/identity/principal.h"
#include "platform/identity/spiffe_id.h"

namespace twinledger::rpc {
namespace {

// Certificates of open connections, about 2 KiB each; behind this all are read anew.
constexpr std::size_t kSerialsMax = 4096;

Error BadIdentity(std::string message) {
  return {Code::kUnauthenticated, std::move(message), "BAD_IDENTITY"};
}

std::vector<std::string> Values(const grpc::AuthContext& context, const char* property) {
  std::vector<std::string> values;
  for (const grpc::string_ref& value : context.FindPropertyValues(property)) {
    values.emplace_back(value.data(), value.size());
  }
  return values;
}

}  // namespace

PeerNames NamesOf(const grpc::AuthContext& context) {
  PeerNames names{.spiffe_ids = Values(context, GRPC_PEER_SPIFFE_ID_PROPERTY_NAME),
                  .uris = Values(context, GRPC_PEER_URI_PROPERTY_NAME),
                  .certificate_pem = ""};
  std::vector<std::string> pems = Values(context, GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pems.size() == 1) names.certificate_pem = std::move(pems.front());
  return names;
}

Result<CallerIdentity> ReadCaller(const PeerNames& names, std::string_view trust_domain) {
  if (names.spiffe_ids.size() != 1 || names.uris.size() != 1 ||
      names.spiffe_ids[0] != names.uris[0]) {
    return BadIdentity(
        "the client certificate must hold exactly one URI, a SPIFFE id: use one that "
        "`twinledger identity issue` made");
  }
  const std::optional<identity::SpiffeId> id = identity::SpiffeId::Parse(names.uris[0]);
  if (!id) {
    return BadIdentity("the URI of the client certificate is not a well-formed SPIFFE id");
  }
  if (id->trust_domain != trust_domain) {
    return BadIdentity("the client certificate is of another trust domain than this server");
  }
  const std::optional<identity::Principal> principal = identity::Principal::Of(*id);
  if (!principal) return BadIdentity("the SPIFFE id of the client certificate is of no known role");
  return CallerIdentity{
      .role = principal->role, .account = principal->Path(), .council = principal->council};
}

Authenticator::Authenticator(identity::PrincipalDirectory& directory, std::string trust_domain)
    : directory_(directory), trust_domain_(std::move(trust_domain)) {}

Result<CallerIdentity> Authenticator::Authenticate(const grpc::AuthContext& context) {
  const PeerNames names = NamesOf(context);
  TL_TRY(CallerIdentity caller, ReadCaller(names, trust_domain_));
  TL_TRY(const std::string serial, SerialOf(names.certificate_pem));
  TL_TRY_VOID(directory_.Admit(names.uris[0], serial));
  return caller;
}

Result<std::string> Authenticator::SerialOf(const std::string& certificate_pem) {
  {
    const absl::MutexLock lock(&mutex_);
    const auto known = serials_.find(certificate_pem);
    if (known != serials_.end()) return known->second;
  }
  const Result<crypto::CertificateFacts> facts = crypto::Inspect(certificate_pem);
  if (!facts) return BadIdentity("the client certificate cannot be read");
  const absl::MutexLock lock(&mutex_);
  if (serials_.size() >= kSerialsMax) serials_.clear();
  serials_.emplace(certificate_pem, facts->serial);
  return facts->serial;
}

}  // namespace twinledger::rpc
