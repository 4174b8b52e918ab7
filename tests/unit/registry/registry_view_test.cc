// The projection and its queries on a store in memory, fed with commits as the log holds them.
#include "registry/projection/registry_view.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "platform/store/memory_store.h"
#include "tests/unit/registry/given_when.h"
#include "tests/unit/registry/ledger.h"

namespace twinledger::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

const CouncilId kWellingtonId("wellington-city");
const RelationshipId kTieId("r1");

const std::string kWellingtonRegistered =
    R"pb(council_registered {
           council_id: "wellington-city"
           fields { display_name: "Wellington City Council" population: 202737 }
         })pb";
const std::string kWellingtonAmended =
    R"pb(provenance { correction_reason: "census" }
         council_amended {
           council_id: "wellington-city"
           fields { population: 210400 }
           paths: "population"
         })pb";
const std::string kXiamenRegistered =
    R"pb(partner_registered {
           partner_id: "p1"
           fields { display_name: "Xiamen" country: "CN" }
         })pb";
const std::string kTieRecorded =
    R"pb(relationship_recorded {
           council_id: "wellington-city"
           relationship_id: "r1"
           fields {
             partner_id: "p1"
             kind: RELATIONSHIP_KIND_SISTER_CITY
             status: RELATIONSHIP_STATUS_ACTIVE
             since { year: 1987 }
           }
         })pb";
const std::string kTieSuspended =
    R"pb(relationship_suspended {
           council_id: "wellington-city"
           relationship_id: "r1"
           grounds: "review"
           suspended_on { year: 2024 month: 5 }
         })pb";

TEST(RegistryViewTest, ARowHoldsTheTimesOfItsCommits) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kWellingtonRegistered);
  ledger.Record(kWellingtonId, kWellingtonAmended);
  const auto council = FindCouncil(ledger.rows(), kWellingtonId);
  ASSERT_TRUE(council.ok() && *council);
  EXPECT_EQ((*council)->row.fields().population(), 210400);
  EXPECT_EQ((*council)->row.create_time_us(), kDayUs);
  EXPECT_EQ((*council)->row.update_time_us(), 2 * kDayUs);
}

TEST(RegistryViewTest, AnEtagNamesAVersion) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kWellingtonRegistered);
  const auto first = FindCouncil(ledger.rows(), kWellingtonId);
  ledger.CutHere();
  ledger.Record(kWellingtonId, kWellingtonAmended);
  const auto as_of = FindCouncil(ledger.rows(), kWellingtonId);
  ledger.CutHere();
  const auto second = FindCouncil(ledger.rows(), kWellingtonId);
  ASSERT_TRUE(first.ok() && as_of.ok() && second.ok());
  EXPECT_THAT((*first)->etag, SizeIs(32));
  EXPECT_EQ((*first)->etag, (*as_of)->etag);
  EXPECT_NE((*first)->etag, (*second)->etag);
}

TEST(RegistryViewTest, AHistorySaysWhatEachVersionChanged) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kWellingtonRegistered);
  ledger.Record(kWellingtonId, kWellingtonAmended);
  const auto history = CouncilHistory(ledger.rows(), kWellingtonId);
  ASSERT_TRUE(history.ok());
  ASSERT_THAT(*history, SizeIs(2));
  const HistoryEntry& newest = history->front();
  EXPECT_EQ(newest.sequence, 2u);
  EXPECT_EQ(newest.commit.actor(), "agency-analyst/k1");
  EXPECT_EQ(newest.reason, "census");
  EXPECT_EQ(history->back().reason, "");
  ASSERT_THAT(newest.changes, SizeIs(1));
  EXPECT_EQ(newest.changes[0].path, "population");
  EXPECT_EQ(newest.changes[0].before, "202737");
  EXPECT_EQ(newest.changes[0].after, "210400");
  ASSERT_THAT(history->back().changes, SizeIs(2));
  EXPECT_EQ(history->back().changes[0].path, "display_name");
  EXPECT_EQ(history->back().changes[0].before, std::nullopt);
}

