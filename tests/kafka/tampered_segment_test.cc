// A broker's disk is altered while the broker is down: bytes changed, with Kafka's checksum wrong
// and right, records taken out and moved. Each is found by who reads it, with its place, and
// nothing behind it is applied.
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
#include <utility>

#include "tests/kafka/note_log.h"
#include "tests/kafka/record_batch.h"
#include "tests/kafka/replicas.h"
#include "tests/kafka/segment_file.h"

namespace twinledger::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr log::Offset kBad = 7;  // Sequence 8: the founding is sequence 1, at offset 0.

struct Case {
  const char* what;
  std::function<void(SegmentFile&)> alter;
  log::Offset found_at;
  log::Sequence applied;  // The last that is.
  const char* said;
};

const Case kCases[] = {
    {"a byte changed, and Kafka's checksum does not fit",
     [](SegmentFile& file) { file.SpoilInPlace(kBad); }, kBad, kBad, "failed CRC32C check"},
    {"a byte changed, and Kafka's checksum made to fit",
     [](SegmentFile& file) {
       ChangeAByte(file.batches[kBad].value);
       file.Write();
     },
     kBad + 1, kBad, "beyond this log's history"},
    {"a record that cannot be unpacked, and Kafka's checksum made to fit",
     [](SegmentFile& file) {
       file.batches[kBad].signed_header[1] = kZstd;  // It is not packed at all.
       file.Write();
     },
     kBad + 1, kBad, "beyond this log's history"},
    {"a record taken out, which leaves a hole",
     [](SegmentFile& file) {
       file.batches.erase(file.batches.begin() + kBad);
       file.Write();
     },
     kBad, kBad, "the next one is 8"},
    {"a record taken out, and the later ones moved up",
     [](SegmentFile& file) {
       file.batches.erase(file.batches.begin() + kBad);
       for (std::size_t i = kBad; i < file.batches.size(); ++i) file.batches[i].offset = i;
       file.Write();
     },
     kBad, kBad, "beyond this log's history"},
    {"two records swapped",
     [](SegmentFile& file) {
       std::swap(file.batches[kBad].value, file.batches[kBad + 1].value);
       file.Write();
     },
     kBad, kBad, "beyond this log's history"},
};

TEST(TamperedSegmentTest, EachIsFoundWithItsPlaceAndNothingBehindItIsApplied) {
  std::vector<std::unique_ptr<NoteLog>> logs;
  for (std::size_t i = 0; i < std::size(kCases); ++i) {
    logs.push_back(std::make_unique<NoteLog>());
    logs.back()->WriteNotes(20);
  }
  NoteLog at_its_end;
  at_its_end.WriteNotes(20);
  StopBroker();
  for (std::size_t i = 0; i < std::size(kCases); ++i) {
    SegmentFile file = logs[i]->Segment();
    kCases[i].alter(file);
  }
  SegmentFile last = at_its_end.Segment();
  ChangeAByte(last.batches.back().value);
  last.Write();
  StartBroker();
  for (std::size_t i = 0; i < std::size(kCases); ++i) {
    SCOPED_TRACE(kCases[i].what);
    const projection::PartitionStatus read = logs[i]->ReadAll();
    ASSERT_TRUE(read.stopped);
    EXPECT_EQ(read.stopped->code, Code::kDataLoss);
    EXPECT_EQ(read.stopped->metadata.at("partition"), "registry/0");
    EXPECT_EQ(read.stopped->metadata.at("offset"), std::to_string(kCases[i].found_at));
    EXPECT_THAT(read.stopped->message, HasSubstr(kCases[i].said));
    EXPECT_EQ(read.sequence, kCases[i].applied);
    EXPECT_EQ(logs[i]->Check().exit, 1);
  }

  // Where nothing stands behind it no chain tells, but who has read it before does.
  const projection::PartitionStatus again = at_its_end.ReadOn();
  ASSERT_TRUE(again.stopped);
  EXPECT_EQ(again.stopped->code, Code::kDataLoss);
  EXPECT_EQ(again.stopped->metadata.at("offset"), "20");
  EXPECT_THAT(again.stopped->message, HasSubstr("another record stands there than was accepted"));
  EXPECT_THAT(at_its_end.Check().said, HasSubstr("note-20: lost"));
}

// By the programs, with the exit code that says so.
using TamperedServerTest = ReplicasTest;

TEST_F(TamperedServerTest, AReplicaAndAVerifierEndWithFourAndNameThePlace) {
  constexpr std::uint32_t kPartition = 2;
  Found();
  {
    const auto server = Start("one");
    const auto at = server->WaitUntilServing();
    ASSERT_TRUE(at) << LogText("one");
    const auto channel = As("agency-approver", *at);
    for (const int number : CouncilsOf(kPartition, 1, 12)) {
      ASSERT_TRUE(CreateSurely({channel}, Council(number)).status.ok());
    }
    server->Signal(SIGTERM);
    ASSERT_EQ(server->Wait(), 0);
  }
  Json({"replica", "create", Data("two").string(), "--data-dir", Data("one").string()});
  const std::string pin = support::ReadText(Data("one") / "keys/founding.sha256");
  const std::vector<std::string> verify = {"log", "verify",          Data("one").string(), "--log",
                                           log_,  "--founding-hash", pin.substr(0, 64)};
  EXPECT_EQ(Json(verify)["verdict"], "valid");

  StopBroker();
  SegmentFile file(*log::ParseKafkaAddress(log_), {"registry", kPartition});
  ChangeAByte(file.batches[kBad].value);
  file.Write();
  StartBroker();
  const nlohmann::json verdict = Json(verify, 4);
  EXPECT_EQ(verdict["verdict"], "invalid");
  EXPECT_THAT(verdict.dump(), HasSubstr("registry/2"));
  const auto replica = Start("two");
  EXPECT_EQ(replica->Wait(), 4) << LogText("two");
  EXPECT_THAT(LogText("two"), HasSubstr("the log is damaged: registry/2 at offset 8"));
  EXPECT_THAT(LogText("two"), Not(HasSubstr("serving on")));

  // Who has read past it finds it by a check that is due, and again at the start behind that.
  const std::filesystem::path scrubbed = Data("one") / "scrubbed.txt";
  std::ofstream(scrubbed) << "1\n";
  for (int start = 1; start <= 2; ++start) {
    const auto server = Start("one");
    EXPECT_EQ(server->Wait(), 4) << LogText("one");
    EXPECT_EQ(support::ReadText(scrubbed), "0\n");
  }
}

}  // namespace
}  // namespace twinledger::testing
