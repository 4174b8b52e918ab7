#include "platform/projection/partition_view.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "platform/projection/platform_tables.h"
#include "platform/store/memory_store.h"
#include "tests/support/fillable_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {
namespace {

using testing::ChainWriter;
using testing::TallyHistory;
using testing::TallyProjection;
using Kind = PartitionView::Consumed::Kind;

class PartitionViewTest : public ::testing::Test {
 protected:
  std::unique_ptr<PartitionView> OpenView() { return OpenView(projection_); }
  std::unique_ptr<PartitionView> OpenView(const Projection& projection) {
    return *PartitionView::Open(store_, projection, history_.founding(), TallyHistory::Id(0));
  }

  Result<PartitionView::Consumed> ConsumeNext(PartitionView& view) {
    return view.Consume(history_.Read(0, view.next_offset()));
  }
  void ConsumeAll(PartitionView& view) {
    while (view.next_offset() < history_.records(0).size()) {
      const auto consumed = ConsumeNext(view);
      ASSERT_TRUE(consumed.ok()) << consumed.error().message;
    }
  }

  std::optional<std::string> Words(int entity) {
    const auto row =
        store::CutReader(store_).Find(TallyProjection::kEntities, {history_.Entity(0, entity)});
    EXPECT_TRUE(row.ok());
    return *row ? std::optional((*row)->bytes) : std::nullopt;
  }

  TallyHistory history_;
  TallyProjection projection_;
  testing::FillableStore store_;
};

TEST_F(PartitionViewTest, AnAcceptedRecordBecomesRowsAndACursor) {
  history_.Add(0, {{0, {"a"}}, {1, {"b", "c"}}, {0, {"d"}}});
  const auto view = OpenView();
  ConsumeAll(*view);
  EXPECT_EQ(Words(0), "a d");
  EXPECT_EQ(Words(1), "b c");
  const auto again = OpenView();
  EXPECT_EQ(again->chain().sequence, 4u);
  EXPECT_EQ(again->chain().hash, view->chain().hash);
  EXPECT_EQ(again->next_offset(), 2u);
  EXPECT_EQ(again->digest(), view->digest());
  EXPECT_EQ(again->rows(), view->rows());
  EXPECT_EQ(again->chain().keys.size(), 1u);
}

// Of a commit it keeps what moved and when, and not who asked for it.
TEST_F(PartitionViewTest, WhoOnlyFollowsAStreamKeepsNoRequests) {
  history_.Add(0, {{0, {"a"}}});
  const TallyProjection following(1, /*decides=*/false);
  store::MemoryStore follows;
  const auto follower =
      *PartitionView::Open(follows, following, history_.founding(), TallyHistory::Id(0));
  ConsumeAll(*follower);
  const auto decider = OpenView();
  ConsumeAll(*decider);
  const store::RowKey first = SequenceKey(TallyHistory::Id(0), 2);  // Behind the founding.
  const auto followed = store::CutReader(follows).Get(kCommits, first);
  const auto decided = store::CutReader(store_).Get(kCommits, first);
  ASSERT_TRUE(followed.ok() && *followed && decided.ok() && *decided);
  EXPECT_NE((*decided)->actor(), "");
  EXPECT_NE((*decided)->request_id(), "");
  v1::CommitRow without = **decided;
  without.clear_actor();
  without.clear_request_id();
  without.clear_method();
  EXPECT_EQ((*followed)->SerializeAsString(), without.SerializeAsString());
  const store::RowKey request =
      RequestKey(TallyHistory::Id(0), (*decided)->actor(), (*decided)->request_id());
  EXPECT_TRUE(*store::CutReader(store_).Get(kRequests, request));
  EXPECT_FALSE(*store::CutReader(follows).Get(kRequests, request));
}

TEST_F(PartitionViewTest, WhatBulkHoldsIsTakenOutToBeStored) {
  history_.Add(0, {{0, {"a"}}});
  const auto view = OpenView();
  ASSERT_TRUE(view->SetBulk(true).ok());
  ConsumeAll(*view);
  EXPECT_GT(view->pending_bytes(), 0u);
  EXPECT_EQ(Words(0), std::nullopt);
  const auto pending = view->TakePending();
  ASSERT_NE(pending, nullptr);
  ASSERT_TRUE(store_.Ingest(pending).ok());
  EXPECT_EQ(view->pending_bytes(), 0u);
  EXPECT_EQ(view->TakePending(), nullptr);
  EXPECT_EQ(Words(0), "a");

  history_.Add(0, {{0, {"b"}}, {1, {"c"}}});
  ConsumeAll(*view);
  EXPECT_EQ(Words(0), "a");  // Still in bulk.
  ASSERT_TRUE(view->SetBulk(false).ok());
  EXPECT_EQ(Words(0), "a b");
  EXPECT_EQ(OpenView()->digest(), view->digest());
}

TEST_F(PartitionViewTest, WhereRowsHaveNoRoomTheSameRecordIsTakenLater) {
  history_.Add(0, {{0, {"a"}}});
  history_.AddBytes(0, "no record");
  history_.Add(0, {{0, {"b"}}, {1, {"c"}}});
  const auto view = OpenView();
  ASSERT_TRUE(ConsumeNext(*view).ok());
  ASSERT_TRUE(ConsumeNext(*view).ok());
  ASSERT_TRUE(ConsumeNext(*view).ok());
  store_.full = true;
  for (int i = 0; i < 3; ++i) {
    const auto refused = ConsumeNext(*view);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().reason, "DISK_FULL");
    EXPECT_TRUE(view->no_room());
    EXPECT_FALSE(view->stopped());
    EXPECT_EQ(view->next_offset(), 3u);
    EXPECT_EQ(Words(0), "a");
  }
  store_.full = false;
  ConsumeAll(*view);
  EXPECT_FALSE(view->no_room());
  EXPECT_EQ(Words(0), "a b");
  EXPECT_EQ(view->voids(), 1u);
  const auto again = OpenView();
  EXPECT_EQ(again->digest(), view->digest());
  EXPECT_EQ(again->voids(), 1u);
  EXPECT_EQ(again->rows(), view->rows());
}

