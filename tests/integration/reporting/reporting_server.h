// A server with the registry, engagements and reports, and two councils with a relationship each.
#pragma once

#include <absl/strings/substitute.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

#include "engagement/engagement.h"
#include "registry/registry.h"
#include "reporting/reporting.h"
#include "tests/integration/hosted_server.h"
#include "tests/integration/reporting/receipts.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/reporting/v1/gift_register.pb.h"
#include "twinledger/reporting/v1/overview.pb.h"
#include "twinledger/reporting/v1/scorecard.pb.h"
#include "twinledger/reporting/v1/timeline.pb.h"

namespace twinledger::reporting {

namespace reg = registry::v1;
namespace eng = engagement::v1;
using testing::Caller;

inline const std::string kReporting = "twinledger.reporting.v1.ReportingService/";
inline const std::string kPartner = "00000000-0000-4000-8000-000000000900";
inline const std::string kRelationship = "00000000-0000-4000-8000-000000000901";
inline const std::string kDonor = "00000000-0000-4000-8000-000000000902";
inline const std::string kPerson = "00000000-0000-4000-8000-000000000903";

inline const std::string kOfficer = "hutt-city/officer/maker";
inline const std::string kAgency = "agency-analyst";

inline std::string RelationshipOf(const std::string& council) {
  return "councils/" + council + "/relationships/" + kRelationship;
}

// A gift to the mayor on a day of May 2026.
inline std::string Gift(int day, const std::string& more = "", const std::string& fields = "") {
  return absl::Substitute(
      "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL recipient { office: 'mayor' } donor { "
      "principal_id: '$0' } kind: GIFT_KIND_ART description: 'a canary of jade' circumstances: "
      "'the "
      "canary sang' value { cents: 80000 currency: 'NZD' } offered_on { year: 2026 month: 5 day: "
      "$1 "
      "} disposition: GIFT_DISPOSITION_DECLINED $2 } $3",
      kDonor, day, more, fields);
}

class ReportingTest : public ::testing::Test {
 protected:
  ReportingTest()
      : server_({{"registry", registry::Open},
                 {"engagement", engagement::Open},
                 {"risk", receipts_.Opener()},
                 {"reporting", Open}}) {
    Agency<reg::CreatePartnerResponse, reg::CreatePartnerRequest>(
        "CreatePartner", absl::Substitute("partner_id: '$0' partner { display_name: 'Minoh' level: "
                                          "PARTNER_LEVEL_MUNICIPAL country: 'JP' }",
                                          kPartner));
    Agency<reg::CreatePrincipalResponse, reg::CreatePrincipalRequest>(
        "CreatePrincipal",
        absl::Substitute("principal_id: '$0' principal { kind: PRINCIPAL_KIND_ORGANISATION "
                         "display_name: 'Minoh Port' }",
                         kDonor));
    for (const std::string council : {"hutt-city", "nelson-city"}) {
      Agency<reg::CreateCouncilResponse, reg::CreateCouncilRequest>(
          "CreateCouncil",
          absl::Substitute("council_id: '$0' council { display_name: 'Council of $0' kind: "
                           "COUNCIL_KIND_CITY }",
                           council));
      Agency<reg::RecordRelationshipResponse, reg::RecordRelationshipRequest>(
          "RecordRelationship",
          absl::Substitute("parent: 'councils/$0' relationship_id: '$1' relationship { partner: "
                           "'partners/$2' kind: RELATIONSHIP_KIND_SISTER_CITY status: "
                           "RELATIONSHIP_STATUS_ACTIVE since { year: 1994 } }",
                           council, kRelationship, kPartner));
    }
    // Of people a council knows those that it registered itself.
    Register<reg::CreatePrincipalResponse, reg::CreatePrincipalRequest>(
        kOfficer, "CreatePrincipal",
        absl::Substitute("principal_id: '$0' principal { kind: PRINCIPAL_KIND_PERSON "
                         "display_name: 'Canary Person' }",
                         kPerson));
  }

  std::string NextId() { return fmt::format("00000000-0000-4000-8000-{:012}", ++ids_); }

  // A write to the registry.
  template <class Response, class Request>
  Response Register(const std::string& account, const std::string& method,
                    const std::string& request) {
    auto parsed = testing::Parsed<Request>(request);
    parsed.set_request_id(NextId());
    return testing::AskMethod<Response>(server_.As(account),
                                        "twinledger.registry.v1.RegistryService/" + method, parsed);
  }
  template <class Response, class Request>
  Response Agency(const std::string& method, const std::string& request) {
    return Register<Response, Request>("agency-approver", method, request);
  }

  eng::Record Submit(const std::string& record, const std::string& account = kOfficer) {
    const std::string council = account.substr(0, account.find('/'));
    eng::SubmitRecordRequest request;
    request.set_parent("councils/" + council);
    request.set_record_id(NextId());
    request.set_request_id(NextId());
    *request.mutable_record() = testing::Parsed<eng::Record>(record);
    return Engage<eng::SubmitRecordResponse>(account, "SubmitRecord", request).record();
  }

  template <class Response, class Request>
  Response Engage(const std::string& account, const std::string& method, const Request& request) {
    return testing::AskMethod<Response>(
        server_.As(account), "twinledger.engagement.v1.EngagementService/" + method, request);
  }

  // Of all that is recorded by now, unless it says otherwise.
  template <class Response, class Request>
  Response Ask(const std::string& account, const std::string& method, Request request) {
    if (!request.read_options().has_as_of()) request.mutable_read_options()->set_latest(true);
    return testing::AskMethod<Response>(server_.As(account), kReporting + method, request);
  }
  template <class Response, class Request>
  Error Refused(const std::string& account, const std::string& method, const Request& request) {
    Response response;
    const Result<void> asked = server_.As(account).Call(kReporting + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  v1::ListTimelineResponse Timeline(const std::string& account, const std::string& council,
                                    const std::string& options = "") {
    auto request = testing::Parsed<v1::ListTimelineRequest>(options);
    request.set_name(RelationshipOf(council));
    return Ask<v1::ListTimelineResponse>(account, "ListTimeline", request);
  }
  v1::ListGiftRegisterResponse Gifts(const std::string& account, const std::string& options = "") {
    auto request = testing::Parsed<v1::ListGiftRegisterRequest>(options);
    if (request.parent().empty()) request.set_parent("councils/-");
    return Ask<v1::ListGiftRegisterResponse>(account, "ListGiftRegister", request);
  }

  v1::GetOverviewResponse Overview(const std::string& account, const std::string& options = "") {
    auto request = testing::Parsed<v1::GetOverviewRequest>(options);
    if (request.parent().empty()) request.set_parent("councils/-");
    return Ask<v1::GetOverviewResponse>(account, "GetOverview", request);
  }
  v1::ListWorkQueueResponse WorkQueue(const std::string& account, const std::string& options = "") {
    auto request = testing::Parsed<v1::ListWorkQueueRequest>(options);
    if (request.parent().empty()) request.set_parent("councils/-");
    return Ask<v1::ListWorkQueueResponse>(account, "ListWorkQueue", request);
  }
  v1::GetScorecardResponse Scorecard(const std::string& account, const std::string& council,
                                     const std::string& options = "") {
    auto request = testing::Parsed<v1::GetScorecardRequest>(options);
    request.set_name("councils/" + council);
    return Ask<v1::GetScorecardResponse>(account, "GetScorecard", request);
  }

  Receipts receipts_;
  testing::HostedServer server_;

 private:
  int ids_ = 0;
};

}  // namespace twinledger::reporting
