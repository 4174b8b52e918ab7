#include "platform/identity/role.h"

namespace twinledger::identity {

std::string_view Name(Role role) {
  switch (role) {
    case Role::kCouncilOfficer:
      return "council-officer";
    case Role::kCouncilApprover:
      return "council-approver";
    case Role::kAgencyAnalyst:
      return "agency-analyst";
    case Role::kAgencyApprover:
      return "agency-approver";
    case Role::kRuleAuthor:
      return "rule-author";
    case Role::kAuditor:
      return "auditor";
    case Role::kOperator:
      return "operator";
    case Role::kService:
      return "service";
  }
  return "";
}

std::optional<Role> RoleNamed(std::string_view name) {
  for (const Role role : kRoles) {
    if (Name(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace twinledger::identity
