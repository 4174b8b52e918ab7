// Who calls, by the certificate of the connection.
//
// gRPC names a peer in many ways (common name, DNS, several URIs); we take one: exactly one SPIFFE
// id and exactly one URI, equal, spelt strictly, of our trust domain and of a known role, of a
// certificate that was issued here and is not revoked. Everything else is nobody.
#pragma once

#include <grpcpp/security/auth_context.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/result.h"
#include "platform/identity/principal_directory.h"
#include "platform/identity/role.h"

namespace twinledger::rpc {

struct CallerIdentity {
  identity::Role role = identity::Role::kService;
  std::string account;  // Path of the SPIFFE id: "council/wellington-city/officer/k7". Opaque.
  std::string council;  // Of a council role; else empty.
};

// The names that a connection's certificate offers, and the certificate itself.
struct PeerNames {
  std::vector<std::string> spiffe_ids;
  std::vector<std::string> uris;
  std::string certificate_pem;
};

PeerNames NamesOf(const grpc::AuthContext& context);

// UNAUTHENTICATED, reason BAD_IDENTITY, unless the names are of one caller. Pure.
Result<CallerIdentity> ReadCaller(const PeerNames& names, std::string_view trust_domain);

// Threads: thread-safe.
class Authenticator {
 public:
  // `directory` must outlive it.
  Authenticator(identity::PrincipalDirectory& directory, std::string trust_domain);

  // Asked on every call, so that a revocation reaches open connections.
  Result<CallerIdentity> Authenticate(const grpc::AuthContext& context);

 private:
  // What a certificate says, which stays the same.
  struct Known {
    CallerIdentity caller;
    std::string uri;
    std::string serial;
  };
  // Shared with the calls that look at it while others are noted.
  using KnownPtr = std::shared_ptr<const Known>;
  // Of the end of a certificate's text alone: its signature stands there.
  struct HashOfEnd {
    using is_transparent = void;
    std::size_t operator()(std::string_view certificate_pem) const;
  };

  Result<KnownPtr> Read(const grpc::AuthContext& context) const;

  identity::PrincipalDirectory& directory_;
  const std::string trust_domain_;
  absl::Mutex mutex_;
  // By certificate, which gRPC shows at every call; of somebody.
  std::unordered_map<std::string, KnownPtr, HashOfEnd, std::equal_to<>> known_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::rpc