TEST_F(PartitionViewTest, WhatBulkCannotStoreStaysPending) {
  history_.Add(0, {{0, {"a"}}});
  const auto view = OpenView();
  ASSERT_TRUE(view->SetBulk(true).ok());
  ConsumeAll(*view);
  store_.full = true;
  EXPECT_EQ(view->SetBulk(false).error().reason, "DISK_FULL");
  EXPECT_TRUE(view->no_room());
  EXPECT_FALSE(view->stopped());
  history_.Add(0, {{0, {"b"}}});
  store_.full = false;
  ConsumeAll(*view);
  ASSERT_TRUE(view->SetBulk(false).ok());
  EXPECT_FALSE(view->no_room());
  EXPECT_EQ(Words(0), "a b");
  EXPECT_EQ(OpenView()->digest(), view->digest());
}

TEST_F(PartitionViewTest, TheFirstOutcomeOfARequestIsFound) {
  history_.Add(0, {{0, {"a"}}});
  log::v1::Commit repeated = history_.Commit(0, {0, {"b"}}, 0);
  repeated.set_request_id("request-2");
  repeated.set_request_digest("other");
  const std::string record = history_.writer(0).Make({repeated});
  history_.AddBytes(0, record);
  const auto view = OpenView();
  ConsumeAll(*view);
  ASSERT_EQ(view->chain().sequence, 3u);
  const auto request = view->FindRequest("account-1", "request-2");
  ASSERT_TRUE(request.ok() && *request);
  EXPECT_EQ((*request)->sequence(), 2u);
  EXPECT_FALSE(*view->FindRequest("account-2", "request-2"));
}

