// Every way in which the end of a log can be found, against a log whose bytes are known: three
// records vouched for by HEAD, then one group of two and a last group of two, written behind it.
#include "platform/log/embedded/log_end.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "platform/log/embedded/embedded_log.h"
#include "tests/support/log_calls.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

using testing::ChainWriter;
using testing::KeyNamed;
using testing::ReadAll;
using testing::ReadFile;
using testing::TempDirectory;
using testing::WriteFile;

const PartitionId kOnly{"registry", 0};

class LogEndTest : public ::testing::Test {
 protected:
  LogEndTest() {
    EXPECT_TRUE(EmbeddedLog::Create(directory).ok());
    segment = MakeSegmentHeader(1, {});
    for (int i = 0; i < 3; ++i) AddGroup(1);
    head.end = {1, segment.size()};
    head.last_frame = frames.back();
    head.tails = tails;
    AddGroup(2);
    AddGroup(2);
    end = segment.size();
    segment += std::string(1000, '\0');
    Write(segment);
    WriteFile(directory / kHeadName, HeadFile::Initial(head));
  }

  void AddGroup(int records) {
    const std::size_t begin = segment.size();
    for (int i = 0; i < records; ++i) {
      frames.push_back(segment.size());
      const std::string record = writer.Next();
      FrameHeader frame;
      frame.place = {1, segment.size()};
      frame.partition = kOnly;
      frame.offset = tails[kOnly].next_offset;
      frame.first_sequence = writer.sequence();
      frame.commits = 1;
      frame.group_distance = static_cast<std::uint32_t>(segment.size() - begin);
      PutFrame(segment, frame, Pack(record));
      tails[kOnly] = {frame.offset + 1, writer.sequence(), writer.hash()};
    }
  }

  void Write(const std::string& bytes) const { WriteFile(SegmentPath(directory, 1), bytes); }

  Result<LogEnd> Find() const { return FindLogEnd(directory, head); }

  std::string Zeroed(std::size_t from, std::size_t to) const {
    std::string bytes = segment;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from),
              bytes.begin() + static_cast<std::ptrdiff_t>(to), '\0');
    return bytes;
  }

  std::string Flipped(std::size_t at) const {
    std::string bytes = segment;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    return bytes;
  }

  // Frames 0 to 2 are vouched for, 3 and 4 are a group, 5 and 6 the last one.
  const TempDirectory temp;
  const std::filesystem::path directory = temp.path() / "log";
  ChainWriter writer{kOnly, KeyNamed("writer")};
  std::string segment;
  std::vector<std::size_t> frames;
  std::size_t end = 0;
  Tails tails;
  Head head;
};

TEST_F(LogEndTest, AWholeLogEndsBehindItsLastFrame) {
  const auto found = Find();
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->place, (FilePlace{1, end}));
  EXPECT_EQ(found->tails, tails);
  EXPECT_FALSE(found->torn);
}

TEST_F(LogEndTest, AFlippedByteInTheLastGroupIsATornTail) {
  for (std::size_t at = frames[5]; at < end; ++at) {
    SCOPED_TRACE(at);
    Write(Flipped(at));
    const auto found = Find();
    ASSERT_TRUE(found.ok()) << found.error().message;
    const std::size_t begin = at < frames[6] ? frames[5] : frames[6];
    EXPECT_EQ(found->place.byte, begin);
    ASSERT_TRUE(found->torn);
    EXPECT_EQ(found->torn->byte, begin);
  }
}

TEST_F(LogEndTest, AFlippedByteBeforeALaterGroupIsDamage) {
  for (std::size_t at = frames[3]; at < frames[5]; ++at) {
    SCOPED_TRACE(at);
    Write(Flipped(at));
    const auto found = Find();
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, Code::kDataLoss);
    EXPECT_EQ(found.error().metadata.at("byte"),
              std::to_string(at < frames[4] ? frames[3] : frames[4]));
  }
}

TEST_F(LogEndTest, AFlippedByteInHeadsLastFrameIsDamage) {
  for (std::size_t at = frames[2]; at < frames[3]; ++at) {
    SCOPED_TRACE(at);
    Write(Flipped(at));
    ASSERT_FALSE(Find().ok());
    EXPECT_EQ(Find().error().reason, "LOG_LOST");
  }
}

