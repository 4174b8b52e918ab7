// What a council may learn of the others: nothing. Its answers are the same whatever they hold, and
// what it asks of them is answered as if they did not exist.
#include <absl/strings/substitute.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/integration/registry/registry_server.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/national_register.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::registry {
namespace {

using testing::Ask;
using testing::Caller;
using testing::kRegistry;
using testing::RegistryServer;

const std::string kPartner = "00000000-0000-4000-8000-000000000900";

class IsolationTest : public ::testing::Test {
 protected:
  IsolationTest() {
    Ask<v1::CreatePartnerResponse, v1::CreatePartnerRequest>(
        agency(), "CreatePartner",
        absl::Substitute(
            R"pb(partner_id: "$0"
                 partner { display_name: "Minoh" level: PARTNER_LEVEL_MUNICIPAL country: "JP" }
                 request_id: "$1")pb",
            kPartner, NextId()));
  }

  const Caller& agency() { return server_.As("agency-approver"); }
  std::string NextId() { return fmt::format("00000000-0000-4000-8000-{:012}", ++ids_); }

  // What else a council has: an official, an asset, and a person whom it met.
  void FillPeople(const std::string& council) {
    Ask<v1::CreateOfficialResponse, v1::CreateOfficialRequest>(
        server_.As(council + "/officer"), "CreateOfficial",
        absl::Substitute(R"pb(parent: "councils/$0"
                              official_id: "$1"
                              official { display_name: "Mayor of $0" office: "Mayor" }
                              request_id: "$2")pb",
                         council, NextId(), NextId()));
    Ask<v1::CreateStrategicAssetResponse, v1::CreateStrategicAssetRequest>(
        server_.As(council + "/officer"), "CreateStrategicAsset",
        absl::Substitute(R"pb(parent: "councils/$0"
                              asset_id: "$1"
                              asset { owner: ASSET_OWNER_COUNCIL kind: ASSET_KIND_PORT }
                              request_id: "$2")pb",
                         council, NextId(), NextId()));
    Ask<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
        server_.As(council + "/officer"), "CreatePrincipal",
        absl::Substitute(R"pb(principal_id: "$1"
                              principal { kind: PRINCIPAL_KIND_PERSON display_name: "Friend of $0" }
                              request_id: "$2")pb",
                         council, NextId(), NextId()));
  }

  // A council with a relationship, which is answered.
  v1::Relationship Fill(const std::string& council) {
    Ask<v1::CreateCouncilResponse, v1::CreateCouncilRequest>(
        agency(), "CreateCouncil",
        absl::Substitute(R"pb(council_id: "$0"
                              council { display_name: "Council of $0" kind: COUNCIL_KIND_CITY }
                              request_id: "$1")pb",
                         council, NextId()));
    const std::string id = NextId();
    return Ask<v1::RecordRelationshipResponse, v1::RecordRelationshipRequest>(
               agency(), "RecordRelationship",
               absl::Substitute(R"pb(parent: "councils/$0"
                                     relationship_id: "$1"
                                     relationship {
                                       partner: "partners/$2"
                                       kind: RELATIONSHIP_KIND_SISTER_CITY
                                       status: RELATIONSHIP_STATUS_ACTIVE
                                     }
                                     request_id: "$3")pb",
                                council, id, kPartner, NextId()))
        .relationship();
  }

  // Everything that the council's officer can read. Positions count the commits of all and are
  // left out: they say how much is written, not what.
  std::string AllThatIsSeenBy(const std::string& account) {
    const Caller& officer = server_.As(account);
    const std::string council = "councils/" + account.substr(0, account.find('/'));
    std::string seen;
    const auto see = [&](auto answer) {
      answer.clear_read_position();
      seen += answer.DebugString() + "\n";
    };
    see(Ask<v1::ListCouncilsResponse>(officer, "ListCouncils", v1::ListCouncilsRequest()));
    see(Ask<v1::ListPartnersResponse>(officer, "ListPartners", v1::ListPartnersRequest()));
    see(Ask<v1::ListNationalRegisterResponse>(officer, "ListNationalRegister",
                                              v1::ListNationalRegisterRequest()));
    see(Ask<v1::ListRelationshipsResponse, v1::ListRelationshipsRequest>(
        officer, "ListRelationships", R"pb(parent: "councils/-")pb"));
    see(Ask<v1::ListOfficialsResponse, v1::ListOfficialsRequest>(officer, "ListOfficials",
                                                                 R"pb(parent: "councils/-")pb"));
    see(Ask<v1::ListStrategicAssetsResponse, v1::ListStrategicAssetsRequest>(
        officer, "ListStrategicAssets", R"pb(parent: "councils/-")pb"));
    see(Ask<v1::ListPrincipalsResponse>(officer, "ListPrincipals", v1::ListPrincipalsRequest()));
    see(Ask<v1::GetCouncilResponse, v1::GetCouncilRequest>(officer, "GetCouncil",
                                                           "name: \"" + council + "\""));
    see(Ask<v1::ListCouncilHistoryResponse, v1::ListCouncilHistoryRequest>(
        officer, "ListCouncilHistory", "name: \"" + council + "\""));
    see(Ask<v1::GetPartnerResponse, v1::GetPartnerRequest>(officer, "GetPartner",
                                                           "name: \"partners/" + kPartner + "\""));
    see(Ask<v1::ListPartnerHistoryResponse, v1::ListPartnerHistoryRequest>(
        officer, "ListPartnerHistory", "name: \"partners/" + kPartner + "\""));
    return seen;
  }

  template <class Response, class Request>
  Error Refused(const Caller& caller, const std::string& method, const std::string& text) {
    Request request;
    Response response;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    const Result<void> asked = caller.Call(kRegistry + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  RegistryServer server_;
  int ids_ = 0;
};

TEST_F(IsolationTest, ACouncilsAnswersAreTheSameWhateverOthersHold) {
  Fill("hutt-city");
  FillPeople("hutt-city");
  const std::string alone = AllThatIsSeenBy("hutt-city/officer");
  EXPECT_THAT(alone, ::testing::HasSubstr("Mayor of hutt-city"));
  EXPECT_THAT(alone, ::testing::HasSubstr("Friend of hutt-city"));
  Fill("nelson-city");
  FillPeople("nelson-city");
  Fill("dunedin-city");
  EXPECT_EQ(AllThatIsSeenBy("hutt-city/officer"), alone);
}

// Partners are shared, and a council that registers one has dealings with it.
TEST_F(IsolationTest, WhoOfAnotherCouncilRegisteredAPartnerIsNotTold) {
  Fill("hutt-city");
  Fill("nelson-city");
  const std::string partner = NextId();
  const std::string request_id = NextId();
  Ask<v1::CreatePartnerResponse, v1::CreatePartnerRequest>(
      server_.As("nelson-city/officer"), "CreatePartner",
      absl::Substitute(
          R"pb(partner_id: "$0"
               partner { display_name: "Huangshi" level: PARTNER_LEVEL_MUNICIPAL country: "CN" }
               request_id: "$1")pb",
          partner, request_id));
  const auto told = [&](const Caller& caller) {
    return Ask<v1::ListPartnerHistoryResponse, v1::ListPartnerHistoryRequest>(
               caller, "ListPartnerHistory", "name: \"partners/" + partner + "\"")
        .versions(0);
  };
  const v1::Version to_another = told(server_.As("hutt-city/officer"));
  EXPECT_EQ(to_another.actor(), "");
  EXPECT_EQ(to_another.request_id(), "");
  EXPECT_GT(to_another.changes_size(), 0);
  EXPECT_EQ(told(server_.As("nelson-city/officer")).request_id(), request_id);
  EXPECT_THAT(told(agency()).actor(), ::testing::HasSubstr("nelson-city"));
}

