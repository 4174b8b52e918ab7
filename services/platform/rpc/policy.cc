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
  std::string_view deed;  // What it does, as a refusal says it: "to <deed> takes the role ...".
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
// What a council cannot say of itself.
constexpr std::array kAssesses{kNo, kNo, kAny, kAny, kNo, kNo, kNo, kNo};
constexpr std::array kDecides{kNo, kOwn, kNo, kAny, kNo, kNo, kNo, kNo};
// What a council engages in is its own to record and to check: the agency reads.
constexpr std::array kRecords{kOwn, kOwn, kNo, kNo, kNo, kNo, kNo, kNo};
constexpr std::array kFoundsCouncils{kNo, kNo, kNo, kAny, kNo, kNo, kNo, kNo};
constexpr std::array kAudits{kNo, kNo, kNo, kNo, kNo, kAny, kNo, kNo};
constexpr std::array kWatches{kNo, kNo, kNo, kNo, kNo, kAny, kAny, kNo};
constexpr std::array kOperates{kNo, kNo, kNo, kNo, kNo, kNo, kAny, kNo};

constexpr std::array kAsksHealth{kAny, kAny, kAny, kAny, kAny, kAny, kAny, kAny};

constexpr Access kRead = Access::kRead;
constexpr Access kWrite = Access::kWrite;

constexpr Row kTable[] = {
    {"twinledger.registry.v1.RegistryService/CreateCouncil", "register or merge a council", kWrite,
     kFoundsCouncils},
    {"twinledger.registry.v1.RegistryService/GetCouncil", "read a council", kRead, kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/ListCouncils", "list councils", kRead, kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/UpdateCouncil", "amend the record", kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/SetReportingSince", "say since when a council reports",
     kWrite, kFoundsCouncils},
    {"twinledger.registry.v1.RegistryService/ListCouncilHistory", "read a council's history", kRead,
     kReadsCouncils},

    {"twinledger.registry.v1.RegistryService/CreatePartner", "register a partner", kWrite,
     kAddsShared},
    {"twinledger.registry.v1.RegistryService/GetPartner", "read a partner", kRead, kReadsShared},
    {"twinledger.registry.v1.RegistryService/ListPartners", "list partners", kRead, kReadsShared},
    {"twinledger.registry.v1.RegistryService/UpdatePartner", "amend a partner", kWrite,
     kAmendsShared},
    {"twinledger.registry.v1.RegistryService/ListPartnerHistory", "read a partner's history", kRead,
     kReadsShared},

    {"twinledger.registry.v1.RegistryService/ProposeRelationship", "propose a relationship", kWrite,
     kKeeps},
    {"twinledger.registry.v1.RegistryService/RecordRelationship", "record a relationship", kWrite,
     kKeeps},
    {"twinledger.registry.v1.RegistryService/GetRelationship", "read a relationship", kRead,
     kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/ListRelationships", "list relationships", kRead,
     kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/UpdateRelationship", "amend a relationship", kWrite,
     kKeeps},
    {"twinledger.registry.v1.RegistryService/EstablishRelationship", "establish a relationship",
     kWrite, kDecides},
    {"twinledger.registry.v1.RegistryService/SuspendRelationship", "suspend a relationship", kWrite,
     kDecides},
    {"twinledger.registry.v1.RegistryService/ResumeRelationship", "resume a relationship", kWrite,
     kDecides},
    {"twinledger.registry.v1.RegistryService/EndRelationship", "end a relationship", kWrite,
     kDecides},
    {"twinledger.registry.v1.RegistryService/ListRelationshipHistory",
     "read a relationship's history", kRead, kReadsCouncils},

    {"twinledger.registry.v1.RegistryService/ListNationalRegister", "read the national register",
     kRead, kReadsCouncils},

    {"twinledger.registry.v1.RegistryService/CreateOfficial", "register an official", kWrite,
     kKeeps},
    {"twinledger.registry.v1.RegistryService/GetOfficial", "read an official", kRead,
     kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/ListOfficials", "list officials", kRead,
     kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/UpdateOfficial", "amend an official", kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/ListOfficialHistory", "read an official's history",
     kRead, kReadsCouncils},

    {"twinledger.registry.v1.RegistryService/CreatePrincipal", "register a principal", kWrite,
     kAddsShared},
    {"twinledger.registry.v1.RegistryService/GetPrincipal", "read a principal", kRead,
     kReadsShared},
    {"twinledger.registry.v1.RegistryService/ListPrincipals", "list principals", kRead,
     kReadsShared},
    // A council the people that it registered, which the handler keeps it to.
    {"twinledger.registry.v1.RegistryService/UpdatePrincipal", "amend a principal", kWrite,
     kAddsShared},
    {"twinledger.registry.v1.RegistryService/MergePrincipal", "merge or group principals", kWrite,
     kAmendsShared},
    {"twinledger.registry.v1.RegistryService/ListPrincipalHistory", "read a principal's history",
     kRead, kReadsShared},

    {"twinledger.registry.v1.RegistryService/CreateStrategicAsset", "register a strategic asset",
     kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/GetStrategicAsset", "read a strategic asset", kRead,
     kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/ListStrategicAssets", "list strategic assets", kRead,
     kReadsCouncils},
    {"twinledger.registry.v1.RegistryService/UpdateStrategicAsset", "amend a strategic asset",
     kWrite, kKeeps},
    {"twinledger.registry.v1.RegistryService/SetAssetCriticality", "set an asset's criticality",
     kWrite, kAssesses},
    {"twinledger.registry.v1.RegistryService/ListStrategicAssetHistory",
     "read a strategic asset's history", kRead, kReadsCouncils},

    {"twinledger.engagement.v1.EngagementService/SubmitRecord", "submit a record", kWrite,
     kRecords},
    {"twinledger.engagement.v1.EngagementService/GetRecord", "read a record", kRead,
     kReadsCouncils},
    {"twinledger.engagement.v1.EngagementService/ListRecords", "list records", kRead,
     kReadsCouncils},
    {"twinledger.engagement.v1.EngagementService/AmendRecord", "amend a record", kWrite, kRecords},
    {"twinledger.engagement.v1.EngagementService/RetractRecord", "retract a record", kWrite,
     kRecords},
    {"twinledger.engagement.v1.EngagementService/VerifyRecord", "verify a record", kWrite,
     kRecords},
    {"twinledger.engagement.v1.EngagementService/ReturnRecord", "return a record", kWrite,
     kRecords},
    {"twinledger.engagement.v1.EngagementService/ListRecordHistory", "read a record's history",
     kRead, kReadsCouncils},
    // What a row may do, the row of its own call says.
    {"twinledger.engagement.v1.EngagementService/ImportRecords", "import records", kWrite,
     kRecords},

    {"twinledger.risk.v1.RiskService/GetAssessment", "read an assessment", kRead, kReadsCouncils},
    {"twinledger.risk.v1.RiskService/ListReceipts", "list receipts of assessments", kRead,
     kReadsCouncils},
    {"twinledger.risk.v1.RiskService/RecomputeAssessment", "compute an assessment again", kRead,
     kReadsCouncils},
    {"twinledger.risk.v1.RiskService/ListAlerts", "list alerts", kRead, kReadsCouncils},

    {"twinledger.reporting.v1.ReportingService/GetOverview", "read an overview", kRead,
     kReadsCouncils},
    {"twinledger.reporting.v1.ReportingService/ListWorkQueue", "read the work queue", kRead,
     kReadsCouncils},
    {"twinledger.reporting.v1.ReportingService/GetScorecard", "read a scorecard", kRead,
     kReadsCouncils},
    {"twinledger.reporting.v1.ReportingService/ListTimeline",
     "read what is recorded of a relationship", kRead, kReadsCouncils},
    {"twinledger.reporting.v1.ReportingService/ListGiftRegister", "read the register of gifts",
     kRead, kReadsCouncils},

    {"twinledger.audit.v1.AuditService/GetLog", "read the log", kRead, kAudits},
    {"twinledger.audit.v1.AuditService/ReplayCommits", "replay the log", kRead, kAudits},
    {"twinledger.audit.v1.AuditService/StreamRecords", "export the log", kRead, kAudits},

    {"twinledger.operations.v1.OperationsService/ListProjections", "see the projections", kRead,
     kWatches},
    {"twinledger.operations.v1.OperationsService/RebuildProjection", "rebuild a projection", kWrite,
     kOperates},
    {"twinledger.operations.v1.OperationsService/GetHealth", "see the server's health", kRead,
     kWatches},

    {"grpc.health.v1.Health/Check", "ask whether the server takes calls", kRead, kAsksHealth},
};

