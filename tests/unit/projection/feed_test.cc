// One feed for several inboxes: the log is read once, everybody gets what they follow.
#include "platform/projection/feed.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/log/made_here.h"
#include "platform/log/simulated/simulated_log.h"
#include "platform/projection/runner.h"
#include "platform/store/memory_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TallyHistory;
using testing::TallyProjection;

const log::PartitionId kFed = TallyHistory::Id(0);
const log::PartitionId kAlsoFed = TallyHistory::Id(1);

// Counts who reads, and can be made to say that it is damaged, has wrong topics, or a sole writer.
class WatchedLog final : public log::EventLog {
 public:
  explicit WatchedLog(log::EventLog& inner) : inner_(inner) {}

  Result<std::unique_ptr<log::AppendSession>> OpenSession() override {
    return inner_.OpenSession();
  }
  Result<std::unique_ptr<log::Reader>> OpenReader(std::vector<log::ReadFrom> from) override {
    ++readers;
    if (damaged) return Error{Code::kDataLoss, "a byte was flipped", "LOG_DAMAGED"};
    if (wrong_topic) {
      // As soon as the reader has been refused it, somebody sets it right.
      wrong_topic = false;
      return Error{Code::kFailedPrecondition, "retention.ms is 1", "WRONG_TOPIC"};
    }
    return inner_.OpenReader(std::move(from));
  }
  Result<log::Offset> Tail(const log::PartitionId& partition) override {
    return inner_.Tail(partition);
  }
  bool HasSoleWriter() const override { return sole_writer; }

  std::atomic<int> readers{0};
  bool damaged = false;
  bool wrong_topic = false;
  bool sole_writer = false;

 private:
  log::EventLog& inner_;
};

class FeedTest : public ::testing::Test {
 protected:
  FeedTest() : watched_(log_) {
    history_.Add(0, {{0, {"a"}}});
    history_.Add(0, {{0, {"b"}}});
    history_.Add(1, {{0, {"c"}}});
    for (std::uint32_t i = 0; i < history_.partitions(); ++i) {
      for (const std::string& record : history_.records(i)) log_.Land(TallyHistory::Id(i), record);
    }
  }

  // What the inbox holds until it has `count` records: "0/2" is offset 2 of partition 0.
  static std::vector<std::string> Take(Inbox& inbox, std::size_t count) {
    std::vector<std::string> records;
    while (records.size() < count) {
      Inbox::Taken taken = inbox.Take(std::chrono::seconds(20));
      if (taken.batches.empty() || !taken.batches.front()) {
        ADD_FAILURE() << "no more came";
        return records;
      }
      for (const FedBatch& batch : taken.batches) {
        for (const FedRecord& fed : *batch) {
          records.push_back(std::to_string(fed.partition.partition) + "/" +
                            std::to_string(fed.record.offset()));
        }
      }
    }
    std::ranges::sort(records);
    return records;
  }

  TallyHistory history_{2};
  log::SimulatedLog log_;
  WatchedLog watched_;
};

TEST_F(FeedTest, EverybodyGetsWhatTheyFollowFromWhereTheyStand) {
  const auto all = std::make_shared<Inbox>();
  const auto ahead = std::make_shared<Inbox>();
  Feed feed(watched_, history_.founding());
  feed.Subscribe(all, {{kFed, 0}, {kAlsoFed, 0}});
  feed.Subscribe(ahead, {{kFed, 2}});
  feed.Start();
  EXPECT_THAT(Take(*all, 5), ElementsAre("0/0", "0/1", "0/2", "1/0", "1/1"));
  EXPECT_THAT(Take(*ahead, 1), ElementsAre("0/2"));
  feed.Stop();
  EXPECT_EQ(watched_.readers, 1);
  EXPECT_THAT(ahead->Take(std::chrono::microseconds(0)).batches, IsEmpty());
}

TEST_F(FeedTest, OnlyWhatFollowsIsVerifiedAhead) {
  const std::string late = history_.writer(0).Make({history_.Commit(0, {0, {"late"}}, 0)});
  log_.Land(kFed, history_.Add(0, {{0, {"d"}}}));
  log_.Land(kFed, late);
  const log::ReadRecord begun(0, history_.records(0)[1]);
  log_.Land(kFed,
            testing::ChainWriter::Sign(
                history_.writer(0).Body({history_.Commit(0, {0, {"e"}}, 0)}).SerializeAsString(),
                testing::KeyNamed("a stranger")));
  log_.Land(kFed, history_.Add(0, {{0, {"f"}}}));
  // From zero, and from behind offset 1, with the tip that stands there.
  const struct {
    FollowFrom from;
    std::vector<bool> verified;
  } kCases[] = {
      {{kFed, 0}, {true, true, true, true, false, false, true}},
      {{kFed, 2, {begun.body().first_sequence(), begun.hash()}}, {true, true, false, false, true}},
      {{kFed, 2}, {false, false, false, false, false}},
  };
  for (const auto& [from, verified] : kCases) {
    const auto inbox = std::make_shared<Inbox>();
    Feed feed(watched_, history_.founding());
    feed.Subscribe(inbox, {from});
    feed.Start();
    std::vector<bool> found;
    while (found.size() < verified.size()) {
      const Inbox::Taken taken = inbox->Take(std::chrono::seconds(20));
      ASSERT_FALSE(taken.batches.empty());
      for (const FedRecord& fed : *taken.batches.front()) found.push_back(fed.record.verified());
    }
    EXPECT_EQ(found, verified);
  }
}

