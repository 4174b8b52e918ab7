#include "platform/identity/principal.h"

#include <fmt/format.h>

#include <cstddef>

#include "platform/base/check.h"

namespace twinledger::identity {
namespace {

constexpr std::size_t kIdBytesMax = 64;
constexpr std::string_view kCouncil = "council";
constexpr std::string_view kOfficer = "officer";
constexpr std::string_view kApprover = "approver";

Error BadPrincipal(std::string message) {
  return {Code::kInvalidArgument, std::move(message), "BAD_PRINCIPAL"};
}

}  // namespace

bool IsCouncilId(std::string_view text) {
  if (text.empty() || text.size() > kIdBytesMax) return false;
  char before = '-';
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!word && (c != '-' || before == '-')) return false;
    before = c;
  }
  return before != '-';
}

bool IsAccount(std::string_view text) { return text.size() <= kIdBytesMax && IsPathSegment(text); }

Result<void> Principal::Check() const {
  if (!IsAccount(account)) {
    return BadPrincipal(
        fmt::format("account '{}' is not 1 to {} of A-Z a-z 0-9 . _ -", account, kIdBytesMax));
  }
  if (!IsOfCouncil(role)) {
    if (council.empty()) return {};
    return BadPrincipal(fmt::format("role {} is held for no council: leave the council '{}' out",
                                    Name(role), council));
  }
  if (IsCouncilId(council)) return {};
  return BadPrincipal(
      fmt::format("role {} needs the id of its council, such as wellington-city; '{}' is none",
                  Name(role), council));
}

std::string Principal::Path() const {
  TL_CHECK(Check().ok());
  if (!IsOfCouncil(role)) return fmt::format("{}/{}", Name(role), account);
  return fmt::format("{}/{}/{}/{}", kCouncil, council,
                     role == Role::kCouncilOfficer ? kOfficer : kApprover, account);
}

std::string Principal::Uri(std::string_view trust_domain) const {
  return fmt::format("spiffe://{}/{}", trust_domain, Path());
}

std::optional<Principal> Principal::Of(const SpiffeId& id) {
  Principal principal;
  if (id.path.size() == 2) {
    const std::optional<Role> role = RoleNamed(id.path[0]);
    if (!role) return std::nullopt;
    principal = {.role = *role, .council = "", .account = id.path[1]};
  } else if (id.path.size() == 4 && id.path[0] == kCouncil &&
             (id.path[2] == kOfficer || id.path[2] == kApprover)) {
    principal = {.role = id.path[2] == kOfficer ? Role::kCouncilOfficer : Role::kCouncilApprover,
                 .council = id.path[1],
                 .account = id.path[3]};
  } else {
    return std::nullopt;
  }
  if (!principal.Check()) return std::nullopt;
  return principal;
}

}  // namespace twinledger::identity
