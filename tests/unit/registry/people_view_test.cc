// Rows of officials, principals and assets: what is sealed stays so, and is remembered for opening.
#include <gmock/gmock.h>

#include "registry/projection/registry_view.h"
#include "registry/projection/sealed_fields.h"
#include "tests/unit/registry/ledger.h"

namespace twinledger::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const CouncilId kNelsonId("nelson-city");
const OfficialId kMayorId("o1");

const std::string kNelsonRegistered = R"pb(council_registered {
                                             council_id: "nelson-city"
                                             fields { display_name: "Nelson" }
                                           })pb";
const std::string kNelsonsMayor =
    R"pb(official_registered {
           council_id: "nelson-city"
           official_id: "o1"
           fields { display_name_sealed: "first" office: "Mayor" }
         })pb";
const std::string kOfficeAmended =
    R"pb(official_amended {
           council_id: "nelson-city"
           official_id: "o1"
           fields { office: "Councillor" }
           paths: "office"
         })pb";
const std::string kNameAmended =
    R"pb(official_amended {
           council_id: "nelson-city"
           official_id: "o1"
           fields { display_name_sealed: "second" }
           paths: "display_name_sealed"
         })pb";
const std::string kNameCleared =
    R"pb(official_amended {
           council_id: "nelson-city"
           official_id: "o1"
           fields {}
           paths: "display_name_sealed"
         })pb";

// "path, event type and request" of each sealed field.
template <class Row>
std::vector<std::string> NotesOf(const Row& row) {
  std::vector<std::string> notes;
  for (const state::v1::SealedField& note : row.sealed()) {
    notes.push_back(note.path() + " " + note.event_type() + " " + note.request_id());
  }
  return notes;
}

Official MayorIn(const Ledger& ledger) {
  const auto found = FindOfficial(ledger.rows(), kNelsonId, kMayorId);
  EXPECT_TRUE(found.ok() && *found);
  return (*found)->row;
}

TEST(SealedFieldsTest, AreThoseWithTheName) {
  EXPECT_THAT(SealedPaths(events::v1::OfficialFields()), ElementsAre("display_name_sealed"));
  EXPECT_THAT(SealedPaths(events::v1::PrincipalFields()),
              ElementsAre("display_name_sealed", "aliases_sealed", "role_sealed"));
  EXPECT_THAT(SealedPaths(events::v1::StrategicAssetFields()), IsEmpty());
}

TEST(PeopleViewTest, ASealedTextIsRememberedWithTheEventThatItWasSealedFor) {
  Ledger ledger;
  ledger.Record(kNelsonId, kNelsonsMayor);
  EXPECT_THAT(NotesOf(MayorIn(ledger)),
              ElementsAre("display_name_sealed official_registered request 1"));
  ledger.Record(kNelsonId, kOfficeAmended);
  EXPECT_THAT(NotesOf(MayorIn(ledger)),
              ElementsAre("display_name_sealed official_registered request 1"));
  EXPECT_EQ(MayorIn(ledger).fields().display_name_sealed(), "first");
  ledger.Record(kNelsonId, kNameAmended);
  EXPECT_THAT(NotesOf(MayorIn(ledger)),
              ElementsAre("display_name_sealed official_amended request 3"));
  ledger.Record(kNelsonId, kNameCleared);
  EXPECT_THAT(NotesOf(MayorIn(ledger)), IsEmpty());
}

TEST(PeopleViewTest, VersionsAreNewestFirstEachWithItsCommit) {
  Ledger ledger;
  ledger.Record(kNelsonId, kNelsonsMayor);
  ledger.Record(kNelsonId, kNameAmended);
  const auto versions = OfficialVersions(ledger.rows(), kNelsonId, kMayorId);
  ASSERT_TRUE(versions.ok());
  ASSERT_EQ(versions->size(), 2u);
  EXPECT_EQ(versions->at(0).commit.request_id(), "request 2");
  EXPECT_EQ(versions->at(0).version.row.fields().display_name_sealed(), "second");
  EXPECT_EQ(versions->at(1).version.row.fields().display_name_sealed(), "first");
}

