#include "platform/identity/spiffe_id.h"

#include <algorithm>

#include "platform/base/planted_bug.h"

namespace twinledger::identity {
namespace {

constexpr std::string_view kScheme = "spiffe://";
constexpr std::size_t kTrustDomainBytesMax = 255;  // SPIFFE-ID 2.1.

bool IsDomainCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool IsSegmentCharacter(char c) { return IsDomainCharacter(c) || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool IsTrustDomain(std::string_view text) {
  return !text.empty() && text.size() <= kTrustDomainBytesMax &&
         std::ranges::all_of(text, IsDomainCharacter);
}

bool IsPathSegment(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         std::ranges::all_of(text, IsSegmentCharacter);
}

std::optional<SpiffeId> SpiffeId::Parse(std::string_view text) {
  if (text.size() > kSpiffeIdBytesMax || !text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  SpiffeId id{.trust_domain = std::string(text.substr(0, slash)), .path = {}};
  if (!IsTrustDomain(id.trust_domain)) return std::nullopt;
  while (slash != std::string_view::npos) {
    text.remove_prefix(slash + 1);
    slash = text.find('/');
    const std::string_view segment = text.substr(0, slash);
    if (text.empty() && !id.path.empty() && Planted(PlantedBug::kSlashAtEndTaken)) break;
    if (!IsPathSegment(segment)) return std::nullopt;
    id.path.emplace_back(segment);
  }
  return id;
}

}  // namespace twinledger::identity