TEST(RegistryViewTest, AHistoryOfARelationshipShowsWhatFollowsFromItsSteps) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kTieRecorded);
  ledger.Record(kWellingtonId, kTieSuspended);
  const auto history = RelationshipHistory(ledger.rows(), kWellingtonId, kTieId);
  ASSERT_TRUE(history.ok());
  std::map<std::string, std::string> after;
  for (const fields::Change& change : history->front().changes) {
    after[change.path] = change.after.value_or("");
  }
  EXPECT_EQ(after, (std::map<std::string, std::string>{
                       {"status", "RELATIONSHIP_STATUS_SUSPENDED"},
                       {"suspended_on", "2024-05"},
                       {"suspension_grounds", "review"},
                       {"last_activity", "2024-05"},
                       {"status_decided", "true"},
                   }));
}

// What of `council`'s with `partner` is open.
std::vector<std::string> OpenWith(const Ledger& ledger, const std::string& partner) {
  const auto open = OpenRelationshipsWith(ledger.rows(), kWellingtonId, PartnerId(partner));
  EXPECT_TRUE(open.ok());
  std::vector<std::string> ids;
  for (const auto& relationship : *open) ids.push_back(relationship.row.relationship_id());
  return ids;
}

TEST(RegistryViewTest, WhatIsOpenWithAPartnerIsFoundByIt) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kTieRecorded);
  EXPECT_THAT(OpenWith(ledger, "p1"), ElementsAre("r1"));
  EXPECT_THAT(OpenWith(ledger, "p2"), ElementsAre());

  ledger.Record(kWellingtonId, kTieSuspended);
  EXPECT_THAT(OpenWith(ledger, "p1"), ElementsAre("r1"));

  ledger.Record(kWellingtonId, R"pb(relationship_amended {
                                      council_id: "wellington-city"
                                      relationship_id: "r1"
                                      fields { partner_id: "p2" }
                                      paths: "partner_id"
                                    })pb");
  EXPECT_THAT(OpenWith(ledger, "p1"), ElementsAre());
  EXPECT_THAT(OpenWith(ledger, "p2"), ElementsAre("r1"));
  ledger.CutHere();

  ledger.Record(kWellingtonId, R"pb(relationship_ended {
                                      council_id: "wellington-city"
                                      relationship_id: "r1"
                                      ended { year: 2025 }
                                      end_reason: "dormant"
                                    })pb");
  EXPECT_THAT(OpenWith(ledger, "p2"), ElementsAre("r1"));  // As of before.
  ledger.CutHere();
  EXPECT_THAT(OpenWith(ledger, "p2"), ElementsAre());
}

TEST(RegistryViewTest, TheNationalRegisterJoinsCouncilsAndPartnersAtTheCut) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kWellingtonRegistered);
  ledger.Record(PartnerId("p1"), kXiamenRegistered);
  ledger.Record(kWellingtonId, kTieRecorded);
  ledger.CutHere();
  ledger.Record(kWellingtonId, kTieSuspended);

  const store::CutReader rows = ledger.rows();
  const auto tie = FindRelationship(rows, kWellingtonId, kTieId);
  ASSERT_TRUE(tie.ok() && *tie);
  RegisterJoin join(rows);
  const auto line = join.LineOf((*tie)->row);
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->council.fields().display_name(), "Wellington City Council");
  EXPECT_EQ(line->partner->country, "CN");
  EXPECT_EQ(line->relationship.fields().status(), events::v1::RELATIONSHIP_STATUS_ACTIVE);

  Relationship with_another = (*tie)->row;
  with_another.mutable_fields()->set_partner_id("p2");
  EXPECT_FALSE(join.LineOf(with_another)->partner.has_value());
}

