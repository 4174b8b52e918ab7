#include "platform/log/chain.h"

#include <gtest/gtest.h>

#include <functional>

#include "platform/log/event_log.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

using testing::ChainWriter;
using testing::KeyNamed;
using testing::TestFounding;

const PartitionId kPartition{"registry", 0};

v1::Commit Control(v1::Commit commit, const v1::ControlEvent& event) {
  commit.clear_events();
  *commit.mutable_control() = event;
  return commit;
}

v1::ControlEvent Enrolled(const v1::PublicKey& key) {
  v1::ControlEvent event;
  *event.mutable_key_enrolled()->mutable_key() = key;
  return event;
}

v1::ControlEvent Retired(const std::string& key_id) {
  v1::ControlEvent event;
  event.mutable_key_retired()->set_key_id(key_id);
  return event;
}

v1::ControlEvent ClosedEvent() {
  v1::ControlEvent event;
  event.mutable_closed()->set_moved_to("elsewhere");
  return event;
}

// A founded partition with one commit behind the founding.
class ChainTest : public ::testing::Test {
 protected:
  ChainTest() {
    Read(founder.RootRecord());
    writer.Follow(founder.RootRecord());
    Read(writer.Next());
  }

  Verdict Judge(const std::string& bytes) const {
    return Accept(view, founding, ReadRecord(0, bytes));
  }

  // Reads a record that must be accepted.
  void Read(const std::string& bytes) {
    const Verdict verdict = Judge(bytes);
    ASSERT_TRUE(std::holds_alternative<AcceptedRecord>(verdict)) << Why(verdict);
    view = std::get<AcceptedRecord>(verdict).next;
  }

  // As the recovery key writes behind the tip.
  std::string ByRecoveryKey(const std::vector<v1::Commit>& commits) const {
    return ChainWriter::Sign(writer.Body(commits).SerializeAsString(), founder.recovery_key);
  }

  void ReadControl(const v1::ControlEvent& event) {
    const std::string record = ByRecoveryKey({Control(writer.NextCommit(), event)});
    Read(record);
    writer.Follow(record);
  }

  static std::string Why(const Verdict& verdict) {
    if (const auto* v = std::get_if<VoidRecord>(&verdict)) return std::string(Name(v->reason));
    if (const auto* stop = std::get_if<StopRecord>(&verdict)) return stop->why;
    return "accepted";
  }

  const TestFounding founder;
  const Founding founding = founder.founding();
  ChainView view = EmptyView(kPartition);
  ChainWriter writer{kPartition, founder.writer_keys.at("registry")};
};

TEST_F(ChainTest, ARecordThatFollowsTheTipIsAcceptedAndMovesTheView) {
  const Verdict verdict = Judge(writer.Next(3));
  ASSERT_TRUE(std::holds_alternative<AcceptedRecord>(verdict)) << Why(verdict);
  const auto& accepted = std::get<AcceptedRecord>(verdict);
  EXPECT_EQ(accepted.commits.size(), 3u);
  EXPECT_EQ(accepted.next.sequence, 5u);
  EXPECT_EQ(accepted.next.hash, writer.hash());
  EXPECT_EQ(accepted.next.record_time_us, 5'000'000);
  EXPECT_EQ(accepted.commits[0].hash,
            crypto::Sha256(accepted.commits[0].commit.SerializeAsString()));
}

TEST_F(ChainTest, OfTwoRecordsAfterTheSameTipTheFirstIsAcceptedAndTheOtherIsVoid) {
  const std::string first = writer.Make({writer.NextCommit()});
  const std::string second = writer.Make({writer.NextCommit()});
  Read(first);
  EXPECT_EQ(Why(Judge(second)), "SEQUENCE");
  EXPECT_EQ(Why(Judge(first)), "SEQUENCE");
}

