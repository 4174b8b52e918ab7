// What the agency says of a council's assets and of the council itself.
#include <absl/strings/substitute.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/integration/registry/registry_server.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::registry {
namespace {

using absl::Substitute;
using testing::Ask;
using testing::Caller;
using testing::kRegistry;
using testing::RegistryServer;
using ::testing::SizeIs;

class StrategicAssetsTest : public ::testing::Test {
 protected:
  StrategicAssetsTest() {
    hutt_city_ = Ask<v1::CreateCouncilResponse, v1::CreateCouncilRequest>(
                     server_.As("agency-approver"), "CreateCouncil",
                     Substitute(R"pb(council_id: "hutt-city"
                                     council { display_name: "Hutt" kind: COUNCIL_KIND_CITY }
                                     request_id: "$0")pb",
                                NextId()))
                     .council();
  }

  const Caller& officer() { return server_.As("hutt-city/officer"); }
  std::string NextId() { return fmt::format("00000000-0000-4000-8000-{:012}", ++ids_); }

  v1::StrategicAsset CreatePort() {
    return Ask<v1::CreateStrategicAssetResponse, v1::CreateStrategicAssetRequest>(
               officer(), "CreateStrategicAsset",
               Substitute(R"pb(parent: "councils/hutt-city"
                               asset_id: "$0"
                               asset {
                                 owner: ASSET_OWNER_JOINT
                                 kind: ASSET_KIND_PORT
                                 stake_permille: 510
                                 register_ref: "AR-17"
                                 criticality: CRITICALITY_CRITICAL
                               }
                               request_id: "$1")pb",
                          NextId(), NextId()))
        .asset();
  }
  std::string CriticalityRequest(const v1::StrategicAsset& asset) {
    return Substitute(R"pb(name: "$0"
                           etag: "$1"
                           criticality: CRITICALITY_CRITICAL
                           reviewed_on { year: 2026 month: 10 day: 1 }
                           request_id: "$2")pb",
                      asset.name(), asset.etag(), NextId());
  }
  template <class Response, class Request>
  Error Refused(const std::string& account, const std::string& method, const std::string& text) {
    Request request;
    Response response;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    const Result<void> asked = server_.As(account).Call(kRegistry + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  RegistryServer server_;
  v1::Council hutt_city_;
  int ids_ = 0;
};

TEST_F(StrategicAssetsTest, ACouncilRegistersAnAssetAndTheAgencySaysHowCriticalItIs) {
  const v1::StrategicAsset port = CreatePort();
  EXPECT_EQ(port.criticality(), v1::CRITICALITY_NONE);  // What the council said of it is ignored.
  EXPECT_EQ(port.criticality_set_by(), "");
  for (const char* const account : {"hutt-city/officer", "hutt-city/approver", "auditor"}) {
    EXPECT_EQ((Refused<v1::SetAssetCriticalityResponse, v1::SetAssetCriticalityRequest>(
                   account, "SetAssetCriticality", CriticalityRequest(port))
                   .reason),
              "NOT_PERMITTED");
  }
  const auto set =
      Ask<v1::SetAssetCriticalityResponse, v1::SetAssetCriticalityRequest>(
          server_.As("agency-analyst"), "SetAssetCriticality", CriticalityRequest(port))
          .asset();
  EXPECT_EQ(set.criticality(), v1::CRITICALITY_CRITICAL);
  EXPECT_EQ(set.criticality_set_by(), "agency-analyst");
  EXPECT_EQ(set.reviewed_on().day(), 1);
  EXPECT_EQ(set.stake_permille(), 510);
  const auto read = Ask<v1::GetStrategicAssetResponse, v1::GetStrategicAssetRequest>(
      officer(), "GetStrategicAsset",
      "name: \"" + port.name() + "\" read_options { latest: true }");
  EXPECT_EQ(read.asset().DebugString(), set.DebugString());
}

TEST_F(StrategicAssetsTest, AnAmendmentCannotReachTheCriticality) {
  const v1::StrategicAsset port = CreatePort();
  const Error refused = Refused<v1::UpdateStrategicAssetResponse, v1::UpdateStrategicAssetRequest>(
      "agency-approver", "UpdateStrategicAsset",
      Substitute(R"pb(asset { name: "$0" stake_permille: 2000 }
                      update_mask { paths: "criticality" paths: "stake_permille" }
                      etag: "$1"
                      request_id: "$2")pb",
                 port.name(), port.etag(), NextId()));
  EXPECT_EQ(refused.code, Code::kInvalidArgument);
  EXPECT_THAT(refused.violations, SizeIs(2));
}