TEST_F(PartitionViewTest, AVoidRecordIsCountedAndChangesNothingElse) {
  const std::string late = history_.writer(0).Make({history_.Commit(0, {0, {"late"}}, 0)});
  history_.Add(0, {{0, {"a"}}});
  history_.AddBytes(0, late);
  history_.AddBytes(0, "no record");
  const auto view = OpenView();
  ASSERT_TRUE(ConsumeNext(*view).ok());
  ASSERT_TRUE(ConsumeNext(*view).ok());
  const auto rows = store_.Rows();
  EXPECT_EQ(ConsumeNext(*view)->kind, Kind::kVoid);
  EXPECT_EQ(ConsumeNext(*view)->kind, Kind::kVoid);
  EXPECT_EQ(view->voids(), 2u);
  EXPECT_EQ(view->next_offset(), 4u);
  EXPECT_EQ(store_.Rows(), rows);
}

// Offsets are local to an adapter: a copy of the log has none of its void records.
TEST_F(PartitionViewTest, TheDigestIsTheSameWhereVoidRecordsStandBetween) {
  history_.Add(0, {{0, {"a"}}});
  const auto view = OpenView();
  ConsumeAll(*view);
  store::MemoryStore elsewhere;
  const auto other =
      *PartitionView::Open(elsewhere, projection_, history_.founding(), TallyHistory::Id(0));
  log::Offset offset = 0;
  for (const std::string& record : history_.records(0)) {
    ASSERT_TRUE(other->Consume(log::ReadRecord(offset++, record)).ok());
    ASSERT_TRUE(other->Consume(log::ReadRecord(offset++, "no record")).ok());
  }
  EXPECT_EQ(other->chain().hash, view->chain().hash);
  EXPECT_EQ(other->digest(), view->digest());
}

TEST_F(PartitionViewTest, ReadingGoesOnRightBehindTheAcceptedRecord) {
  history_.AddBytes(0, "no record");
  auto view = OpenView();
  ConsumeAll(*view);
  EXPECT_EQ(view->next_offset(), 2u);
  view = OpenView();
  EXPECT_EQ(view->next_offset(), 1u);
  EXPECT_EQ(view->cursor_offset(), 0u);
  EXPECT_EQ(view->voids(), 0u);
}

TEST_F(PartitionViewTest, AKnownRecordIsSkippedAndAMissingOneIsDamage) {
  history_.Add(0, {{0, {"a"}}});
  history_.Add(0, {{0, {"b"}}});
  const auto view = OpenView();
  ASSERT_TRUE(ConsumeNext(*view).ok());
  EXPECT_EQ(view->Consume(history_.Read(0, 0))->kind, Kind::kOld);
  const auto gap = view->Consume(history_.Read(0, 2));
  ASSERT_FALSE(gap.ok());
  EXPECT_EQ(gap.error().code, Code::kDataLoss);
  EXPECT_EQ(gap.error().metadata.at("offset"), "1");
  const auto later = view->Consume(history_.Read(0, 1));
  ASSERT_FALSE(later.ok()) << "a stopped view stays stopped";
  EXPECT_EQ(later.error().message, gap.error().message);
}

TEST_F(PartitionViewTest, ACursorThatTheLogContradictsStopsTheView) {
  history_.Add(0, {{0, {"a"}}});
  ConsumeAll(*OpenView());
  const log::ReadRecord same = history_.Read(0, 1);
  const log::ReadRecord replaced(1, history_.records(0)[0]);
  const log::ReadRecord unreadable(1, "no record");
  const log::ReadRecord moved(0, history_.records(0)[1]);
  const struct {
    std::string name;
    const log::ReadRecord* record;
    bool ok;
  } kCases[] = {
      {"as it was", &same, true},           {"truncated", nullptr, false},
      {"replaced", &replaced, false},       {"unreadable", &unreadable, false},
      {"at another offset", &moved, false},
  };
  for (const auto& [name, record, ok] : kCases) {
    SCOPED_TRACE(name);
    const auto view = OpenView();
    const Result<void> checked = view->CheckCursor(record);
    EXPECT_EQ(checked.ok(), ok);
    EXPECT_EQ(view->stopped().has_value(), !ok);
    if (!ok) {
      EXPECT_EQ(checked.error().reason, "LOG_DAMAGED");
      EXPECT_FALSE(view->Consume(same).ok());
    }
  }
}

