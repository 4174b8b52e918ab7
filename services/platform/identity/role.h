// What an account may be, and its place in a SPIFFE id.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace twinledger::identity {

// Of an account. One certificate carries one role; roles do not add up.
enum class Role {
  kCouncilOfficer,   // Keeps one council's records.
  kCouncilApprover,  // Likewise, and decides on their life cycle.
  kAgencyAnalyst,    // Reads all councils, imports and corrects for any.
  kAgencyApprover,   // Likewise, creates councils and decides for any.
  kRuleAuthor,       // Reads all.
  kAuditor,          // Reads all, the log included; writes nothing.
  kOperator,         // Runs the server; sees no content.
  kService,          // A program of ours.
};

inline constexpr std::array kRoles{
    Role::kCouncilOfficer, Role::kCouncilApprover, Role::kAgencyAnalyst, Role::kAgencyApprover,
    Role::kRuleAuthor,     Role::kAuditor,         Role::kOperator,      Role::kService,
};

std::string_view Name(Role role);  // "council-officer", as people type it.
std::optional<Role> RoleNamed(std::string_view name);

// Whether the role is held for one council.
constexpr bool IsOfCouncil(Role role) {
  return role == Role::kCouncilOfficer || role == Role::kCouncilApprover;
}

}  // namespace twinledger::identity