TEST_F(LogEndTest, AFlippedByteInTheSegmentHeaderIsDamage) {
  for (std::size_t at = 0; at < frames[0]; ++at) {
    SCOPED_TRACE(at);
    Write(Flipped(at));
    ASSERT_FALSE(Find().ok());
    EXPECT_EQ(Find().error().code, Code::kDataLoss);
  }
}

TEST_F(LogEndTest, AByteBehindTheEndIsATornTail) {
  for (const std::size_t at : {end, end + 1, segment.size() - 1}) {
    SCOPED_TRACE(at);
    Write(Flipped(at));
    const auto found = Find();
    ASSERT_TRUE(found.ok()) << found.error().message;
    EXPECT_EQ(found->place.byte, end);
    ASSERT_TRUE(found->torn);
    EXPECT_EQ(found->torn->size, at + 1 - end);
  }
}

TEST_F(LogEndTest, ALogCutBehindHeadEndsAtItsLastWholeFrame) {
  for (std::size_t size = head.end.byte; size < segment.size(); ++size) {
    SCOPED_TRACE(size);
    Write(segment.substr(0, size));
    const auto found = Find();
    ASSERT_TRUE(found.ok()) << found.error().message;
    std::size_t expected = head.end.byte;
    for (const std::size_t frame : frames) {
      if (frame <= size) expected = std::max(expected, frame);
    }
    if (size >= end) expected = end;
    EXPECT_EQ(found->place.byte, expected);
    EXPECT_EQ(found->torn.has_value(), size > expected && size < end);
  }
}

TEST_F(LogEndTest, ALogCutBeforeHeadHasLostRecordsAndSaysWhich) {
  for (std::size_t size = 0; size < head.end.byte; ++size) {
    SCOPED_TRACE(size);
    Write(segment.substr(0, size));
    ASSERT_FALSE(Find().ok());
    EXPECT_EQ(Find().error().code, Code::kDataLoss);
  }
  Write(segment.substr(0, frames[1]));
  EXPECT_EQ(Find().error().reason, "LOG_LOST");
  EXPECT_EQ(Find().error().metadata.at("partition"), "registry/0");
  EXPECT_EQ(Find().error().metadata.at("sequence"), "2");
}

// Which record stood first is told by its frame, or by there being one partition; else nobody
// knows.
TEST_F(LogEndTest, OfLostRecordsOfTwoPartitionsNoneIsNamedForAnother) {
  const PartitionId other{"audit", 0};  // Before the first in order of names.
  head.tails[other] = {7, 9, {}};
  Write(segment.substr(0, frames[1]));
  const Error unknown = Find().error();
  EXPECT_EQ(unknown.reason, "LOG_LOST");
  EXPECT_EQ(unknown.metadata.at("byte"), std::to_string(frames[1]));
  EXPECT_FALSE(unknown.metadata.contains("partition"));
  EXPECT_NE(unknown.message.find("9 records of 2 partitions"), std::string::npos)
      << unknown.message;
  EXPECT_NE(unknown.message.find(fmt::format("the file ends at byte {}", frames[1])),
            std::string::npos)
      << unknown.message;

  Write(segment.substr(0, frames[2] - 1));  // In the middle of a frame whose header is there.
  const Error known = Find().error();
  EXPECT_EQ(known.metadata.at("byte"), std::to_string(frames[1]));
  EXPECT_EQ(known.metadata.at("partition"), "registry/0");
  EXPECT_EQ(known.metadata.at("offset"), "1");
}

TEST_F(LogEndTest, ALogRolledBackUnderItsHeadHasLostRecords) {
  Write(Zeroed(frames[1], segment.size()));
  ASSERT_FALSE(Find().ok());
  EXPECT_EQ(Find().error().reason, "LOG_LOST");
}

TEST_F(LogEndTest, PagesOfTheLastGroupMayBeMissingInAnyOrder) {
  Write(Zeroed(frames[5], frames[5] + 60));
  const auto found = Find();
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->place.byte, frames[5]);
  ASSERT_TRUE(found->torn);
  EXPECT_EQ(found->torn->size, end - frames[5]);
}

