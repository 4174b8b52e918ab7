// Frames that somebody who knows the format put between those of a log, whose HEAD fits them: they
// are met by who reads the log, and not passed over.
#include <fcntl.h>

#include <algorithm>

#include "tests/unit/log/tampering_fixture.h"

namespace twinledger::log {
namespace {

using testing::WriteFile;

// A frame as it stood, or is to stand.
struct Piece {
  FrameHeader header;
  Packed packed;
};

class RepeatedFramesTest : public TamperingFixture {
 protected:
  std::vector<Piece> Pieces() const {
    std::vector<Piece> pieces;
    auto scanner = SegmentScanner::Open(directory, 1);
    const Head head = HeadFile::Open(directory, O_RDONLY)->head();
    scanner->set_limit(head.end.byte);
    while (scanner->byte() < scanner->limit()) {
      const FrameHeader frame = **scanner->Peek();
      pieces.push_back({frame, Pack(**scanner->Record(frame))});
      scanner->Skip(frame);
    }
    return pieces;
  }

  // With HEAD, as a server leaves them.
  void Put(std::vector<Piece> pieces) const {
    Head head = HeadFile::Open(directory, O_RDONLY)->head();
    std::string bytes = MakeSegmentHeader(1, {});
    for (Piece& piece : pieces) {
      head.last_frame = bytes.size();
      piece.header.place = {1, bytes.size()};
      piece.header.group_distance = 0;
      PutFrame(bytes, piece.header, piece.packed);
    }
    head.end = {1, bytes.size()};
    WriteFile(SegmentPath(directory, 1), bytes);
    WriteFile(directory / kHeadName, HeadFile::Initial(head));
  }

  // Why reading all partitions ends; empty if it comes to the end.
  std::string Why() const {
    const auto log = EmbeddedLog::OpenReadOnly(directory);
    if (!log.ok()) return log.error().message;
    std::vector<ReadFrom> from;
    for (const PartitionId& partition : PartitionsOf(small.founding().root)) {
      from.push_back({partition, 0});
    }
    const auto reader = (*log)->OpenReader(from);
    while (true) {
      const auto batch = (*reader)->Next(std::chrono::milliseconds(0));
      if (!batch.ok()) return batch.error().message;
      if (batch->empty()) return "";
    }
  }
};

TEST_F(RepeatedFramesTest, WhatStoodThereIsReadToItsEnd) {
  Put(Pieces());
  EXPECT_EQ(Why(), "");
}

TEST_F(RepeatedFramesTest, ARecordThatStandsThereAgainIsDamage) {
  std::vector<Piece> pieces = Pieces();
  ASSERT_GT(pieces.size(), 2u);
  const Piece again = pieces[1];
  pieces.insert(pieces.begin() + 3, again);
  Put(pieces);
  EXPECT_NE(Why().find("stands here again"), std::string::npos) << Why();
}

TEST_F(RepeatedFramesTest, AFrameOfAPartitionThatTheLogHasNotIsDamage) {
  std::vector<Piece> pieces = Pieces();
  Piece foreign = pieces[0];
  foreign.header.partition = {"stranger", 0};
  foreign.header.offset = 0;
  pieces.insert(pieces.begin() + 2, foreign);
  Put(pieces);
  EXPECT_NE(Why().find("the log has not"), std::string::npos) << Why();
}

}  // namespace
}  // namespace twinledger::log
