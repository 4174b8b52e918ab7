// What the chain's checks are for: in a program that leaves one out, forged and altered records
// become history, and what was acknowledged does not stand there. The checker of topics, which
// shares no code with it, finds them; so would every reader that checks.
#include "platform/base/planted_bug.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/log/sign_record.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/kafka/forger.h"
#include "tests/kafka/note_log.h"
#include "tests/support/test_chain.h"

namespace twinledger::testing {
namespace {

using ::testing::HasSubstr;

constexpr int kBad = 7;  // The note, and its offset; its sequence is one more.

class Planting {
 public:
  explicit Planting(PlantedBug bug) { planted_bug = bug; }
  ~Planting() { planted_bug = PlantedBug::kNone; }
  Planting(const Planting&) = delete;
  Planting& operator=(const Planting&) = delete;
};

void Forge(const NoteLog& log) {
  const auto topics = OpenKafkaLog(log.address(), {{"registry"}, 1});
  Forger forger(*topics, {"registry", 0});
  ForeignHand(log.address())
      .Append(log.address().TopicOf("registry"), 0, {forger.ForgedSignature()});
}

TEST(PlantedBugOnKafkaTest, WithoutTheSignatureAForgedRecordIsAcceptedAndTheCheckerFindsIt) {
  NoteLog sound;
  sound.WriteNotes(3);
  Forge(sound);
  sound.WriteNotes(3);
  EXPECT_EQ(sound.ReadAll().sequence, 7U);
  EXPECT_EQ(sound.Check().exit, 0);

  const Planting bug(PlantedBug::kSignatureNotChecked);
  NoteLog log;
  log.WriteNotes(3);
  Forge(log);
  log.WriteNotes(3);
  EXPECT_EQ(log.ReadAll().sequence, 8U);
  const Checked checked = log.Check();
  EXPECT_EQ(checked.exit, 1);
  EXPECT_THAT(checked.said, HasSubstr("1 void for its signature"));
  EXPECT_THAT(checked.said, HasSubstr("note-4: lost"));
}

// Of the note, with another text of the same length.
std::string WithOtherText(std::string value) {
  const std::string text = "text " + std::to_string(kBad);
  const std::size_t place = value.find(text);
  TL_CHECK(place != std::string::npos);
  return value.replace(place, text.size(), "TEXT " + std::to_string(kBad));
}

// By the writer's own key, as a copy of the log has it that was rolled back and went on by itself.
std::string OfAnotherHistory(const std::string& value) {
  log::v1::Record record;
  log::v1::RecordBody body;
  TL_CHECK(record.ParseFromString(value) && body.ParseFromString(record.body()));
  body.set_previous_hash(std::string(crypto::Bytes(crypto::Sha256("another history"))));
  body.set_commits(0, WithOtherText(body.commits(0)));
  return log::SignRecord(body.SerializeAsString(), KeyNamed(kNoteWriter));
}

TEST(PlantedBugOnKafkaTest, WithoutACheckAlteredRecordsAreAppliedAndTheCheckerFindsThem) {
  NoteLog altered;
  NoteLog replaced;
  for (NoteLog* const log : {&altered, &replaced}) log->WriteNotes(12);
  StopBroker();
  SegmentFile file = altered.Segment();
  file.batches[kBad].value = WithOtherText(file.batches[kBad].value);
  file.Write();
  SegmentFile other = replaced.Segment();
  other.batches[kBad].value = OfAnotherHistory(other.batches[kBad].value);
  other.Write();
  StartBroker();

  for (const NoteLog* const log : {&altered, &replaced}) {
    const projection::PartitionStatus sound = log->ReadAll();
    ASSERT_TRUE(sound.stopped);
    EXPECT_EQ(sound.stopped->code, Code::kDataLoss);
    EXPECT_EQ(sound.sequence, std::uint64_t{kBad});
    EXPECT_EQ(log->TextOf(kBad), "");
    EXPECT_EQ(log->Check().exit, 1);
  }
  {
    // The next record is chained on what was there: the hash still tells, one record late.
    const Planting bug(PlantedBug::kSignatureNotChecked);
    EXPECT_EQ(altered.TextOf(kBad), "TEXT 7");
    EXPECT_EQ(altered.ReadAll().sequence, std::uint64_t{kBad + 1});
    EXPECT_EQ(altered.Check().exit, 1);
  }
  const Planting bug(PlantedBug::kNoHashComparison);
  EXPECT_EQ(replaced.TextOf(kBad), "TEXT 7");
  const projection::PartitionStatus all = replaced.ReadAll();
  EXPECT_FALSE(all.stopped);
  EXPECT_EQ(all.sequence, 13U);
  EXPECT_THAT(replaced.Check().said, HasSubstr("note-7: lost"));
}

}  // namespace
}  // namespace twinledger::testing
