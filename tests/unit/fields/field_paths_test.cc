// On the registry's messages, which have a field of every sort.
#include "platform/fields/field_paths.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "twinledger/registry/events/v1/councils.pb.h"
#include "twinledger/registry/events/v1/relationships.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::fields {
namespace {

using registry::events::v1::CouncilFields;
using registry::events::v1::RelationshipFields;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

TEST(FieldPathsTest, FindsTheFieldsThatDiffer) {
  const auto a =
      Parse<CouncilFields>(R"pb(region: "Otago" population: 0 has_port: TRI_STATE_NO)pb");
  const auto b = Parse<CouncilFields>(R"pb(region: "Otago" has_port: TRI_STATE_YES seat: "x")pb");
  EXPECT_THAT(DifferingPaths(a, b), ElementsAre("population", "seat", "has_port"));
  EXPECT_THAT(DifferingPaths(a, a), IsEmpty());
}

TEST(FieldPathsTest, ComparesWithinMessagesAndLists) {
  const auto a = Parse<RelationshipFields>("since { year: 2024 } aims: AIM_TRADE aims: AIM_SPORT");
  const auto b =
      Parse<RelationshipFields>("since { year: 2024 month: 5 } aims: AIM_SPORT aims: AIM_TRADE");
  EXPECT_THAT(DifferingPaths(a, b), ElementsAre("since", "aims"));
}

TEST(FieldPathsTest, CopiesOneFieldOfEachSort) {
  const auto from = Parse<CouncilFields>(
      R"pb(seat: "Dunedin"
           population: 0
           kind: COUNCIL_KIND_CITY
           next_return_due { year: 2027 }
           election_days { year: 2025 })pb");
  for (const std::string path :
       {"seat", "population", "kind", "next_return_due", "election_days"}) {
    SCOPED_TRACE(path);
    CouncilFields to;
    Copy(from, path, to);
    EXPECT_THAT(DifferingPaths(to, CouncilFields()), ElementsAre(path));
    EXPECT_TRUE(Equal(from, to, path));
  }
}

TEST(FieldPathsTest, CopyingAFieldThatIsNotSetClearsIt) {
  auto to = Parse<CouncilFields>(R"pb(seat: "Dunedin"
                                      population: 3
                                      next_return_due { year: 2027 }
                                      election_days {})pb");
  for (const std::string path : {"seat", "population", "next_return_due", "election_days"}) {
    Copy(CouncilFields(), path, to);
  }
  EXPECT_EQ(to.DebugString(), "");
}

TEST(FieldPathsTest, CopiesSeveralFieldsAndClearsThoseThatAreNotSet) {
  const CopiedFields some(*CouncilFields::descriptor(), {"election_days", "seat", "population"});
  const auto from = Parse<CouncilFields>(R"pb(seat: "Dunedin"
                                              kind: COUNCIL_KIND_CITY
                                              population: 0
                                              election_days { year: 2025 })pb");
  auto to = Parse<CouncilFields>(R"pb(seat: "Nelson"
                                      next_return_due { year: 2027 }
                                      election_days {}
                                      election_days {})pb");
  some.Copy(from, to);
  EXPECT_THAT(DifferingPaths(to, from), ElementsAre("kind", "next_return_due"));
  some.Copy(CouncilFields(), to);
  EXPECT_THAT(DifferingPaths(to, CouncilFields()), ElementsAre("next_return_due"));
}

TEST(FieldPathsTest, ShowsValuesAsPeopleWriteThem) {
  const auto fields = Parse<RelationshipFields>(
      R"pb(kind: RELATIONSHIP_KIND_SISTER_CITY
           since { year: 1987 month: 3 }
           aims: AIM_TRADE
           aims: AIM_SPORT
           owner_role: "mayor"
           ended { year: 2020 })pb");
  EXPECT_EQ(Show(fields, "kind"), "RELATIONSHIP_KIND_SISTER_CITY");
  EXPECT_EQ(Show(fields, "since"), "1987-03");
  EXPECT_EQ(Show(fields, "ended"), "2020");
  EXPECT_EQ(Show(fields, "aims"), "AIM_TRADE, AIM_SPORT");
  EXPECT_EQ(Show(fields, "owner_role"), "mayor");
  EXPECT_EQ(Show(fields, "public_url"), std::nullopt);
  EXPECT_EQ(Show(Parse<CouncilFields>("population: 0"), "population"), "0");
}

TEST(FieldPathsTest, AnEnumOfANewerProgramIsShownByItsNumber) {
  RelationshipFields fields;
  fields.set_kind(static_cast<registry::events::v1::RelationshipKind>(99));
  EXPECT_EQ(Show(fields, "kind"), "99");
}

TEST(FieldPathsTest, AChangeHasNothingWhereNothingWas) {
  const std::vector<Change> changes = Changes(Parse<CouncilFields>(R"pb(seat: "Dunedin")pb"),
                                              Parse<CouncilFields>("population: 0"));
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].path, "population");
  EXPECT_EQ(changes[0].before, std::nullopt);
  EXPECT_EQ(changes[0].after, "0");
  EXPECT_EQ(changes[1].before, "Dunedin");
  EXPECT_EQ(changes[1].after, std::nullopt);
}

TEST(FieldPathsTest, TranslatesByNameAndLeavesTheRest) {
  registry::v1::Relationship to;
  to.set_etag("kept");
  Translate(Parse<RelationshipFields>(R"pb(partner_id: "p1"
                                           since { year: 1987 }
                                           aims: AIM_TRADE
                                           owner_role: "mayor")pb"),
            to);
  EXPECT_EQ(to.since().year(), 1987);
  EXPECT_EQ(to.aims(0), registry::v1::AIM_TRADE);
  EXPECT_EQ(to.owner_role(), "mayor");
  EXPECT_EQ(to.etag(), "kept");
  EXPECT_EQ(to.partner(), "");
}

}  // namespace
}  // namespace twinledger::fields