TEST_F(IsolationTest, AnothersRecordIsAnsweredAsOneThatDoesNotExist) {
  Fill("hutt-city");
  const v1::Relationship anothers = Fill("nelson-city");
  const Caller& officer = server_.As("hutt-city/officer");
  const auto told = [&](const std::string& council, const std::string& relationship) {
    std::string answers;
    for (const Error& error :
         {Refused<v1::GetCouncilResponse, v1::GetCouncilRequest>(officer, "GetCouncil",
                                                                 "name: \"" + council + "\""),
          Refused<v1::ListCouncilHistoryResponse, v1::ListCouncilHistoryRequest>(
              officer, "ListCouncilHistory", "name: \"" + council + "\""),
          Refused<v1::ListRelationshipsResponse, v1::ListRelationshipsRequest>(
              officer, "ListRelationships", "parent: \"" + council + "\""),
          Refused<v1::GetRelationshipResponse, v1::GetRelationshipRequest>(
              officer, "GetRelationship", "name: \"" + relationship + "\""),
          Refused<v1::ListRelationshipHistoryResponse, v1::ListRelationshipHistoryRequest>(
              officer, "ListRelationshipHistory", "name: \"" + relationship + "\"")}) {
      EXPECT_EQ(error.code, Code::kNotFound);
      answers += error.reason + " " + error.message + "\n";
    }
    return answers;
  };
  std::string existing = told("councils/nelson-city", anothers.name());
  std::string absent_name = anothers.name();
  absent_name.replace(absent_name.find("nelson"), 6, "nowhere");
  const std::string absent = told("councils/nowhere-city", absent_name);
  for (std::size_t at; (at = existing.find("nelson")) != std::string::npos;) {
    existing.replace(at, 6, "nowhere");
  }
  EXPECT_EQ(existing, absent);
}

