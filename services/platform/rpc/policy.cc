#include "platform/rpc/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "platform/rpc/errors.h"

namespace twinledger::rpc {
namespace {

using identity::Role;

struct Row {
  std::string_view method;
  Access access;
  // In the order of identity::kRoles: council officer, council approver, agency analyst, agency
  // approver, rule author, auditor, operator, service.
  std::array<Reach, identity::kRoles.size()> reach;
};

constexpr Reach kNo = Reach::kNone;
constexpr Reach kOwn = Reach::kOwnCouncil;
constexpr Reach kAny = Reach::kAny;

constexpr std::array kReadsCouncils{kOwn, kOwn, kAny, kAny, kAny, kAny, kNo, kNo};
constexpr std::array kReadsShared{kAny, kAny, kAny, kAny, kAny, kAny, kNo, kNo};
constexpr std::array kKeeps{kOwn, kOwn, kAny, kAny, kNo, kNo, kNo, kNo};
// Councils share partner bodies: any may add the one that it deals with, the agency alone amends.
constexpr std::array kAddsShared{kAny, kAny, kAny, kAny, kNo, kNo, kNo, kNo};
constexpr std::array kAmendsShared{kNo, kNo, kAny, kAny, kNo, kNo, kNo, kNo};
constexpr std::array kDecides{kNo, kOwn, kNo, kAny, kNo, kNo, kNo, kNo};
constexpr std::array kFoundsCouncils{kNo, kNo, kNo, kAny, kNo, kNo, kNo, kNo};
constexpr std::array kAudits{kNo, kNo, kNo, kNo, kNo, kAny, kNo, kNo};
constexpr std::array kWatches{kNo, kNo, kNo, kNo, kNo, kAny, kAny, kNo};
constexpr std::array kOperates{kNo, kNo, kNo, kNo, kNo, kNo, kAny, kNo};

constexpr Access kRead = Access::kRead;
constexpr Access kWrite = Access::kWrite;

constexpr Row kTable[] = {
    {"twinledger.registry.v1.RegistryService/CreateCouncil", kWrite, kFoundsCouncils},
    {"twinledger.registry.v1.RegistryService/GetCouncil", kRead, kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/ListCouncils", kRead, kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/UpdateCouncil", kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/ListCouncilHistory", kRead, kReadsCouncils},

    {"twinledger.registry.v1.RegistryService/CreatePartner", kWrite, kAddsShared},
    {"twinledger.registry.v1.RegistryService/GetPartner", kRead, kReadsShared},
    {"twinledger.registry.v1.RegistryService/ListPartners", kRead, kReadsShared},
    {"twinledger.registry.v1.RegistryService/UpdatePartner", kWrite, kAmendsShared},
    {"twinledger.registry.v1.RegistryService/ListPartnerHistory", kRead, kReadsShared},

    {"twinledger.registry.v1.RegistryService/ProposeRelationship", kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/RecordRelationship", kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/GetRelationship", kRead, kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/ListRelationships", kRead, kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/UpdateRelationship", kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/EstablishRelationship", kWrite, kDecides},
    {"twinledger.registry.v1.RegistryService/SuspendRelationship", kWrite, kDecides},
    {"twinledger.registry.v1.RegistryService/ResumeRelationship", kWrite, kDecides},
    {"twinledger.registry.v1.RegistryService/EndRelationship", kWrite, kDecides},
    {"twinledger.registry.v1.RegistryService/ListRelationshipHistory", kRead, kReadsCouncils},

    {"twinledger.registry.v1.RegistryService/ListNationalRegister", kRead, kReadsCouncils},

    {"twinledger.audit.v1.AuditService/GetLog", kRead, kAudits},
    {"twinledger.audit.v1.AuditService/ReplayCommits", kRead, kAudits},
    {"twinledger.audit.v1.AuditService/StreamRecords", kRead, kAudits},

    {"twinledger.operations.v1.OperationsService/ListProjections", kRead, kWatches},
    {"twinledger.operations.v1.OperationsService/RebuildProjection", kWrite, kOperates},
    {"twinledger.operations.v1.OperationsService/GetHealth", kRead, kWatches},
};

const Row* Find(std::string_view method) {
  const Row* const row = std::ranges::find(kTable, method, &Row::method);
  return row == std::end(kTable) ? nullptr : row;
}

std::size_t ColumnOf(Role role) {
  return static_cast<std::size_t>(std::ranges::find(identity::kRoles, role) -
                                  identity::kRoles.begin());
}

Error NotPermitted(const CallerIdentity& caller, std::string_view method, std::string_view why) {
  return {.code = Code::kPermissionDenied,
          .message = fmt::format("role {} may not call {}{}: ask for an account with another role",
                                 identity::Name(caller.role), method, why),
          .reason = "NOT_PERMITTED",
          .metadata = {{"method", std::string(method)},
                       {"role", std::string(identity::Name(caller.role))}}};
}

}  // namespace

Reach ReachOf(std::string_view method, Role role) {
  const Row* const row = Find(method);
  return row == nullptr ? kNo : row->reach.at(ColumnOf(role));
}

std::optional<Access> AccessOf(std::string_view method) {
  const Row* const row = Find(method);
  return row == nullptr ? std::nullopt : std::optional(row->access);
}

Result<void> AuthorizeMethod(const CallerIdentity& caller, std::string_view method) {
  if (ReachOf(method, caller.role) == kNo) return NotPermitted(caller, method, "");
  return {};
}

Result<Admission> Authorize(const CallerIdentity& caller, std::string_view method,
                            const Scope& scope) {
  switch (ReachOf(method, caller.role)) {
    case Reach::kNone:
      return NotPermitted(caller, method, "");
    case Reach::kAny:
      return Admission{caller};
    case Reach::kOwnCouncil:
      break;
  }
  const Admission own{caller, caller.council};
  if (!scope.council() || *scope.council() == caller.council) return own;
  if (AccessOf(method) == kRead) return NotFound(scope.name());
  return NotPermitted(caller, method, " for another council");
}

std::vector<std::string> MethodsWithoutRow(
    const std::vector<const google::protobuf::ServiceDescriptor*>& services) {
  std::vector<std::string> missing;
  for (const auto* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      std::string method = service->full_name() + "/" + service->method(i)->name();
      if (Find(method) == nullptr) missing.push_back(std::move(method));
    }
  }
  return missing;
}

std::vector<std::string> MethodsWithRow() {
  std::vector<std::string> methods;
  for (const Row& row : kTable) methods.emplace_back(row.method);
  return methods;
}

}  // namespace twinledger::rpc