TEST_F(PartitionViewTest, AnAuthenticRecordIsAWitnessOfTheHistoryItWasChainedOn) {
  history_.Add(0, {{0, {"a"}}});
  const ChainWriter at_two = history_.writer(0);
  history_.Add(0, {{0, {"b"}}});
  // Chained on this history, on more than it has, on another than it has.
  log::v1::RecordBody known = at_two.Body({history_.Commit(0, {0, {"late"}}, 0)});
  log::v1::RecordBody beyond = known;
  beyond.set_first_sequence(9);
  log::v1::RecordBody beside = known;
  beside.set_previous_hash(std::string(32, 'x'));
  const crypto::SigningKey stranger = testing::KeyNamed("stranger");
  const struct {
    std::string name;
    log::v1::RecordBody body;
    const crypto::SigningKey& key;
    bool damage;
  } kCases[] = {
      {"known", known, history_.key(), false},
      {"beyond", beyond, history_.key(), true},
      {"beside", beside, history_.key(), true},
      {"beside, but by a stranger", beside, stranger, false},
  };
  for (const auto& [name, body, key, damage] : kCases) {
    SCOPED_TRACE(name);
    store::MemoryStore store;
    const auto view =
        *PartitionView::Open(store, projection_, history_.founding(), TallyHistory::Id(0));
    ConsumeAll(*view);
    const auto consumed =
        view->Consume(log::ReadRecord(3, ChainWriter::Sign(body.SerializeAsString(), key)));
    EXPECT_EQ(consumed.ok(), !damage);
    if (damage) {
      EXPECT_EQ(consumed.error().reason, "LOG_DAMAGED");
    } else {
      EXPECT_EQ(consumed->kind, Kind::kVoid);
    }
  }
}

