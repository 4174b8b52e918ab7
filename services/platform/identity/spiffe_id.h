// SPIFFE ids, read more strictly than the standard asks: one spelling for each identity.
//
//   id           = "spiffe://" trust-domain 1*( "/" segment )          at most 2048 bytes
//   trust-domain = 1*255( a-z / 0-9 / "." / "_" / "-" )
//   segment      = 1*( A-Z / a-z / 0-9 / "." / "_" / "-" )             not "." and not ".."
//
// So neither port, user, query, fragment, escape, upper-case domain nor a slash at the end.
// Pure: knows nothing of certificates and transports.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinledger::identity {

inline constexpr std::size_t kSpiffeIdBytesMax = 2048;  // SPIFFE-ID 2.3.

struct SpiffeId {
  std::string trust_domain;
  std::vector<std::string> path;  // Its segments: at least one.

  static std::optional<SpiffeId> Parse(std::string_view text);

  friend bool operator==(const SpiffeId&, const SpiffeId&) = default;
};

bool IsTrustDomain(std::string_view text);
bool IsPathSegment(std::string_view text);

}  // namespace twinledger::identity
