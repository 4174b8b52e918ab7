// The projection and its queries on a store in memory, fed with commits as the log holds them.
#include "engagement/projection/engagement_view.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "engagement/projection/registry_follower.h"
#include "platform/projection/partition_view.h"
#include "platform/store/memory_store.h"
#include "tests/unit/engagement/given_when.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::engagement {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint32_t kPartitions = 4;
constexpr std::int64_t kDayUs = 86'400'000'000;

const CouncilId kWellington("wellington-city");
const RecordId kOne("e1");

// Commits of one history of both streams, each in the partition of its key, and the store they were
// applied to.
class Ledger {
 public:
  // The reason for parking, if it parked.
  std::string Apply(std::string_view stream, const CouncilId& council, const std::string& event) {
    const log::PartitionId partition{std::string(stream),
                                     log::PartitionOf(KeyOf(council), kPartitions)};
    log::AcceptedCommit accepted;
    log::v1::Commit& commit = accepted.commit;
    commit.set_sequence(++tips_[partition]);
    commit.set_record_time_us(++days_ * kDayUs);
    *commit.mutable_key() = KeyOf(council);
    commit.set_actor("council/wellington-city/k" + std::to_string(days_));
    commit.set_request_id("request " + std::to_string(days_));
    commit.set_outcome(log::v1::OUTCOME_DONE);
    commit.add_events(event);
    store::Overlay rows(store_);
    const auto applied = projection::ApplyCommit(EngagementProjection(), partition, accepted, rows);
    EXPECT_TRUE(applied.ok());
    EXPECT_TRUE(store_.Write(rows.batch()).ok());
    return applied.ok() && *applied ? (*applied)->error : "";
  }

  std::string Record(const std::string& event, const CouncilId& council = kWellington) {
    return Apply(kStream, council, Parse<Event>(event).SerializeAsString());
  }
  std::string Register(const std::string& event, const CouncilId& council = kWellington) {
    return Apply(kRegistryStream, council,
                 Parse<registry::events::v1::RegistryEvent>(event).SerializeAsString());
  }

  store::CutReader rows() const { return store::CutReader(store_); }

 private:
  store::MemoryStore store_;
  store::Cut tips_;
  std::int64_t days_ = 0;
};

std::string Of(const std::string& kind, const std::string& content, const std::string& id = "e1",
               const std::string& council = "wellington-city") {
  return kind + " { council_id: '" + council + "' record_id: '" + id + "' " + content + " }";
}

const std::string kSubmitted =
    Of("record_submitted", R"pb(fields {
                                  marking: MARKING_UNCLASSIFIED
                                  gift { description_sealed: "vase" asset_number: "A-1" }
                                })pb");
const std::string kAmended = Of("record_amended", R"pb(fields { gift { asset_number: "A-2" } }
                                                       paths: "gift.asset_number"
                                                       reason_sealed: "typing error")pb");

TEST(EngagementViewTest, ARowHoldsTheTimesAndTheAuthorsOfItsCommits) {
  Ledger ledger;
  EXPECT_EQ(ledger.Record(kSubmitted), "");
  EXPECT_EQ(ledger.Record(kAmended), "");
  const auto found = FindRecord(ledger.rows(), kWellington, kOne);
  ASSERT_TRUE(found.ok() && *found);
  const Record& row = (*found)->row;
  EXPECT_EQ(row.fields().gift().asset_number(), "A-2");
  EXPECT_EQ(row.create_time_us(), kDayUs);
  EXPECT_EQ(row.update_time_us(), 2 * kDayUs);
  EXPECT_THAT(row.makers(),
              ElementsAre("council/wellington-city/k1", "council/wellington-city/k2"));
  ASSERT_THAT(row.sealed(), SizeIs(2));
  EXPECT_EQ(row.sealed(0).request_id(), "request 1");
  EXPECT_EQ(row.sealed(1).request_id(), "request 2");
}