TEST_F(ChainTest, EachVoidReasonIsGivenForItsCause) {
  const v1::RecordBody good = writer.Body({writer.NextCommit()});
  const auto changed = [&](const std::function<void(v1::RecordBody&)>& change) {
    v1::RecordBody body = good;
    change(body);
    return writer.Sign(body.SerializeAsString());
  };
  v1::Record forged;
  ASSERT_TRUE(forged.ParseFromString(writer.Sign(good.SerializeAsString())));
  forged.mutable_signature()->back() = static_cast<char>(forged.signature().back() ^ 1);
  v1::Record bad_body;
  bad_body.set_body("\xff\xff");
  v1::Record no_key = forged;
  no_key.clear_key_id();

  const struct {
    const char* name;
    std::string record;
    VoidReason reason;
  } kCases[] = {
      {"no bytes", "", VoidReason::kOtherPartition},
      {"no record", "\xff\xff", VoidReason::kUnparsable},
      {"no body", bad_body.SerializeAsString(), VoidReason::kUnparsable},
      {"too long", std::string(kRecordBytesMax + 1, '\0'), VoidReason::kUnparsable},
      {"other stream", changed([](auto& b) { b.set_stream("risk"); }), VoidReason::kOtherPartition},
      {"other partition", changed([](auto& b) { b.set_partition(1); }),
       VoidReason::kOtherPartition},
      {"no commit", changed([](auto& b) { b.clear_commits(); }), VoidReason::kEmpty},
      {"too many commits", changed([](auto& b) {
         for (std::size_t i = 0; i < kRecordCommitsMax; ++i) b.add_commits("");
       }),
       VoidReason::kEmpty},
      {"sequence too low", changed([](auto& b) { b.set_first_sequence(2); }),
       VoidReason::kSequence},
      {"sequence too high", changed([](auto& b) { b.set_first_sequence(4); }),
       VoidReason::kSequence},
      {"sequence nought", changed([](auto& b) { b.set_first_sequence(0); }), VoidReason::kSequence},
      {"other previous hash", changed([](auto& b) { b.set_previous_hash(std::string(32, 'x')); }),
       VoidReason::kPreviousHash},
      {"short previous hash", changed([](auto& b) { b.mutable_previous_hash()->pop_back(); }),
       VoidReason::kPreviousHash},
      {"foreign key", ChainWriter::Sign(good.SerializeAsString(), KeyNamed("stranger")),
       VoidReason::kUnknownKey},
      {"no key", no_key.SerializeAsString(), VoidReason::kUnknownKey},
      {"wrong signature", forged.SerializeAsString(), VoidReason::kSignature},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    EXPECT_EQ(Why(Judge(test.record)), Name(test.reason));
  }
}

TEST_F(ChainTest, ARecordWithBytesThatNobodySignedIsVoid) {
  const std::string record = writer.Next(1);
  v1::Record other;
  other.set_body("nobody signed this");
  const std::string field_of_no_meaning("\x7a\x01x", 3);  // Field 15.
  const std::string long_length("\x0a\x80\x00", 3);       // A body of no bytes, in two.
  for (const std::string& altered :
       {record + field_of_no_meaning, other.SerializeAsString() + record, long_length + record}) {
    v1::Record parsed;
    ASSERT_TRUE(parsed.ParseFromString(altered));
    EXPECT_EQ(Why(Judge(altered)), "UNPARSABLE");
  }
  EXPECT_EQ(Why(Judge(record)), "accepted");
}

TEST_F(ChainTest, ARecordByAForeignKeyThatBorrowsAnEnrolledKeyIdIsVoid) {
  v1::Record record;
  const std::string body = writer.Body({writer.NextCommit()}).SerializeAsString();
  ASSERT_TRUE(record.ParseFromString(ChainWriter::Sign(body, KeyNamed("stranger"))));
  record.set_key_id(founder.writer_keys.at("registry").key_id());
  EXPECT_EQ(Why(Judge(record.SerializeAsString())), "SIGNATURE");
  EXPECT_FALSE(IsAuthentic(view, founding, ReadRecord(0, record.SerializeAsString())));
}

TEST_F(ChainTest, AVoidRecordOfAnEnrolledKeyTellsTheTipItsWriterHad) {
  v1::RecordBody body = writer.Body({writer.NextCommit()});
  body.set_first_sequence(9);
  body.set_previous_hash(std::string(32, 'x'));
  const std::string record = writer.Sign(body.SerializeAsString());
  const Verdict verdict = Judge(record);
  ASSERT_TRUE(std::holds_alternative<VoidRecord>(verdict));
  const auto& stamp = std::get<VoidRecord>(verdict).stamp;
  ASSERT_TRUE(stamp.has_value());
  EXPECT_EQ(stamp->sequence, 8u);
  EXPECT_EQ(crypto::Bytes(stamp->hash), std::string(32, 'x'));
  EXPECT_TRUE(IsAuthentic(view, founding, ReadRecord(0, record)));
}