TEST_F(IsolationTest, AnothersOfficialsAndAssetsAreAnsweredAsOnesThatDoNotExist) {
  Fill("hutt-city");
  Fill("nelson-city");
  FillPeople("nelson-city");
  const auto official = Ask<v1::ListOfficialsResponse, v1::ListOfficialsRequest>(
                            agency(), "ListOfficials", R"pb(parent: "councils/nelson-city")pb")
                            .officials(0);
  const auto asset = Ask<v1::ListStrategicAssetsResponse, v1::ListStrategicAssetsRequest>(
                         agency(), "ListStrategicAssets", R"pb(parent: "councils/nelson-city")pb")
                         .assets(0);
  const Caller& officer = server_.As("hutt-city/officer");
  const auto ask = [&](const std::string& official_name, const std::string& asset_name) {
    std::string answers;
    for (const Error& error :
         {Refused<v1::GetOfficialResponse, v1::GetOfficialRequest>(
              officer, "GetOfficial", "name: \"" + official_name + "\""),
          Refused<v1::ListOfficialHistoryResponse, v1::ListOfficialHistoryRequest>(
              officer, "ListOfficialHistory", "name: \"" + official_name + "\""),
          Refused<v1::GetStrategicAssetResponse, v1::GetStrategicAssetRequest>(
              officer, "GetStrategicAsset", "name: \"" + asset_name + "\""),
          Refused<v1::ListStrategicAssetHistoryResponse, v1::ListStrategicAssetHistoryRequest>(
              officer, "ListStrategicAssetHistory", "name: \"" + asset_name + "\"")}) {
      EXPECT_EQ(error.code, Code::kNotFound);
      answers += error.reason + "\n";
    }
    return answers;
  };
  const std::string nobody = NextId();
  EXPECT_EQ(ask(official.name(), asset.name()), ask("councils/nelson-city/officials/" + nobody,
                                                    "councils/nelson-city/assets/" + nobody));
  for (const Error& error :
       {Refused<v1::UpdateOfficialResponse, v1::UpdateOfficialRequest>(
            officer, "UpdateOfficial",
            absl::Substitute(R"pb(official { name: "$0" office: "Clerk" }
                                  update_mask { paths: "office" }
                                  etag: "$1"
                                  request_id: "$2")pb",
                             official.name(), official.etag(), NextId())),
        Refused<v1::UpdateStrategicAssetResponse, v1::UpdateStrategicAssetRequest>(
            officer, "UpdateStrategicAsset",
            absl::Substitute(R"pb(asset { name: "$0" register_ref: "x" }
                                  update_mask { paths: "register_ref" }
                                  etag: "$1"
                                  request_id: "$2")pb",
                             asset.name(), asset.etag(), NextId()))}) {
    EXPECT_EQ(error.code, Code::kPermissionDenied);
  }
}

TEST_F(IsolationTest, AnothersRecordIsNotWritten) {
  Fill("hutt-city");
  const v1::Relationship anothers = Fill("nelson-city");
  const Error refused = Refused<v1::UpdateRelationshipResponse, v1::UpdateRelationshipRequest>(
      server_.As("hutt-city/officer"), "UpdateRelationship",
      absl::Substitute(R"pb(relationship { name: "$0" owner_role: "mayor" }
                            update_mask { paths: "owner_role" }
                            etag: "$1"
                            request_id: "$2")pb",
                       anothers.name(), anothers.etag(), NextId()));
  EXPECT_EQ(refused.code, Code::kPermissionDenied);
}

TEST_F(IsolationTest, AFilterOfACouncilReachesNothingOfTheOthers) {
  Fill("hutt-city");
  Fill("nelson-city");
  const auto rows = Ask<v1::ListNationalRegisterResponse, v1::ListNationalRegisterRequest>(
      server_.As("hutt-city/officer"), "ListNationalRegister",
      R"pb(filter: "council = \"councils/nelson-city\"")pb");
  EXPECT_EQ(rows.rows_size(), 0);
}

// Which councils there are is not for a council to say, nor for those who keep its record.
TEST_F(IsolationTest, ACouncilIsMergedByAnApproverOfTheAgencyAlone) {
  Fill("hutt-city");
  Fill("nelson-city");
  const std::string name = "name: \"councils/hutt-city\"";
  const auto council = Ask<v1::GetCouncilResponse, v1::GetCouncilRequest>(
                           server_.As("agency-approver"), "GetCouncil", name)
                           .council();
  const auto merge = [&](const std::string& path) {
    return "request_id: \"" + NextId() + "\" etag: \"" + council.etag() + "\" council { " + name +
           " status: COUNCIL_STATUS_MERGED successor: \"councils/nelson-city\" } " + path;
  };
  for (const char* const account : {"hutt-city/officer", "hutt-city/approver", "agency-analyst"}) {
    for (const char* const path : {"status", "successor"}) {
      SCOPED_TRACE(std::string(account) + " " + path);
      const Error refused = Refused<v1::UpdateCouncilResponse, v1::UpdateCouncilRequest>(
          server_.As(account), "UpdateCouncil",
          merge("update_mask { paths: \"" + std::string(path) + "\" }"));
      EXPECT_EQ(refused.code, Code::kPermissionDenied);
      EXPECT_EQ(refused.reason, "NOT_PERMITTED");
      EXPECT_EQ(refused.metadata.at("roles"), "agency-approver");
    }
  }
  const auto merged = Ask<v1::UpdateCouncilResponse, v1::UpdateCouncilRequest>(
      server_.As("agency-approver"), "UpdateCouncil",
      merge("update_mask { paths: \"status\" paths: \"successor\" }"));
  EXPECT_EQ(merged.council().status(), v1::COUNCIL_STATUS_MERGED);
}

}  // namespace
}  // namespace twinledger::registry
