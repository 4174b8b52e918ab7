// Who holds a certificate: a role, its council if it has one, and an account.
//
//   spiffe://<trust domain>/<role>/<account>                              all but:
//   spiffe://<trust domain>/council/<council id>/{officer|approver}/<account>
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/identity/role.h"
#include "platform/identity/spiffe_id.h"

namespace twinledger::identity {

struct Principal {
  Role role = Role::kService;
  std::string council;  // Of a council role; else empty.
  std::string account;  // Opaque: never a person's name.

  // Refuses a council role without a council, any other with one, and what is no id.
  Result<void> Check() const;

  // The path of its SPIFFE id, which names it in the log: "council/wellington-city/officer/k7".
  // REQUIRES: Check() passes.
  std::string Path() const;
  std::string Uri(std::string_view trust_domain) const;

  // Nothing if the path is of no role.
  static std::optional<Principal> Of(const SpiffeId& id);

  friend bool operator==(const Principal&, const Principal&) = default;
};

bool IsCouncilId(std::string_view text);  // ^[a-z0-9]+(-[a-z0-9]+)*$, at most 64 bytes.
bool IsAccount(std::string_view text);    // A path segment of at most 64 bytes.

}  // namespace twinledger::identity
