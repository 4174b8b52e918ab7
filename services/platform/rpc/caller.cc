#include "platform/rpc/caller.h"

#include <grpc/grpc_security_constants.h>

#include <algorithm>
#include <optional>

#include "platform/crypto/certificates.h"
#include "platform/identity/principal.h"
#include "platform/identity/spiffe_id.h"

namespace twinledger::rpc {
namespace {

// Certificates of open connections, about 2 KiB each; behind this all are read anew.
constexpr std::size_t kKnownMax = 4096;

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
  const std::vector<grpc::string_ref> pems =
      context.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  KnownPtr known;
  if (pems.size() == 1) {
    const absl::MutexLock lock(&mutex_);
    const auto found = known_.find(std::string_view(pems[0].data(), pems[0].size()));
    if (found != known_.end()) known = found->second;
  }
  if (known == nullptr) {
    TL_TRY(known, Read(context));
    const absl::MutexLock lock(&mutex_);
    if (known_.size() >= kKnownMax) known_.clear();
    known_.emplace(std::string(pems[0].data(), pems[0].size()), known);
  }
  TL_TRY_VOID(directory_.Admit(known->uri, known->serial));
  return known->caller;
}

Result<Authenticator::KnownPtr> Authenticator::Read(const grpc::AuthContext& context) const {
  const PeerNames names = NamesOf(context);
  TL_TRY(CallerIdentity caller, ReadCaller(names, trust_domain_));
  const Result<crypto::CertificateFacts> facts = crypto::Inspect(names.certificate_pem);
  if (!facts) return BadIdentity("the client certificate cannot be read");
  return KnownPtr(std::make_shared<Known>(Known{std::move(caller), names.uris[0], facts->serial}));
}

std::size_t Authenticator::HashOfEnd::operator()(std::string_view certificate_pem) const {
  constexpr std::size_t kEnd = 128;  // The last line, and a line and more of the signature.
  const std::size_t behind = certificate_pem.size() - std::min(certificate_pem.size(), kEnd);
  return std::hash<std::string_view>()(certificate_pem.substr(behind));
}

}  // namespace twinledger::rpc