TEST(RegistryViewTest, ManyLinesOfARegisterAreJoinedAsOneIs) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kWellingtonRegistered);
  ledger.Record(PartnerId("p1"), kXiamenRegistered);
  ledger.Record(kWellingtonId, kTieRecorded);
  const store::CutReader rows = ledger.rows();
  const auto tie = FindRelationship(rows, kWellingtonId, kTieId);
  ASSERT_TRUE(tie.ok() && *tie);
  Relationship with_another = (*tie)->row;
  with_another.mutable_fields()->set_partner_id("p2");
  RegisterJoin join(rows);
  for (int i = 0; i < 20'000; ++i) {
    const auto line = join.LineOf((*tie)->row);
    ASSERT_TRUE(line.ok() && line->partner);
    ASSERT_EQ(line->partner->display_name, "Xiamen");
    ASSERT_EQ(line->council.fields().population(), 202737);
  }
  EXPECT_FALSE(join.LineOf(with_another)->partner.has_value());
}

// Of councils whose ids begin alike, and what each has.
void RecordTies(Ledger& ledger, const std::vector<std::string>& councils,
                const std::vector<std::string>& ids) {
  for (const std::string& council : councils) {
    Event registered = EventOf(kWellingtonRegistered);
    registered.mutable_council_registered()->set_council_id(council);
    ledger.Apply(ledger.Commit(KeyOf(CouncilId(council)), {registered}));
    for (const std::string& id : ids) {
      Event recorded = EventOf(kTieRecorded);
      recorded.mutable_relationship_recorded()->set_council_id(council);
      recorded.mutable_relationship_recorded()->set_relationship_id(id);
      ledger.Apply(ledger.Commit(KeyOf(CouncilId(council)), {recorded}));
    }
  }
}

std::vector<std::string> TiesBehind(const Ledger& ledger, const std::string& council,
                                    const std::string& id, std::size_t most = 100) {
  std::vector<std::string> names;
  const auto visit = [&](const Versioned<Relationship>& row) {
    names.push_back(row.row.council_id() + "/" + row.row.relationship_id());
    return names.size() < most;
  };
  EXPECT_TRUE(
      VisitRelationships(ledger.rows(), CouncilId(council), RelationshipId(id), visit).ok());
  return names;
}

TEST(RegistryViewTest, RelationshipsAreVisitedInTheOrderOfTheirNamesFromWhereverOneLikes) {
  Ledger ledger;
  RecordTies(ledger, {"hutt", "hutt-city", "hutt1", "a", "hutt-city-x"}, {"r1", "r2"});
  const std::vector<std::string> all = TiesBehind(ledger, "", "");
  EXPECT_THAT(all, SizeIs(10));
  EXPECT_TRUE(std::ranges::is_sorted(all));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t slash = all[i].find('/');
    const std::vector<std::string> rest(all.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                        all.end());
    EXPECT_EQ(TiesBehind(ledger, all[i].substr(0, slash), all[i].substr(slash + 1)), rest);
  }
  EXPECT_THAT(TiesBehind(ledger, "", "", 3), SizeIs(3));
  EXPECT_THAT(TiesBehind(ledger, "hutt-", "r1", 3),
              ElementsAre("hutt-city-x/r1", "hutt-city-x/r2", "hutt-city/r1"));
}

TEST(RegistryViewTest, WhatIsBehindTheCutIsNotVisited) {
  Ledger ledger;
  RecordTies(ledger, {"a", "b"}, {"r1"});
  ledger.CutHere();
  RecordTies(ledger, {"aa"}, {"r1"});
  EXPECT_THAT(TiesBehind(ledger, "", ""), ElementsAre("a/r1", "b/r1"));
}

TEST(RegistryViewTest, WhatCannotBeAppliedParksItsEntityAndTheRestGoesOn) {
  Ledger ledger;
  ledger.Record(kWellingtonId, kWellingtonRegistered);
  Event unknown;
  EXPECT_EQ(ledger.Apply(ledger.Commit(KeyOf(kWellingtonId), {unknown})),
            "event of a kind that this program does not know");
  EXPECT_NE(ledger.Record(kWellingtonId, kWellingtonAmended), "");  // Waits behind it.
  EXPECT_EQ(ledger.Record(PartnerId("p1"), kXiamenRegistered), "");
  const auto council = FindCouncil(ledger.rows(), kWellingtonId);
  ASSERT_TRUE(council.ok());
  EXPECT_EQ((*council)->row.fields().population(), 202737);
}

