// By what requests are routed: the partition that the server will choose for them.
#include "twinledger/connection/routing_key.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "platform/log/founding.h"
#include "platform/log/partition.h"
#include "registry/projection/registry_projection.h"
#include "twinledger/operations/v1/operations.pb.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/national_register.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/principals.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"
#include "twinledger/registry/v1/strategic_assets.pb.h"

namespace twinledger::client {
namespace {

using testing::IsEmpty;
namespace v1 = registry::v1;

constexpr const char* kPartner = "0b1c9b5e-31c7-5f0e-a7d2-7f5d7f1f2a10";

// What the server makes of an entity's id.
template <class Id>
std::string ServersChoice(const std::string& id) {
  return fmt::format("partition {}",
                     log::PartitionOf(registry::KeyOf(Id(id)), log::kPartitionsOnKafka));
}

TEST(RoutingKeyTest, TheKeyIsThePartitionThatTheServerChooses) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) {
    const std::string council = fmt::format("council-{}", i);
    keys.insert(RoutingKeyOfName("councils/" + council));
    EXPECT_EQ(RoutingKeyOfName("councils/" + council), ServersChoice<registry::CouncilId>(council));
    EXPECT_EQ(RoutingKeyOfName(fmt::format("councils/{}/relationships/{}", council, kPartner)),
              ServersChoice<registry::CouncilId>(council));
  }
  EXPECT_EQ(keys.size(), log::kPartitionsOnKafka);
  EXPECT_EQ(RoutingKeyOfName(std::string("partners/") + kPartner),
            ServersChoice<registry::PartnerId>(kPartner));
  EXPECT_EQ(RoutingKeyOfName(std::string("principals/") + kPartner),
            ServersChoice<registry::PrincipalId>(kPartner));
}

TEST(RoutingKeyTest, WhatARequestCarriesTellsItWhateverItsKind) {
  const std::string council = ServersChoice<registry::CouncilId>("hutt-city");
  v1::UpdateOfficialRequest official;
  official.mutable_official()->set_name(fmt::format("councils/hutt-city/officials/{}", kPartner));
  EXPECT_EQ(RoutingKeyOf(official), council);
  v1::UpdateStrategicAssetRequest asset;
  asset.mutable_asset()->set_name(fmt::format("councils/hutt-city/strategicAssets/{}", kPartner));
  EXPECT_EQ(RoutingKeyOf(asset), council);
  v1::UpdatePrincipalRequest principal;
  principal.mutable_principal()->set_name(fmt::format("principals/{}", kPartner));
  EXPECT_EQ(RoutingKeyOf(principal), ServersChoice<registry::PrincipalId>(kPartner));
  v1::CreatePrincipalRequest create;
  create.set_principal_id(kPartner);
  EXPECT_EQ(RoutingKeyOf(create), ServersChoice<registry::PrincipalId>(kPartner));
}

TEST(RoutingKeyTest, EveryRequestAboutACouncilOrAPartnerHasIt) {
  const std::string council = ServersChoice<registry::CouncilId>("hutt-city");
  const std::string partner = ServersChoice<registry::PartnerId>(kPartner);
  const std::string relationship = fmt::format("councils/hutt-city/relationships/{}", kPartner);
  v1::CreateCouncilRequest create_council;
  create_council.set_council_id("hutt-city");
  EXPECT_EQ(RoutingKeyOf(create_council), council);
  v1::UpdateCouncilRequest update_council;
  update_council.mutable_council()->set_name("councils/hutt-city");
  EXPECT_EQ(RoutingKeyOf(update_council), council);
  v1::GetCouncilRequest get_council;
  get_council.set_name("councils/hutt-city");
  EXPECT_EQ(RoutingKeyOf(get_council), council);
  v1::ListCouncilHistoryRequest council_history;
  council_history.set_name("councils/hutt-city");
  EXPECT_EQ(RoutingKeyOf(council_history), council);

  v1::CreatePartnerRequest create_partner;
  create_partner.set_partner_id(kPartner);
  create_partner.mutable_partner()->set_display_name("Xia");
  EXPECT_EQ(RoutingKeyOf(create_partner), partner);
  v1::UpdatePartnerRequest update_partner;
  update_partner.mutable_partner()->set_name(std::string("partners/") + kPartner);
  EXPECT_EQ(RoutingKeyOf(update_partner), partner);
  v1::GetPartnerRequest get_partner;
  get_partner.set_name(std::string("partners/") + kPartner);
  EXPECT_EQ(RoutingKeyOf(get_partner), partner);

  v1::RecordRelationshipRequest record;
  record.set_parent("councils/hutt-city");
  record.set_relationship_id(kPartner);
  record.mutable_relationship()->set_partner(std::string("partners/") + kPartner);
  EXPECT_EQ(RoutingKeyOf(record), council);
  v1::UpdateRelationshipRequest update;
  update.mutable_relationship()->set_name(relationship);
  EXPECT_EQ(RoutingKeyOf(update), council);
  v1::EndRelationshipRequest end;
  end.set_name(relationship);
  EXPECT_EQ(RoutingKeyOf(end), council);
  v1::ListRelationshipsRequest list;
  list.set_parent("councils/hutt-city");
  EXPECT_EQ(RoutingKeyOf(list), council);
}

TEST(RoutingKeyTest, WhatIsAboutNoneOrAllHasNone) {
  v1::ListRelationshipsRequest all;
  all.set_parent("councils/-");
  EXPECT_THAT(RoutingKeyOf(all), IsEmpty());
  EXPECT_THAT(RoutingKeyOf(v1::ListCouncilsRequest()), IsEmpty());
  EXPECT_THAT(RoutingKeyOf(v1::ListPartnersRequest()), IsEmpty());
  EXPECT_THAT(RoutingKeyOf(v1::ListNationalRegisterRequest()), IsEmpty());
  EXPECT_THAT(RoutingKeyOf(operations::v1::GetHealthRequest()), IsEmpty());
  operations::v1::RebuildProjectionRequest rebuild;
  rebuild.set_name("registry");
  EXPECT_THAT(RoutingKeyOf(rebuild), IsEmpty());
  for (const char* name : {"", "councils/", "councils", "partners/-", "elsewhere/x"}) {
    EXPECT_THAT(RoutingKeyOfName(name), IsEmpty()) << name;
  }
}

}  // namespace
}  // namespace twinledger::client