TEST(EngagementViewTest, AHistoryHasEveryVersionWithItsCommit) {
  Ledger ledger;
  ledger.Record(kSubmitted);
  ledger.Record(kAmended);
  const auto history = RecordHistory(ledger.rows(), kWellington, kOne);
  ASSERT_TRUE(history.ok());
  ASSERT_THAT(*history, SizeIs(2));
  EXPECT_EQ(history->front().record.row.fields().gift().asset_number(), "A-2");
  EXPECT_EQ(history->front().commit.request_id(), "request 2");
  EXPECT_EQ(history->back().record.row.fields().gift().asset_number(), "A-1");
  EXPECT_NE(history->front().record.etag, history->back().record.etag);
}

TEST(EngagementViewTest, RecordsAreWalkedInTheOrderOfTheirNames) {
  Ledger ledger;
  for (const std::string council : {"hutt", "hutt-city", "wellington-city"}) {
    for (const std::string id : {"e2", "e1"}) {
      ledger.Record(Of("record_submitted", "fields { gift {} }", id, council), CouncilId(council));
    }
  }
  const auto walk = [&](const std::string& council, const std::string& after) {
    std::vector<std::string> names;
    EXPECT_TRUE(VisitRecords(ledger.rows(), CouncilId(council), RecordId(after),
                             [&](const Versioned<Record>& record) {
                               names.push_back(record.row.council_id() + "/" +
                                               record.row.record_id());
                               return true;
                             })
                    .ok());
    return names;
  };
  EXPECT_THAT(walk("", ""), ElementsAre("hutt-city/e1", "hutt-city/e2", "hutt/e1", "hutt/e2",
                                        "wellington-city/e1", "wellington-city/e2"));
  EXPECT_THAT(walk("hutt", "e1"),
              ElementsAre("hutt/e2", "wellington-city/e1", "wellington-city/e2"));
  std::vector<std::string> of_one;
  ASSERT_TRUE(VisitRecordsOf(ledger.rows(), CouncilId("hutt"), RecordId("e1"),
                             [&](const Versioned<Record>& record) {
                               of_one.push_back(record.row.record_id());
                               return true;
                             })
                  .ok());
  EXPECT_THAT(of_one, ElementsAre("e2"));
}

TEST(EngagementViewTest, CouncilsAndRelationshipsAreKnownFromTheRegistrysEvents) {
  Ledger ledger;
  EXPECT_FALSE(*FindKnownCouncil(ledger.rows(), kWellington));
  ledger.Register(R"pb(council_registered {
                         council_id: "wellington-city"
                         fields { status: COUNCIL_STATUS_ACTIVE }
                       })pb");
  ledger.Register(R"pb(council_amended {
                         council_id: "wellington-city"
                         fields { population: 7 }
                         paths: "population"
                       })pb");
  ledger.Register(R"pb(relationship_recorded {
                         council_id: "wellington-city"
                         relationship_id: "r1"
                         fields { partner_id: "p1" }
                       })pb");
  ledger.Register(R"pb(relationship_proposed {
                         council_id: "wellington-city"
                         relationship_id: "r2"
                         fields { partner_id: "p1" }
                       })pb");
  EXPECT_EQ((*FindKnownCouncil(ledger.rows(), kWellington))->status(),
            registry::events::v1::COUNCIL_STATUS_ACTIVE);
  for (const char* id : {"r1", "r2"}) {
    EXPECT_TRUE(*IsKnownRelationship(ledger.rows(), kWellington, RelationshipId(id)));
  }
  EXPECT_FALSE(*IsKnownRelationship(ledger.rows(), kWellington, RelationshipId("r3")));
  EXPECT_FALSE(*IsKnownRelationship(ledger.rows(), CouncilId("hutt-city"), RelationshipId("r1")));
  ledger.Register(R"pb(council_amended {
                         council_id: "wellington-city"
                         fields { status: COUNCIL_STATUS_MERGED }
                         paths: "status"
                       })pb");
  EXPECT_EQ((*FindKnownCouncil(ledger.rows(), kWellington))->status(),
            registry::events::v1::COUNCIL_STATUS_MERGED);
}

