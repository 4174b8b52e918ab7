#include "registry/domain/strategic_asset.h"

#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {
namespace {

const std::string kPortFields =
    R"pb(owner: ASSET_OWNER_JOINT kind: ASSET_KIND_PORT stake_permille: 510)pb";
const std::string kPortRegistered =
    R"pb(strategic_asset_registered { council_id: "wellington-city" asset_id: "a1" fields {)pb" +
    kPortFields + "} }";
const std::string kPortCritical =
    R"pb(strategic_asset_criticality_set {
           council_id: "wellington-city"
           asset_id: "a1"
           criticality: CRITICALITY_CRITICAL
           set_by: "agency-analyst"
           reviewed_on { year: 2026 month: 11 day: 20 }
         })pb";

StrategicAssetSituation AssetAfter(const std::vector<std::string>& given) {
  StrategicAssetSituation situation{CouncilId("wellington-city"), AssetId("a1"), Council()};
  situation.council->mutable_fields()->set_status(events::v1::COUNCIL_STATUS_ACTIVE);
  for (const std::string& text : given) {
    situation.asset = Evolve(situation.asset.value_or(StrategicAsset()), EventOf(text));
  }
  return situation;
}

Decision GivenWhen(const std::vector<std::string>& given, const StrategicAssetCommand& when) {
  return Decide(AssetAfter(given), when, Now());
}

events::v1::StrategicAssetFields AssetWith(const std::string& text) {
  return Parse<events::v1::StrategicAssetFields>(text);
}

const SetCriticality kCritical{kEtag, events::v1::CRITICALITY_CRITICAL, "agency-analyst",
                               Date(2026, 11, 20)};

TEST(StrategicAssetTest, RegisteringRecordsWhatIsKnownAndNothingDependsOnItYet) {
  EXPECT_THAT(GivenWhen({}, RegisterStrategicAsset{AssetWith(kPortFields)}),
              Records(kPortRegistered));
  EXPECT_EQ(AssetAfter({kPortRegistered}).asset->criticality(), events::v1::CRITICALITY_NONE);
}

TEST(StrategicAssetTest, RegisteringTheSameAgainRecordsNothing) {
  EXPECT_THAT(
      GivenWhen({kPortRegistered, kPortCritical}, RegisterStrategicAsset{AssetWith(kPortFields)}),
      Records());
}

TEST(StrategicAssetTest, AStakeOfZeroIsNotAnUnknownOne) {
  EXPECT_THAT(
      GivenWhen({kPortRegistered},
                AmendStrategicAsset{kEtag, AssetWith("stake_permille: 0"), {"stake_permille"}}),
      Records(R"pb(strategic_asset_amended {
                     council_id: "wellington-city"
                     asset_id: "a1"
                     fields { stake_permille: 0 }
                     paths: "stake_permille"
                   })pb"));
}

TEST(StrategicAssetTest, ItsCriticalityIsSetWithTheRoleAndTheDayAndOnce) {
  EXPECT_THAT(GivenWhen({kPortRegistered}, kCritical), Records(kPortCritical));
  EXPECT_THAT(GivenWhen({kPortRegistered, kPortCritical}, kCritical), Records());
  SetCriticality later = kCritical;
  later.reviewed_on = Date(2026, 11, 25);
  EXPECT_TRUE(GivenWhen({kPortRegistered, kPortCritical}, later).has_value());
}

TEST(StrategicAssetTest, RefusesWhatTheRulesForbid) {
  SetCriticality ahead = kCritical;
  ahead.reviewed_on = Date(2026, 11, 26);
  SetCriticality stale = kCritical;
  stale.etag = "older";
  const struct {
    std::string name;
    std::vector<std::string> given;
    StrategicAssetCommand when;
    Rejection then;
    std::string standing;
  } refusals[] = {
      {"register another under the same id",
       {kPortRegistered},
       RegisterStrategicAsset{},
       Rejection::kAssetExists,
       kEtag},
      {"amend what is not there",
       {},
       AmendStrategicAsset{kEtag, {}, {"owner"}},
       Rejection::kAssetNotFound,
       ""},
      {"amend an old version",
       {kPortRegistered},
       AmendStrategicAsset{"older", {}, {"owner"}},
       Rejection::kEtagMismatch,
       kEtag},
      {"set the criticality of what is not there", {}, kCritical, Rejection::kAssetNotFound, ""},
      {"set it on an old version", {kPortRegistered}, stale, Rejection::kEtagMismatch, kEtag},
      {"review it on a day to come",
       {kPortRegistered},
       ahead,
       Rejection::kDateInFuture,
       "2026-11-26"},
  };
  for (const auto& [name, given, when, then, standing] : refusals) {
    SCOPED_TRACE(name);
    EXPECT_THAT(GivenWhen(given, when), Refuses(then, standing));
  }
}

TEST(StrategicAssetTest, NothingBeginsForACouncilThatIsNotThereOrGone) {
  StrategicAssetSituation situation = AssetAfter({});
  situation.council->mutable_fields()->set_status(events::v1::COUNCIL_STATUS_DISSOLVED);
  const RegisterStrategicAsset command{AssetWith(kPortFields)};
  EXPECT_THAT(Decide(situation, command, Now()),
              Refuses(Rejection::kCouncilNotActive, "COUNCIL_STATUS_DISSOLVED"));
  situation.council.reset();
  EXPECT_THAT(Decide(situation, command, Now()), Refuses(Rejection::kCouncilNotFound));
}

TEST(StrategicAssetTest, WhatIsToldHasHappened) {
  Context context = Now();
  *context.provenance.mutable_occur_date() = Date(2027);
  EXPECT_THAT(Decide(AssetAfter({}), RegisterStrategicAsset{}, context),
              Refuses(Rejection::kDateInFuture, "2027"));
}

}  // namespace
}  // namespace twinledger::registry