TEST_F(ChainTest, EachUnusableContentOfAnAuthenticRecordStopsThePartition) {
  const v1::Commit good = writer.NextCommit();
  const auto changed = [&](const std::function<void(v1::Commit&)>& change) {
    v1::Commit commit = good;
    change(commit);
    return writer.Make({commit});
  };
  v1::RecordBody unparsable = writer.Body({});
  unparsable.add_commits("\xff\xff");
  v1::ControlEvent refounding;
  *refounding.mutable_founding() = founder.content;
  const v1::PublicKey key = KeyNamed("new").public_key();

  const struct {
    const char* name;
    std::string record;
    const char* why;
  } kCases[] = {
      {"unparsable commit", writer.Sign(unparsable.SerializeAsString()), "does not parse"},
      {"gap in sequences", changed([](auto& c) { c.set_sequence(4); }), "does not follow"},
      {"time goes back", changed([](auto& c) { c.set_record_time_us(1); }), "goes back"},
      {"recovery key, no control", ByRecoveryKey({good}), "other than control"},
      {"second founding", writer.Make({Control(good, refounding)}), "not the first"},
      {"enrolled by a writer", writer.Make({Control(good, Enrolled(key))}), "without the recovery"},
      {"retired by a writer", writer.Make({Control(good, Retired("x"))}), "without the recovery"},
      {"unknown control", writer.Make({Control(good, v1::ControlEvent())}), "does not know"},
      {"commit behind the closing",
       writer.Make({Control(good, ClosedEvent()), writer.NextCommit(1)}), "behind the closing"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    const Verdict verdict = Judge(test.record);
    EXPECT_TRUE(std::holds_alternative<StopRecord>(verdict));
    EXPECT_NE(Why(verdict).find(test.why), std::string::npos) << Why(verdict);
  }
}

TEST_F(ChainTest, ACommitOfAnEntityThatBelongsToAnotherPartitionStops) {
  const TestFounding wide("log", 2);
  ChainWriter wide_writer(kPartition, wide.writer_keys.at("registry"), 2);
  wide_writer.Follow(wide.RootRecord());
  const Verdict first =
      Accept(EmptyView(kPartition), wide.founding(), ReadRecord(0, wide.RootRecord()));
  v1::Commit commit = wide_writer.NextCommit();
  do {
    commit.mutable_key()->mutable_id()->push_back('x');
  } while (PartitionOf(commit.key(), 2) == 0);
  const Verdict verdict = Accept(std::get<AcceptedRecord>(first).next, wide.founding(),
                                 ReadRecord(1, wide_writer.Make({commit})));
  EXPECT_EQ(Why(verdict), "a commit whose key belongs to another partition");
}

TEST_F(ChainTest, AnEnrolledKeyWritesFromTheNextRecordOn) {
  const crypto::SigningKey second = KeyNamed("second");
  const auto by_second = [&] {
    return ChainWriter::Sign(writer.Body({writer.NextCommit()}).SerializeAsString(), second);
  };
  EXPECT_EQ(Why(Judge(by_second())), "UNKNOWN_KEY");
  ReadControl(Enrolled(second.public_key()));
  Read(by_second());
}

TEST_F(ChainTest, ARetiredKeyIsRefusedFromTheNextRecordOn) {
  ReadControl(Retired(founder.writer_keys.at("registry").key_id()));
  const std::string record = writer.Make({writer.NextCommit()});
  EXPECT_EQ(Why(Judge(record)), "UNKNOWN_KEY");
  EXPECT_FALSE(IsAuthentic(view, founding, ReadRecord(0, record)));
}

TEST_F(ChainTest, TheRecoveryKeyStillWorksWhenAllWriterKeysAreRetired) {
  ReadControl(Retired(founder.writer_keys.at("registry").key_id()));
  ReadControl(Enrolled(founder.writer_keys.at("registry").public_key()));
  Read(writer.Next());
}

TEST_F(ChainTest, EnrollingAKeyTwiceAndRetiringAnUnknownOneChangeNothing) {
  const auto keys = view.keys.size();
  ReadControl(Enrolled(founder.writer_keys.at("registry").public_key()));
  ReadControl(Retired(KeyNamed("unknown").key_id()));
  EXPECT_EQ(view.keys.size(), keys);
}

TEST_F(ChainTest, NothingIsAcceptedBehindTheClosing) {
  const std::string closing = writer.Make({Control(writer.NextCommit(), ClosedEvent())});
  Read(closing);
  writer.Follow(closing);
  EXPECT_TRUE(view.closed);
  EXPECT_EQ(Why(Judge(writer.Next())), "CLOSED");
}

TEST_F(ChainTest, AnEmptyPartitionAcceptsItsFoundingAlone) {
  view = EmptyView(kPartition);
  ChainWriter unfounded(kPartition, founder.writer_keys.at("registry"));
  EXPECT_EQ(Why(Judge(unfounded.Next())), "OTHER_FOUNDING");
  EXPECT_EQ(Why(Judge(unfounded.Next())), "SEQUENCE");
  EXPECT_EQ(Why(Judge(TestFounding("other").RootRecord())), "OTHER_FOUNDING");
  EXPECT_EQ(Why(Judge(founder.RootRecord())), "accepted");
}

TEST_F(ChainTest, APartitionThatIsNotTheRootIsFoundedByTheRootsHash) {
  const TestFounding wide("log", 2);
  const PartitionId other{"registry", 1};
  const auto& key = wide.writer_keys.at("registry");
  const auto judge = [&](const v1::Founding& content, const crypto::SigningKey& by) {
    testing::SeededRandom random("x");
    const std::string record = MakeFoundingRecord(content, other, by, WallTime{}, random);
    return Why(Accept(EmptyView(other), wide.founding(), ReadRecord(0, record)));
  };
  v1::Founding content = wide.content;
  EXPECT_EQ(judge(content, key), "OTHER_FOUNDING");
  content.set_root_hash(std::string(32, 'x'));
  EXPECT_EQ(judge(content, key), "OTHER_FOUNDING");
  content.set_root_hash(std::string(crypto::Bytes(wide.founding().root_hash)));
  EXPECT_EQ(judge(content, KeyNamed("stranger")), "UNKNOWN_KEY");
  EXPECT_EQ(judge(content, key), "accepted");
  content.add_streams("more");
  EXPECT_EQ(judge(content, key), "OTHER_FOUNDING");
}

}  // namespace
}  // namespace twinledger::log