const Row* Find(std::string_view method) {
  const Row* const row = std::ranges::find(kTable, method, &Row::method);
  return row == std::end(kTable) ? nullptr : row;
}

std::size_t ColumnOf(Role role) {
  return static_cast<std::size_t>(std::ranges::find(identity::kRoles, role) -
                                  identity::kRoles.begin());
}

// "council-approver (of its council), agency-approver": those that reach at least so far.
std::string RolesWith(const Row& row, Reach least) {
  std::string roles;
  for (std::size_t i = 0; i < identity::kRoles.size(); ++i) {
    if (row.reach[i] < least) continue;
    if (!roles.empty()) roles += " or ";
    roles += identity::Name(identity::kRoles[i]);
    if (row.reach[i] == kOwn) roles += " of the council";
  }
  return roles;
}

std::string WhoIs(const CallerIdentity& caller) {
  std::string who(identity::Name(caller.role));
  if (!caller.council.empty()) who += " of " + caller.council;
  return who;
}

// `least` is how far a role must reach in the method for what was asked.
Error NotPermitted(const CallerIdentity& caller, std::string_view method, Reach least) {
  Error error{.code = Code::kPermissionDenied,
              .message = fmt::format("{} may not call {}", WhoIs(caller), method),
              .reason = "NOT_PERMITTED",
              .metadata = {{"method", std::string(method)},
                           {"role", std::string(identity::Name(caller.role))}}};
  const Row* const row = Find(method);
  if (row == nullptr) return error;
  const std::string roles = RolesWith(*row, least);
  if (roles.empty()) {
    error.message = fmt::format("to {} of another council takes a role of that council; you are {}",
                                row->deed, WhoIs(caller));
    return error;
  }
  error.message = fmt::format("to {}{} takes the role {}; you are {}", row->deed,
                              least == kAny ? " of another council" : "", roles, WhoIs(caller));
  error.metadata["roles"] = roles;
  return error;
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
  if (ReachOf(method, caller.role) == kNo) return NotPermitted(caller, method, kOwn);
  return {};
}

Result<Admission> Authorize(const CallerIdentity& caller, std::string_view method,
                            const Scope& scope) {
  switch (ReachOf(method, caller.role)) {
    case Reach::kNone:
      return NotPermitted(caller, method, kOwn);
    case Reach::kAny:
      return Admission{caller};
    case Reach::kOwnCouncil:
      break;
  }
  const Admission own{caller, caller.council};
  if (!scope.council() || *scope.council() == caller.council) return own;
  if (AccessOf(method) == kRead) return NotFound(scope.name());
  return NotPermitted(caller, method, kAny);
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