TEST(EngagementViewTest, WhatANewerProgramWroteParksItsCouncil) {
  const auto parked_by = [](const Event& event) {
    Ledger ledger;
    ledger.Record(kSubmitted);
    return ledger.Apply(kStream, kWellington, event.SerializeAsString());
  };
  EXPECT_EQ(parked_by(Parse<Event>(kAmended)), "");

  Event of_new_kind;
  of_new_kind.GetReflection()->MutableUnknownFields(&of_new_kind)->AddLengthDelimited(99, "");
  EXPECT_THAT(parked_by(of_new_kind), HasSubstr("of a kind"));

  Event with_new_field = Parse<Event>(kAmended);
  auto& gift = *with_new_field.mutable_record_amended()->mutable_fields()->mutable_gift();
  gift.GetReflection()->MutableUnknownFields(&gift)->AddVarint(99, 1);
  EXPECT_THAT(parked_by(with_new_field), HasSubstr("new in record_amended.fields.gift"));

  Event with_new_value = Parse<Event>(kAmended);
  with_new_value.mutable_record_amended()->mutable_fields()->mutable_gift()->set_kind(
      static_cast<events::v1::GiftKind>(99));
  EXPECT_THAT(parked_by(with_new_value), HasSubstr("new in record_amended.fields.gift.kind"));

  Event with_new_path = Parse<Event>(kAmended);
  with_new_path.mutable_record_amended()->add_paths("gift.colour");
  EXPECT_THAT(parked_by(with_new_path), HasSubstr("amends gift.colour"));

  EXPECT_THAT(parked_by(Parse<Event>(kSubmitted)), HasSubstr("is there already"));
  EXPECT_THAT(parked_by(Parse<Event>(Of("record_retracted", "", "e2"))), HasSubstr("not there"));
  EXPECT_THAT(parked_by(Parse<Event>(Of("record_retracted", "", "e1", "hutt-city"))),
              HasSubstr("in a commit of council/wellington-city"));
}

TEST(EngagementViewTest, AnEventOfTheRegistryWithSomethingNewParksToo) {
  Ledger ledger;
  registry::events::v1::RegistryEvent event;
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(99, "");
  EXPECT_THAT(ledger.Apply(kRegistryStream, kWellington, event.SerializeAsString()),
              HasSubstr("of a kind"));
  auto& hutt = *event.mutable_council_registered();
  hutt.set_council_id("hutt-city");
  hutt.GetReflection()->MutableUnknownFields(&hutt)->AddVarint(99, 1);
  EXPECT_THAT(ledger.Apply(kRegistryStream, CouncilId("hutt-city"), event.SerializeAsString()),
              HasSubstr("new in"));
  EXPECT_EQ(ledger.Register("partner_registered { partner_id: 'p1' }", CouncilId("hutt")), "");
}

// Whatever happened: the rows are those of Evolve, one event after another.
RC_GTEST_PROP(EngagementViewProperty, RowsAreTheFoldOfTheirEvents, ()) {
  Ledger ledger;
  ledger.Record(kSubmitted);
  Record expected =
      Evolve({}, Parse<Event>(kSubmitted), {"council/wellington-city/k1", "request 1"});
  const int steps = *rc::gen::inRange(0, 8);
  const std::string kinds[] = {kAmended, Of("record_verified", "note_sealed: 'seen'"),
                               Of("record_returned", "reason_sealed: 'why'"),
                               Of("record_retracted", "")};
  for (int i = 2; i < steps + 2; ++i) {
    const std::string& text = kinds[*rc::gen::inRange(0, 4)];
    ledger.Record(text);
    expected =
        Evolve(std::move(expected), Parse<Event>(text),
               {"council/wellington-city/k" + std::to_string(i), "request " + std::to_string(i)});
  }
  const auto found = FindRecord(ledger.rows(), kWellington, kOne);
  RC_ASSERT(found.ok() && found->has_value());
  Record row = (*found)->row;
  row.clear_create_time_us();
  row.clear_update_time_us();
  RC_ASSERT(row.SerializeAsString() == expected.SerializeAsString());
}

}  // namespace
}  // namespace twinledger::engagement
