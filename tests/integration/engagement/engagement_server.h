// A server with the registry and engagements, and two councils in it.
#pragma once

#include <absl/strings/substitute.h>
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "engagement/engagement.h"
#include "platform/projection/runner.h"
#include "platform/server/module.h"
#include "registry/registry.h"
#include "tests/integration/hosted_server.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::engagement {

namespace reg = registry::v1;
using testing::Caller;

inline const std::string kEngagement = "twinledger.engagement.v1.EngagementService/";
inline const std::string kRegistry = "twinledger.registry.v1.RegistryService/";
inline const std::string kPartner = "00000000-0000-4000-8000-000000000900";
inline const std::string kRelationship = "00000000-0000-4000-8000-000000000901";

inline const std::string kDonor = "00000000-0000-4000-8000-000000000902";

inline const std::string kMaker = "hutt-city/officer/maker";
inline const std::string kChecker = "hutt-city/officer/checker";

inline const std::string kGift = R"pb(
  gift {
    direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL
    recipient { office: "mayor" }
    donor { principal_id: "00000000-0000-4000-8000-000000000902" }
    kind: GIFT_KIND_ART
    description: "a canary of jade"
    value { cents: 80000 currency: "NZD" }
    offered_on { year: 2026 month: 5 day: 1 }
    disposition: GIFT_DISPOSITION_SURRENDERED
    asset_number: "A-17"
  })pb";

// Of another donor.
inline std::string GiftFrom(const std::string& donor) {
  std::string gift = kGift;
  return gift.replace(gift.find(kDonor), kDonor.size(), donor);
}

class EngagementTest : public ::testing::Test {
 protected:
  // With services that follow engagements, if any.
  explicit EngagementTest(const std::vector<server::Assembly>& more = {})
      : server_(AssembliesWith(more)) {
    const Caller& agency = server_.As("agency-approver");
    testing::AskMethod<reg::CreatePartnerResponse>(
        agency, kRegistry + "CreatePartner",
        testing::Parsed<reg::CreatePartnerRequest>(absl::Substitute(
            "partner_id: '$0' request_id: '$1' partner { display_name: 'Minoh' level: "
            "PARTNER_LEVEL_MUNICIPAL country: 'JP' }",
            kPartner, NextId())));
    for (const std::string council : {"hutt-city", "nelson-city"}) {
      testing::AskMethod<reg::CreateCouncilResponse>(
          agency, kRegistry + "CreateCouncil",
          testing::Parsed<reg::CreateCouncilRequest>(absl::Substitute(
              "council_id: '$0' request_id: '$1' council { display_name: '$0' kind: "
              "COUNCIL_KIND_CITY }",
              council, NextId())));
    }
    const auto recorded = testing::AskMethod<reg::RecordRelationshipResponse>(
        agency, kRegistry + "RecordRelationship",
        testing::Parsed<reg::RecordRelationshipRequest>(absl::Substitute(
            "parent: 'councils/hutt-city' relationship_id: '$0' request_id: '$1' relationship { "
            "partner: 'partners/$2' kind: RELATIONSHIP_KIND_SISTER_CITY status: "
            "RELATIONSHIP_STATUS_ACTIVE }",
            kRelationship, NextId(), kPartner)));
    RegisterPrincipal("agency-approver", kDonor, "ORGANISATION");
  }

  void RegisterPrincipal(const std::string& account, const std::string& id,
                         const std::string& kind) {
    testing::AskMethod<reg::CreatePrincipalResponse>(
        server_.As(account), kRegistry + "CreatePrincipal",
        testing::Parsed<reg::CreatePrincipalRequest>(absl::Substitute(
            "principal_id: '$0' request_id: '$1' principal { display_name: 'Example' kind: "
            "PRINCIPAL_KIND_$2 }",
            id, NextId(), kind)));
  }
  std::string NextId() { return fmt::format("00000000-0000-4000-8000-{:012}", ++ids_); }

  template <class Response, class Request>
  Response Ask(const std::string& account, const std::string& method, const Request& request) {
    return testing::AskMethod<Response>(server_.As(account), kEngagement + method, request);
  }

  // What was refused, and why.
  template <class Response, class Request>
  Error Refused(const std::string& account, const std::string& method, const Request& request) {
    Response response;
    const Result<void> asked = server_.As(account).Call(kEngagement + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  v1::SubmitRecordRequest Submission(const std::string& record,
                                     const std::string& council = "hutt-city") {
    v1::SubmitRecordRequest request;
    request.set_parent("councils/" + council);
    request.set_record_id(NextId());
    request.set_request_id(NextId());
    *request.mutable_record() = testing::Parsed<v1::Record>(record);
    return request;
  }
  v1::Record Submit(const std::string& record, const std::string& account = kMaker) {
    const std::string council = account.substr(0, account.find('/'));
    return Ask<v1::SubmitRecordResponse>(account, "SubmitRecord", Submission(record, council))
        .record();
  }

  // A request on a record as it is: Verify, Return, Retract.
  template <class Request>
  Request On(const v1::Record& record, const std::string& content = "") {
    auto request = testing::Parsed<Request>(content);
    request.set_name(record.name());
    request.set_etag(record.etag());
    request.set_request_id(NextId());
    return request;
  }
  v1::AmendRecordRequest Amendment(const v1::Record& record, const std::string& fields,
                                   const std::vector<std::string>& paths) {
    v1::AmendRecordRequest request;
    *request.mutable_record() = testing::Parsed<v1::Record>(fields);
    request.mutable_record()->set_name(record.name());
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_etag(record.etag());
    request.set_reason("the canary sang");
    request.set_request_id(NextId());
    return request;
  }

  v1::Record Get(const std::string& account, const std::string& name) {
    v1::GetRecordRequest request;
    request.set_name(name);
    return Ask<v1::GetRecordResponse>(account, "GetRecord", request).record();
  }
  registry::v1::Version NewestVersion(const std::string& account, const std::string& name) {
    v1::ListRecordHistoryRequest request;
    request.set_name(name);
    return Ask<v1::ListRecordHistoryResponse>(account, "ListRecordHistory", request).versions(0);
  }

  // While it lives, engagements take nothing of what is recorded.
  class Held {
   public:
    explicit Held(EngagementTest& test) {
      test.runner_->Post([this] { release_.WaitForNotification(); });
    }
    ~Held() { release_.Notify(); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    absl::Notification release_;
  };

 private:
  std::vector<server::Assembly> AssembliesWith(const std::vector<server::Assembly>& more) {
    const auto open =
        [this](const server::ModuleContext& context) -> Result<std::unique_ptr<server::Module>> {
      TL_TRY(std::unique_ptr<server::Module> module, Open(context));
      runner_ = &module->projected()->runner;
      return module;
    };
    std::vector<server::Assembly> all{{"registry", registry::Open}, {"engagement", open}};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  int ids_ = 0;
  projection::Runner* runner_ = nullptr;  // Of engagements.

 protected:
  testing::HostedServer server_;
};

}  // namespace twinledger::engagement