TEST_F(StrategicAssetsTest, AssetsAreListedFilteredAndHaveAHistory) {
  const v1::StrategicAsset port = CreatePort();
  Ask<v1::SetAssetCriticalityResponse, v1::SetAssetCriticalityRequest>(
      server_.As("agency-approver"), "SetAssetCriticality", CriticalityRequest(port));
  const auto list = [&](const std::string& filter) {
    return Ask<v1::ListStrategicAssetsResponse, v1::ListStrategicAssetsRequest>(
               officer(), "ListStrategicAssets",
               Substitute(R"pb(parent: "councils/-"
                               filter: "$0"
                               read_options { latest: true })pb",
                          filter))
        .assets_size();
  };
  EXPECT_EQ(list("kind = PORT AND criticality = CRITICAL"), 1);
  EXPECT_EQ(list("criticality = NONE"), 0);
  const auto history =
      Ask<v1::ListStrategicAssetHistoryResponse, v1::ListStrategicAssetHistoryRequest>(
          officer(), "ListStrategicAssetHistory",
          "name: \"" + port.name() + "\" read_options { latest: true }");
  ASSERT_EQ(history.versions_size(), 2);
  EXPECT_EQ(history.versions(0).changes(0).path(), "criticality");
}

TEST_F(StrategicAssetsTest, SinceWhenACouncilReportsIsForAnApproverOfTheAgencyToSay) {
  const auto request = [&](const std::string& date) {
    return Substitute(R"pb(name: "councils/hutt-city"
                           etag: "$0"
                           reporting_since { $1 }
                           request_id: "$2")pb",
                      hutt_city_.etag(), date, NextId());
  };
  const std::string day = "year: 2026 month: 7 day: 1";
  for (const char* const account : {"hutt-city/officer", "hutt-city/approver", "agency-analyst"}) {
    EXPECT_EQ((Refused<v1::SetReportingSinceResponse, v1::SetReportingSinceRequest>(
                   account, "SetReportingSince", request(day))
                   .reason),
              "NOT_PERMITTED");
  }
  EXPECT_EQ((Refused<v1::SetReportingSinceResponse, v1::SetReportingSinceRequest>(
                 "agency-approver", "SetReportingSince", request("year: 2026"))
                 .violations.front()
                 .field),
            "reporting_since");
  const auto set = Ask<v1::SetReportingSinceResponse, v1::SetReportingSinceRequest>(
      server_.As("agency-approver"), "SetReportingSince", request(day));
  EXPECT_EQ(set.council().reporting_since().month(), 7);
  EXPECT_EQ((Refused<v1::SetReportingSinceResponse, v1::SetReportingSinceRequest>(
                 "agency-approver", "SetReportingSince", request(day))
                 .reason),
            "ETAG_MISMATCH");
}

// Nor does it slip in with the council's other fields.
TEST_F(StrategicAssetsTest, SinceWhenItReportsIsNoFieldThatAnUpdateReaches) {
  const Error refused = Refused<v1::UpdateCouncilResponse, v1::UpdateCouncilRequest>(
      "hutt-city/officer", "UpdateCouncil",
      Substitute(R"pb(council {
                        name: "councils/hutt-city"
                        reporting_since { year: 2026 }
                      }
                      update_mask { paths: "reporting_since" }
                      etag: "$0"
                      request_id: "$1")pb",
                 hutt_city_.etag(), NextId()));
  EXPECT_EQ(refused.code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace twinledger::registry
