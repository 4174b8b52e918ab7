// The whole matrix, method by role by council. Methods come from the .proto sources; what each role
// may do is said here a second time, by kind of method, so that a slip in the table shows.
#include "platform/rpc/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/rpc/errors.h"
#include "tools/policy_check/proto_services.h"

namespace twinledger::rpc {
namespace {

using identity::Role;
using ::testing::IsEmpty;
using ::testing::StartsWith;

CallerIdentity CallerOf(Role role) {
  const std::string council = identity::IsOfCouncil(role) ? "hutt-city" : "";
  return {.role = role, .account = std::string(identity::Name(role)), .council = council};
}

std::vector<std::string> AllMethods() {
  static const auto services =
      policy_check::ProtoServices::Read(TWINLEDGER_BIN_DIR "/../services.protoset");
  EXPECT_TRUE(services.ok());
  std::vector<std::string> methods;
  for (const auto* service : services->all()) {
    for (int i = 0; i < service->method_count(); ++i) {
      methods.push_back(service->full_name() + "/" + service->method(i)->name());
    }
  }
  return methods;
}

// What a method does, by its name.
enum class Deed {
  kRead,
  kReadShared,
  kKeep,
  kRecord,
  kDecide,
  kFound,
  kAddShared,
  kLeaveToAgency,
  kAudit,
  kWatch,
  kOperate,
  kAskHealth
};

Deed DeedOf(const std::string& method) {
  const std::string verb = method.substr(method.find('/') + 1);
  const auto is = [&](const char* name) { return verb == name; };
  const bool shared =
      verb.find("Partner") != std::string::npos || verb.find("Principal") != std::string::npos;
  if (method.find(".AuditService/") != std::string::npos) return Deed::kAudit;
  if (method == "grpc.health.v1.Health/Check") return Deed::kAskHealth;
  if (is("RebuildProjection")) return Deed::kOperate;
  if (method.find(".OperationsService/") != std::string::npos) return Deed::kWatch;
  if (verb.starts_with("Get") || verb.starts_with("List") || verb.starts_with("Recompute")) {
    return shared ? Deed::kReadShared : Deed::kRead;
  }
  if (method.find(".EngagementService/") != std::string::npos) return Deed::kRecord;
  if (is("CreateCouncil") || is("SetReportingSince")) return Deed::kFound;
  if (is("UpdatePartner") || is("MergePrincipal") || is("SetAssetCriticality")) {
    return Deed::kLeaveToAgency;
  }
  // A council amends the people that it registered: the handler sees to that.
  if (shared) return Deed::kAddShared;
  if (is("EstablishRelationship") || is("SuspendRelationship") || is("ResumeRelationship") ||
      is("EndRelationship")) {
    return Deed::kDecide;
  }
  EXPECT_TRUE(is("UpdateCouncil") || is("ProposeRelationship") || is("RecordRelationship") ||
              is("UpdateRelationship") || is("CreateOfficial") || is("UpdateOfficial") ||
              is("CreateStrategicAsset") || is("UpdateStrategicAsset"))
      << method << ": say what it does";
  return Deed::kKeep;
}

bool IsAgency(Role role) { return role == Role::kAgencyAnalyst || role == Role::kAgencyApprover; }

Reach ExpectedReach(Role role, Deed deed) {
  const bool council = identity::IsOfCouncil(role);
  const bool reader = IsAgency(role) || role == Role::kRuleAuthor || role == Role::kAuditor;
  const Reach council_or_agency = council          ? Reach::kOwnCouncil
                                  : IsAgency(role) ? Reach::kAny
                                                   : Reach::kNone;
  const auto any_if = [](bool allowed) { return allowed ? Reach::kAny : Reach::kNone; };
  switch (deed) {
    case Deed::kRead:
      return council ? Reach::kOwnCouncil : any_if(reader);
    case Deed::kReadShared:
      return any_if(council || reader);
    case Deed::kKeep:
      return council_or_agency;
    case Deed::kRecord:
      return council ? Reach::kOwnCouncil : Reach::kNone;
    case Deed::kDecide:
      return role == Role::kCouncilApprover ? Reach::kOwnCouncil
                                            : any_if(role == Role::kAgencyApprover);
    case Deed::kFound:
      return any_if(role == Role::kAgencyApprover);
    case Deed::kAddShared:
      return any_if(council || IsAgency(role));
    case Deed::kLeaveToAgency:
      return any_if(IsAgency(role));
    case Deed::kAudit:
      return any_if(role == Role::kAuditor);
    case Deed::kWatch:
      return any_if(role == Role::kAuditor || role == Role::kOperator);
    case Deed::kOperate:
      return any_if(role == Role::kOperator);
    case Deed::kAskHealth:
      return Reach::kAny;
  }
  return Reach::kNone;
}

bool IsRead(Deed deed) {
  return deed == Deed::kRead || deed == Deed::kReadShared || deed == Deed::kAudit ||
         deed == Deed::kWatch || deed == Deed::kAskHealth;
}

const Scope kOwn = Scope::OfCouncil("hutt-city", "councils/hutt-city");
const Scope kOther = Scope::OfCouncil("wellington-city", "councils/wellington-city");

TEST(PolicyTest, EveryMethodOfEveryServiceHasARow) {
  const auto services =
      policy_check::ProtoServices::Read(TWINLEDGER_BIN_DIR "/../services.protoset");
  ASSERT_TRUE(services.ok());
  EXPECT_THAT(MethodsWithoutRow(services->all()), IsEmpty());
  EXPECT_EQ(AllMethods().size(), MethodsWithRow().size());
}

TEST(PolicyTest, TheMatrixOfMethodRoleAndCouncilIsAsTheRolesAreMeant) {
  int cells = 0;
  for (const std::string& method : AllMethods()) {
    const Deed deed = DeedOf(method);
    for (const Role role : identity::kRoles) {
      SCOPED_TRACE(method + " by " + std::string(identity::Name(role)));
      const Reach reach = ExpectedReach(role, deed);
      const CallerIdentity caller = CallerOf(role);
      EXPECT_EQ(ReachOf(method, role), reach);
      EXPECT_EQ(AuthorizeMethod(caller, method).ok(), reach != Reach::kNone);
      EXPECT_EQ(Authorize(caller, method, kOwn).ok(), reach != Reach::kNone);
      EXPECT_EQ(Authorize(caller, method, kOther).ok(), reach == Reach::kAny);
      const Result<Admission> all = Authorize(caller, method, Scope::OfAll());
      EXPECT_EQ(all.ok(), reach != Reach::kNone);
      if (all.ok()) {
        EXPECT_EQ(all->only_council.has_value(), reach == Reach::kOwnCouncil);
      }
      EXPECT_TRUE(role != Role::kAuditor || IsRead(deed) || reach == Reach::kNone);
      cells += 3;
    }
  }
  EXPECT_EQ(cells, static_cast<int>(MethodsWithRow().size() * identity::kRoles.size() * 3));
}

TEST(PolicyTest, WhatHasNoRowIsDenied) {
  for (const Role role : identity::kRoles) {
    for (const char* method : {"twinledger.registry.v1.RegistryService/DropCouncil", "",
                               "twinledger.registry.v1.RegistryService/getcouncil",
                               "/twinledger.registry.v1.RegistryService/GetCouncil"}) {
      EXPECT_EQ(Authorize(CallerOf(role), method, Scope::OfAll()).error().code,
                Code::kPermissionDenied);
    }
  }
}

TEST(PolicyTest, ReadingAnotherCouncilsRecordIsAnsweredAsIfItDidNotExist) {
  const Result<Admission> admission = Authorize(
      CallerOf(Role::kCouncilOfficer), "twinledger.registry.v1.RegistryService/GetCouncil", kOther);
  ASSERT_FALSE(admission.ok());
  const Error absent = NotFound("councils/wellington-city");
  EXPECT_EQ(admission.error().code, absent.code);
  EXPECT_EQ(admission.error().message, absent.message);
  EXPECT_EQ(admission.error().reason, absent.reason);
  EXPECT_EQ(admission.error().metadata, absent.metadata);
}

TEST(PolicyTest, ARefusalSaysWhatTakesWhichRoleAndWhoAsks) {
  const auto said = [](Role role, const char* method, const Scope& scope) {
    return Authorize(CallerOf(role), std::string("twinledger.") + method, scope).error().message;
  };
  EXPECT_EQ(said(Role::kCouncilOfficer, "registry.v1.RegistryService/EstablishRelationship", kOwn),
            "to establish a relationship takes the role council-approver of the council or "
            "agency-approver; you are council-officer of hutt-city");
  EXPECT_EQ(said(Role::kCouncilOfficer, "registry.v1.RegistryService/UpdateRelationship", kOther),
            "to amend a relationship of another council takes the role agency-analyst or "
            "agency-approver; you are council-officer of hutt-city");
  EXPECT_EQ(
      said(Role::kAgencyAnalyst, "registry.v1.RegistryService/CreateCouncil", kOther),
      "to register or merge a council takes the role agency-approver; you are agency-analyst");
  EXPECT_EQ(said(Role::kCouncilOfficer, "engagement.v1.EngagementService/SubmitRecord", kOther),
            "to submit a record of another council takes a role of that council; you are "
            "council-officer of hutt-city");
  EXPECT_EQ(said(Role::kAgencyAnalyst, "engagement.v1.EngagementService/VerifyRecord", kOwn),
            "to verify a record takes the role council-officer of the council or council-approver "
            "of the council; you are agency-analyst");
  EXPECT_EQ(said(Role::kOperator, "audit.v1.AuditService/ReplayCommits", Scope::OfAll()),
            "to replay the log takes the role auditor; you are operator");
}

TEST(PolicyTest, WritingToAnotherCouncilIsDenied) {
  const Result<Admission> admission =
      Authorize(CallerOf(Role::kCouncilOfficer),
                "twinledger.registry.v1.RegistryService/UpdateCouncil", kOther);
  EXPECT_EQ(admission.error().code, Code::kPermissionDenied);
  EXPECT_EQ(admission.error().reason, "NOT_PERMITTED");
}

}  // namespace
}  // namespace twinledger::rpc