TEST_F(LogEndTest, AHoleBeforeALaterGroupIsDamage) {
  for (const int frame : {3, 4}) {
    SCOPED_TRACE(frame);
    Write(Zeroed(frames[static_cast<std::size_t>(frame)], frames[5]));
    ASSERT_FALSE(Find().ok());
    EXPECT_EQ(Find().error().code, Code::kDataLoss);
  }
}

TEST_F(LogEndTest, FramesRemovedOrSwappedAreDamage) {
  const auto frame = [&](std::size_t i) {
    return segment.substr(frames[i], (i + 1 < frames.size() ? frames[i + 1] : end) - frames[i]);
  };
  const std::string before = segment.substr(0, frames[3]);
  const std::string after(1000, '\0');
  const struct {
    const char* name;
    std::string bytes;
  } kCases[] = {
      {"removed", before + frame(4) + frame(5) + frame(6) + after},
      {"swapped", before + frame(4) + frame(3) + frame(5) + frame(6) + after},
      {"repeated", before + frame(3) + frame(3) + frame(4) + after},
      {"of before HEAD", before + frame(0) + after},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    Write(test.bytes);
    ASSERT_FALSE(Find().ok());
    EXPECT_EQ(Find().error().code, Code::kDataLoss);
    EXPECT_NE(Find().error().message.find("was written at byte"), std::string::npos);
  }
}

TEST_F(LogEndTest, ATornTailIsKeptAsideAndTheLogGoesOn) {
  const std::string torn = Flipped(frames[6] + 10);
  Write(torn);
  {
    auto log = EmbeddedLog::Open(directory);
    ASSERT_TRUE(log.ok()) << log.error().message;
    ASSERT_TRUE((*log)->torn_tail());
    EXPECT_EQ(ReadFile((*log)->torn_tail()->moved_to), torn.substr(frames[6], end - frames[6]));
    EXPECT_EQ(*(*log)->Tail(kOnly), 6u);
    ChainWriter again{kOnly, KeyNamed("writer")};
    again.Follow(ReadAll(**log, kOnly).records.back());
    EXPECT_EQ(testing::AppendAndWait(**log, kOnly, again.Next()).offset, 6u);
  }
  auto log = EmbeddedLog::Open(directory);
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_FALSE((*log)->torn_tail());
  EXPECT_EQ(ReadAll(**log, kOnly).records.size(), 7u);
}

TEST_F(LogEndTest, ReadingOnlyLeavesATornTailWhereItIs) {
  const std::string torn = Flipped(frames[6] + 10);
  Write(torn);
  const auto log = EmbeddedLog::OpenReadOnly(directory);
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE((*log)->torn_tail());
  EXPECT_EQ(ReadFile(SegmentPath(directory, 1)), torn);
}

TEST_F(LogEndTest, DamageBeforeHeadIsFoundByWhoeverReadsIt) {
  for (std::size_t at = frames[0]; at < frames[2]; ++at) {
    SCOPED_TRACE(at);
    Write(Flipped(at));
    const auto log = EmbeddedLog::OpenReadOnly(directory);
    ASSERT_TRUE(log.ok()) << log.error().message;
    const testing::Contents contents = ReadAll(**log, kOnly);
    EXPECT_EQ(contents.records.size(), at < frames[1] ? 0u : 1u);
    ASSERT_TRUE(contents.error);
    EXPECT_EQ(contents.error->code, Code::kDataLoss);
    EXPECT_EQ(contents.error->metadata.at("byte"),
              std::to_string(at < frames[1] ? frames[0] : frames[1]));
  }
}

TEST_F(LogEndTest, AMissingFileIsNeverReplaced) {
  const struct {
    const char* name;
    std::function<void()> damage;
  } kCases[] = {
      {"segment", [&] { std::filesystem::remove(SegmentPath(directory, 1)); }},
      {"HEAD", [&] { std::filesystem::remove(directory / kHeadName); }},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    test.damage();
    const auto log = EmbeddedLog::Open(directory);
    ASSERT_FALSE(log.ok());
    EXPECT_EQ(log.error().code, Code::kDataLoss);
    EXPECT_EQ(log.error().reason, "LOG_LOST");
  }
}

}  // namespace
}  // namespace twinledger::log