// As a writer of this process makes a record: it has it parsed.
log::ReadRecord MadeHere(const std::string& bytes, const log::v1::PublicKey& key) {
  const log::ReadRecord read(0, bytes);
  std::vector<log::AcceptedCommit> commits(read.commits().begin(), read.commits().end());
  log::ReadRecord made(0, {bytes, read.record(), read.body(), read.hash(),
                           log::AcceptedCommits(std::move(commits))});
  made.SetSignedBy(key);
  log::NoteMadeHere(made);
  return made;
}

TEST_F(FeedTest, WhatAWriterOfThisProcessMadeIsNotParsedAgain) {
  const std::string bytes = history_.Add(0, {{0, {"d"}}});
  const log::ReadRecord made = MadeHere(bytes, history_.key().public_key());
  // By one who is no writer of this log: noted as signed, by another key.
  const crypto::SigningKey stranger = testing::KeyNamed("a stranger");
  const std::string foreign = testing::ChainWriter::Sign(
      history_.writer(0).Body({history_.Commit(0, {0, {"e"}}, 0)}).SerializeAsString(), stranger);
  MadeHere(foreign, stranger.public_key());
  for (const std::string& record : {bytes, bytes, foreign}) log_.Land(kFed, record);
  const auto inbox = std::make_shared<Inbox>();
  const auto other = std::make_shared<Inbox>();
  Feed feed(watched_, history_.founding());
  feed.Subscribe(inbox, {{kFed, 0}});
  feed.Subscribe(other, {{kFed, 0}});
  feed.Start();
  std::vector<FedRecord> fed;
  while (fed.size() < 6) {
    const Inbox::Taken taken = inbox->Take(std::chrono::seconds(20));
    ASSERT_FALSE(taken.batches.empty());
    for (const FedRecord& each : *taken.batches.front()) fed.push_back(each);
  }
  EXPECT_EQ(fed[3].record.offset(), 3u);
  EXPECT_EQ(fed[3].record.commits().begin(), made.commits().begin()) << "parsed again";
  EXPECT_TRUE(fed[3].record.verified());
  // Landed twice, it is a record as any other.
  EXPECT_EQ(fed[4].record.offset(), 4u);
  EXPECT_NE(fed[4].record.commits().begin(), made.commits().begin());
  EXPECT_FALSE(fed[5].record.SignedBy(history_.key().public_key()));
}

// Makes a number of each commit ahead.
class AheadProjection final : public Projection {
 public:
  static constexpr int kAhead = 7;

  std::string_view name() const override { return "ahead"; }
  std::uint32_t schema_version() const override { return 1; }
  std::vector<std::string> streams() const override { return {"registry"}; }
  std::optional<Unapplicable> Apply(const log::PartitionId&, const log::AcceptedCommit&,
                                    store::RowWriter&) const override {
    return std::nullopt;
  }
  void Prepare(const log::PartitionId&, const log::AcceptedCommit& accepted) const override {
    accepted.made.Get<int>([] { return kAhead; });
  }
};

TEST_F(FeedTest, WhatAProjectionMakesAheadComesWithTheCommitToAllWhoFollowIt) {
  const AheadProjection projection;
  const auto prepared = std::make_shared<Inbox>();
  const auto other = std::make_shared<Inbox>();
  Feed feed(watched_, history_.founding());
  feed.Subscribe(prepared, {{kFed, 0}}, &projection);
  feed.Subscribe(other, {{kFed, 0}, {kAlsoFed, 0}});
  feed.Start();
  for (Inbox* const inbox : {prepared.get(), other.get()}) {
    std::vector<int> made;
    while (made.size() < 2) {
      const Inbox::Taken taken = inbox->Take(std::chrono::seconds(20));
      ASSERT_FALSE(taken.batches.empty());
      for (const FedRecord& fed : *taken.batches.front()) {
        if (fed.partition != kFed || fed.record.offset() == 0) continue;  // A founding.
        made.push_back(fed.record.commits()[0].made.Get<int>([] { return 0; }));
      }
    }
    EXPECT_THAT(made, ElementsAre(AheadProjection::kAhead, AheadProjection::kAhead));
  }
}