TEST(RegistryViewTest, WhatANewerProgramWroteParksItsEntity) {
  Event with_new_field = EventOf(kWellingtonAmended);
  auto& fields = *with_new_field.mutable_council_amended()->mutable_fields();
  fields.GetReflection()->MutableUnknownFields(&fields)->AddVarint(99, 1);
  Event with_new_value = EventOf(kWellingtonAmended);
  with_new_value.mutable_council_amended()->mutable_fields()->set_status(
      static_cast<events::v1::CouncilStatus>(99));
  const struct {
    Event event;
    std::string where;
  } cases[] = {{with_new_field, "council_amended.fields"},
               {with_new_value, "council_amended.fields.status"}};
  for (const auto& [event, where] : cases) {
    Ledger ledger;
    ledger.Record(kWellingtonId, kWellingtonRegistered);
    EXPECT_EQ(ledger.Apply(ledger.Commit(KeyOf(kWellingtonId), {event})),
              "event with something new in " + where);
  }
}

TEST(RegistryViewTest, RefusesEventsThatDoNotFitWhatIsThere) {
  const std::string unknown_path =
      R"pb(council_amended { council_id: "wellington-city" paths: "colour" })pb";
  const std::string anothers = R"pb(council_registered { council_id: "hutt-city" })pb";
  const struct {
    std::vector<std::string> given;
    std::string event;
    std::string then;
  } cases[] = {
      {{}, kWellingtonAmended, "councils wellington-city is not there"},
      {{kWellingtonRegistered}, kWellingtonRegistered, "councils wellington-city is there already"},
      {{kWellingtonRegistered}, unknown_path, "amends a field that this program does not know"},
      {{}, anothers, "event of council/hutt-city in a commit of council/wellington-city"},
      {{}, kTieSuspended, "relationships r1 is not there"},
  };
  for (const auto& [given, event, then] : cases) {
    SCOPED_TRACE(then);
    Ledger ledger;
    for (const std::string& earlier : given) ledger.Record(kWellingtonId, earlier);
    EXPECT_EQ(ledger.Record(kWellingtonId, event), then);
  }
}

Event AnyEvent(const std::string& council, const std::string& relationship) {
  Event event = EventOf(
      *rc::gen::element(kWellingtonRegistered, kWellingtonAmended, kTieRecorded, kTieSuspended));
  // Same events of several councils, some of which fit and some of which park.
  if (event.has_council_registered()) event.mutable_council_registered()->set_council_id(council);
  if (event.has_council_amended()) event.mutable_council_amended()->set_council_id(council);
  if (event.has_relationship_recorded()) {
    event.mutable_relationship_recorded()->set_council_id(council);
    event.mutable_relationship_recorded()->set_relationship_id(relationship);
  }
  if (event.has_relationship_suspended()) {
    event.mutable_relationship_suspended()->set_council_id(council);
    event.mutable_relationship_suspended()->set_relationship_id(relationship);
  }
  return event;
}

RC_GTEST_PROP(RegistryViewProperty, RebuildEqualsIncremental, ()) {
  Ledger incremental;
  std::vector<log::AcceptedCommit> history;
  const int commits = *rc::gen::inRange(1, 20);
  for (int i = 0; i < commits; ++i) {
    const std::string council = "c" + std::to_string(*rc::gen::inRange(0, 4));
    const std::string relationship = "r" + std::to_string(*rc::gen::inRange(0, 2));
    history.push_back(
        incremental.Commit(KeyOf(CouncilId(council)), {AnyEvent(council, relationship)}));
    incremental.Apply(history.back());
  }

  store::MemoryStore rebuilt;
  for (std::size_t i = 0; i < history.size();) {
    store::Overlay batch(rebuilt);
    const std::size_t together = *rc::gen::inRange<std::size_t>(1, 6);
    for (std::size_t j = 0; j < together && i < history.size(); ++j) {
      Ledger::ApplyTo(history[i++], batch);
    }
    RC_ASSERT(rebuilt.Write(batch.batch()).ok());
  }
  RC_ASSERT(rebuilt.Rows() == incremental.store().Rows());
}

}  // namespace
}  // namespace twinledger::registry