TEST(PeopleViewTest, MergesAreFollowedToTheirEnd) {
  Ledger ledger;
  for (const std::string id : {"a", "b", "c"}) {
    ledger.Record(PrincipalId(id), "principal_registered { principal_id: \"" + id + "\" }");
  }
  const auto survivor = [&](const std::string& id) {
    const auto found = FindPrincipal(ledger.rows(), PrincipalId(id));
    EXPECT_TRUE(found.ok() && *found);
    const auto end = SurvivorOf(ledger.rows(), (*found)->row);
    EXPECT_TRUE(end.ok());
    return end->value();
  };
  EXPECT_EQ(survivor("c"), "");
  ledger.Record(PrincipalId("c"), R"pb(principal_merged { principal_id: "c" into_id: "b" })pb");
  EXPECT_EQ(survivor("c"), "b");
  ledger.Record(PrincipalId("b"), R"pb(principal_merged { principal_id: "b" into_id: "a" })pb");
  EXPECT_EQ(survivor("c"), "a");
  EXPECT_EQ(survivor("b"), "a");
  ledger.Record(PrincipalId("b"), R"pb(principal_merged { principal_id: "b" })pb");
  EXPECT_EQ(survivor("c"), "b");
}

TEST(PeopleViewTest, OfficialsAndAssetsAreVisitedByCouncil) {
  Ledger ledger;
  ledger.Record(kNelsonId, kNelsonRegistered);
  ledger.Record(kNelsonId, kNelsonsMayor);
  ledger.Record(kNelsonId,
                R"pb(strategic_asset_registered { council_id: "nelson-city" asset_id: "a1" })pb");
  std::vector<std::string> names;
  const auto note = [&](const std::string& name) {
    names.push_back(name);
    return true;
  };
  const auto official = [&](const Versioned<Official>& at) { return note(at.row.official_id()); };
  const auto asset = [&](const Versioned<StrategicAsset>& at) { return note(at.row.asset_id()); };
  const CouncilId hutt("hutt-city");
  EXPECT_TRUE(VisitOfficials(ledger.rows(), CouncilId(), OfficialId(), official).ok());
  EXPECT_TRUE(VisitOfficialsOf(ledger.rows(), hutt, OfficialId(), official).ok());
  EXPECT_TRUE(VisitStrategicAssets(ledger.rows(), CouncilId(), AssetId(), asset).ok());
  EXPECT_TRUE(VisitStrategicAssetsOf(ledger.rows(), kNelsonId, AssetId("a1"), asset).ok());
  EXPECT_THAT(names, ElementsAre("o1", "a1"));
}

TEST(PeopleViewTest, WhatTheAgencySaysOfACouncilAndOfAnAssetIsInTheirHistories) {
  Ledger ledger;
  ledger.Record(kNelsonId, kNelsonRegistered);
  ledger.Record(kNelsonId, R"pb(council_reporting_since_set {
                                  council_id: "nelson-city"
                                  reporting_since { year: 2026 month: 7 day: 1 }
                                })pb");
  ledger.Record(kNelsonId,
                R"pb(strategic_asset_registered { council_id: "nelson-city" asset_id: "a1" })pb");
  ledger.Record(kNelsonId, R"pb(strategic_asset_criticality_set {
                                  council_id: "nelson-city"
                                  asset_id: "a1"
                                  criticality: CRITICALITY_CRITICAL
                                  set_by: "agency-analyst"
                                })pb");
  const auto council = CouncilHistory(ledger.rows(), kNelsonId);
  ASSERT_TRUE(council.ok());
  ASSERT_EQ(council->front().changes.size(), 1u);
  EXPECT_EQ(council->front().changes[0].path, "reporting_since");
  EXPECT_EQ(council->front().changes[0].after, "2026-07-01");
  const auto asset = StrategicAssetHistory(ledger.rows(), kNelsonId, AssetId("a1"));
  ASSERT_TRUE(asset.ok());
  ASSERT_EQ(asset->front().changes.size(), 3u);
  EXPECT_EQ(asset->front().changes[0].before, "CRITICALITY_NONE");
  EXPECT_EQ(asset->front().changes[0].after, "CRITICALITY_CRITICAL");
  EXPECT_EQ(asset->front().changes[1].after, "agency-analyst");
}

TEST(PeopleViewTest, RefusesEventsThatDoNotFitWhatIsThere) {
  Ledger ledger;
  EXPECT_EQ(ledger.Record(kNelsonId, kNameAmended), "officials o1 is not there");
  const CouncilId hutt("hutt-city");
  EXPECT_EQ(ledger.Record(hutt, kNelsonsMayor),
            "event of council/nelson-city in a commit of council/hutt-city");
  EXPECT_EQ(ledger.Record(PrincipalId("p2"), R"pb(principal_registered { principal_id: "p1" })pb"),
            "event of principal/p1 in a commit of principal/p2");
}

}  // namespace
}  // namespace twinledger::registry