TEST_F(FeedTest, AClosedInboxHoldsNobodyUp) {
  const auto closed = std::make_shared<Inbox>();
  const auto open = std::make_shared<Inbox>();
  closed->Close();
  Feed feed(watched_, history_.founding());
  feed.Subscribe(closed, {{kFed, 0}});
  feed.Subscribe(open, {{kFed, 0}});
  feed.Start();
  EXPECT_THAT(Take(*open, 3), ElementsAre("0/0", "0/1", "0/2"));
  history_.Add(0, {{0, {"d"}}});
  log_.Land(kFed, history_.records(0).back());
  EXPECT_THAT(Take(*open, 1), ElementsAre("0/3"));
}

TEST_F(FeedTest, DamageIsToldToEverybody) {
  watched_.damaged = true;
  const auto one = std::make_shared<Inbox>();
  const auto other = std::make_shared<Inbox>();
  Feed feed(watched_, history_.founding());
  feed.Subscribe(one, {{kFed, 0}});
  feed.Subscribe(other, {{kAlsoFed, 0}});
  feed.Start();
  for (Inbox* const inbox : {one.get(), other.get()}) {
    const Inbox::Taken taken = inbox->Take(std::chrono::seconds(20));
    ASSERT_EQ(taken.batches.size(), 1);
    ASSERT_FALSE(taken.batches.front());
    EXPECT_EQ(taken.batches.front().error().reason, "LOG_DAMAGED");
  }
}

TEST_F(FeedTest, RunnersOfOneFeedReadTheLogOnce) {
  const TallyProjection projection;
  const SystemClock clock;
  std::vector<std::unique_ptr<Runner>> runners;
  for (int i = 0; i < 3; ++i) {
    runners.push_back(*Runner::Open(watched_, history_.founding(), projection,
                                    std::make_unique<store::MemoryStore>(), clock));
  }
  Feed feed(watched_, history_.founding());
  for (const auto& runner : runners) runner->Start(feed);
  feed.Start();
  for (const auto& runner : runners) {
    std::promise<Result<void>> reached;
    runner->WaitForTail(clock.Monotonic() + std::chrono::seconds(20),
                        [&](const Result<void>& result) { reached.set_value(result); });
    EXPECT_TRUE(reached.get_future().get().ok());
  }
  feed.Stop();
  EXPECT_EQ(watched_.readers, 1);
  const std::vector<PartitionStatus> first = runners[0]->Status();
  for (const auto& runner : runners) {
    const std::vector<PartitionStatus> status = runner->Status();
    for (std::size_t i = 0; i < status.size(); ++i) {
      EXPECT_EQ(status[i].digest, first[i].digest);
      EXPECT_EQ(status[i].next_offset, history_.records(static_cast<std::uint32_t>(i)).size());
    }
  }
}

TEST_F(FeedTest, TopicsThatAreSetRightAreReadOn) {
  const auto inbox = std::make_shared<Inbox>();
  watched_.wrong_topic = true;
  Feed feed(watched_, history_.founding());
  feed.Subscribe(inbox, {{kFed, 0}});
  feed.Start();
  EXPECT_THAT(Take(*inbox, 3), ElementsAre("0/0", "0/1", "0/2"));
  feed.Stop();
  EXPECT_EQ(watched_.readers, 2);
}

TEST_F(FeedTest, AVoidRecordIsDamageWhereNobodyElseWrites) {
  history_.AddBytes(0, "no record");
  log_.Land(kFed, history_.records(0).back());
  const TallyProjection projection;
  const SystemClock clock;
  for (const bool sole_writer : {false, true}) {
    watched_.sole_writer = sole_writer;
    const auto runner = *Runner::Open(watched_, history_.founding(), projection,
                                      std::make_unique<store::MemoryStore>(), clock);
    runner->Start();
    std::promise<Result<void>> reached;
    runner->WaitForTail(clock.Monotonic() + std::chrono::seconds(20),
                        [&](const Result<void>& result) { reached.set_value(result); });
    const Result<void> read = reached.get_future().get();
    ASSERT_EQ(read.ok(), !sole_writer);
    if (!sole_writer) continue;
    EXPECT_EQ(read.error().code, Code::kDataLoss);
    EXPECT_EQ(read.error().metadata.at("offset"), "3");
    EXPECT_EQ(runner->Status()[0].sequence, 3u);
  }
}

}  // namespace
}  // namespace twinledger::projection