// What is cheap decides first: sequence and hash. A signature counts only where they speak of
// another history.
TEST_F(PartitionViewTest, AVoidRecordOfThisHistoryCostsNoSignature) {
  std::vector<ChainWriter> writers{history_.writer(0)};
  for (int i = 0; i < 200; ++i) {
    history_.Add(0, {{0, {"forget"}}, {1, {"forget"}}});
    writers.push_back(history_.writer(0));
  }
  const auto body_at = [&](std::size_t tip) {
    return writers[tip].Body({history_.Commit(0, {0, {"late"}}, 0)});
  };
  log::v1::RecordBody before_all = body_at(0);
  before_all.set_first_sequence(1);
  before_all.set_previous_hash(std::string(32, '\0'));
  log::v1::RecordBody within_a_record = body_at(9);
  within_a_record.set_first_sequence(within_a_record.first_sequence() - 1);
  log::v1::RecordBody beside = body_at(9);
  beside.set_previous_hash(std::string(32, 'x'));
  log::v1::RecordBody beyond = body_at(9);
  beyond.set_first_sequence(9'000);
  const struct {
    std::string name;
    log::v1::RecordBody body;
    bool verified;
  } kCases[] = {
      {"chained on the founding", body_at(0), false},
      {"chained long ago", body_at(100), false},
      {"64 sequences later", body_at(132), false},
      {"chained on the record before the last", body_at(199), false},
      {"chained on nothing", before_all, false},
      {"within a record", within_a_record, true},
      {"beside", beside, true},
      {"beyond", beyond, true},
  };
  ConsumeAll(*OpenView());
  // By a view that read it all, and by one that has only the rows.
  for (const bool bulk : {false, true}) {
    store::MemoryStore empty;
    auto view =
        bulk ? *PartitionView::Open(empty, projection_, history_.founding(), TallyHistory::Id(0))
             : OpenView();
    ASSERT_TRUE(view->SetBulk(bulk).ok());
    ConsumeAll(*view);
    for (const auto& [name, body, verified] : kCases) {
      SCOPED_TRACE(name);
      // By a hand that only names the key, twice.
      log::v1::Record record;
      ASSERT_TRUE(record.ParseFromString(
          ChainWriter::Sign(body.SerializeAsString(), testing::KeyNamed("a forger"))));
      record.set_key_id(history_.key().key_id());
      for (int i = 0; i < 2; ++i) {
        const log::ReadRecord read(view->next_offset(), record.SerializeAsString());
        const auto consumed = view->Consume(read);
        ASSERT_TRUE(consumed.ok()) << consumed.error().message;
        EXPECT_EQ(consumed->kind, Kind::kVoid);
        EXPECT_EQ(read.verified(), verified);
      }
      if (verified) continue;
      const log::ReadRecord late(view->next_offset(),
                                 history_.writer(0).Sign(body.SerializeAsString()));
      EXPECT_EQ(view->Consume(late)->kind, Kind::kVoid);
      EXPECT_FALSE(late.verified());
    }
  }
}

TEST_F(PartitionViewTest, AnAuthenticRecordThatThisProgramCannotUseStopsTheView) {
  log::v1::Commit commit = history_.Commit(0, {0, {"a"}}, 0);
  commit.mutable_control();  // A control event of a kind that is not known here.
  history_.AddBytes(0, history_.writer(0).Make({commit}));
  const auto view = OpenView();
  ASSERT_TRUE(ConsumeNext(*view).ok());
  const auto rows = store_.Rows();
  const auto consumed = ConsumeNext(*view);
  ASSERT_FALSE(consumed.ok());
  EXPECT_EQ(consumed.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(consumed.error().reason, "NEWER_PROGRAM_NEEDED");
  EXPECT_EQ(store_.Rows(), rows);
}

TEST_F(PartitionViewTest, AnEventThatCannotBeAppliedParksItsEntityAndNothingElse) {
  history_.Add(0, {{0, {"a"}}});
  history_.Add(0, {{0, {"b", "?"}}, {1, {"c"}}});
  history_.Add(0, {{0, {"d"}}, {0, {}}});
  const auto view = OpenView();
  ConsumeAll(*view);
  EXPECT_EQ(Words(0), "a");
  EXPECT_EQ(Words(1), "c");
  log::v1::EntityKey entity;
  entity.set_type("entity");
  entity.set_id(history_.Entity(0, 0));
  const auto parked = store::CutReader(store_).Get(kParked, ParkedKey(TallyHistory::Id(0), entity));
  ASSERT_TRUE(parked.ok() && *parked);
  EXPECT_EQ((*parked)->sequence(), 3u);
  EXPECT_EQ((*parked)->error(), "the word ? is not known");
  EXPECT_EQ((*parked)->waiting(), 1u) << "an outcome without events does not wait";
  EXPECT_TRUE(*view->FindRequest("account-1", "request-3")) << "the request has its outcome";
}

// Writes the same row whatever the partition.
class SharedRowProjection final : public Projection {
 public:
  std::string_view name() const override { return "shared"; }
  std::uint32_t schema_version() const override { return 1; }
  std::vector<std::string> streams() const override { return {"registry"}; }
  std::optional<Unapplicable> Apply(const log::PartitionId&, const log::AcceptedCommit&,
                                    store::RowWriter& rows) const override {
    rows.PutBytes(16, {"all"}, "row");
    return std::nullopt;
  }
};

TEST(SharedRowTest, ARowOfTwoPartitionsStopsTheSecond) {
  TallyHistory history(2);
  history.Add(0, {{0, {"a"}}});
  history.Add(1, {{0, {"a"}}});
  const SharedRowProjection projection;
  store::MemoryStore store;
  for (std::uint32_t partition = 0; partition < 2; ++partition) {
    const auto view =
        *PartitionView::Open(store, projection, history.founding(), TallyHistory::Id(partition));
    ASSERT_TRUE(view->Consume(history.Read(partition, 0)).ok());
    const auto consumed = view->Consume(history.Read(partition, 1));
    EXPECT_EQ(consumed.ok() ? "" : consumed.error().reason,
              partition == 0 ? "" : "ROW_OF_ANOTHER_PARTITION");
  }
}

}  // namespace
}  // namespace twinledger::projection
