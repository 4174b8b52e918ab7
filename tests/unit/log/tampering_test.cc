// What can be done to the files of a log or an export, and that verification finds it, where it is.
#include <fcntl.h>
#include <fmt/format.h>

#include <cstdlib>
#include <functional>

#include "tests/unit/log/tampering_fixture.h"

namespace twinledger::log {
namespace {

using testing::ChainWriter;
using testing::KeyNamed;
using testing::ReadAll;
using testing::ReadFile;
using testing::SmallLog;
using testing::TempDirectory;
using testing::WriteFile;

const PartitionId kTarget{"registry", 0};

// Every byte takes minutes: by default those of the first headers, then one in so many.
std::size_t NextFlip(std::size_t byte) {
  constexpr std::size_t kHeaders = 100;
  static const std::size_t stride = [] {
    const char* const text = std::getenv("TWINLEDGER_FLIP_STRIDE");
    return text == nullptr ? std::size_t{13} : std::strtoul(text, nullptr, 10);
  }();
  return byte + (byte < kHeaders ? 1 : stride);
}

class TamperingTest : public TamperingFixture {};

TEST_F(TamperingTest, WhatNobodyTouchedIsValidAndCounted) {
  for (const auto& path : {temp.path(), directory, out}) {
    SCOPED_TRACE(path.string());
    const VerifyReport report = Verify(path);
    EXPECT_EQ(report.verdict, VerifyReport::Verdict::kValid)
        << (report.first_bad         ? report.first_bad->why
            : report.missing.empty() ? ""
                                     : report.missing.front());
    EXPECT_EQ(report.founding_hash, small.founding().root_hash);
    EXPECT_EQ(report.partitions.size(), 4u);
    EXPECT_EQ(report.partitions.at(kTarget).records, 3u);
    EXPECT_EQ(report.partitions.at(kTarget).commits, 4u);
    EXPECT_EQ(report.partitions.at(kTarget).hash, small.writer(kTarget).hash());
  }
}

TEST_F(TamperingTest, WithoutAPinItIsIndeterminate) {
  for (const auto& path : {directory, out}) {
    const auto report = VerifyLog(path, {});
    EXPECT_EQ(report->verdict, VerifyReport::Verdict::kIndeterminate);
    EXPECT_EQ(report->missing.size(), 1u);
  }
}

TEST_F(TamperingTest, AManifestWhoseSignaturesAreHiddenIsInvalid) {
  v1::SignedManifest manifest;
  ASSERT_TRUE(manifest.ParseFromString(ReadFile(out / kManifestName)));
  for (const v1::ManifestSignature& signature : manifest.signatures()) {
    manifest.GetReflection()->MutableUnknownFields(&manifest)->AddLengthDelimited(
        10, signature.SerializeAsString());
  }
  manifest.clear_signatures();
  WriteFile(out / kManifestName, manifest.SerializeAsString());
  ExpectInvalid(Verify(out), "does not know");
}

TEST_F(TamperingTest, AFlippedBitInAnyByteOfAnExportIsInvalid) {
  for (const auto& file : {SegmentPath(out, 1), out / kManifestName}) {
    const std::string whole = ReadFile(file);
    for (std::size_t i = 0; i < whole.size(); i = NextFlip(i)) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
      WriteFile(file, flipped);
      EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kInvalid) << file << " byte " << i;
    }
    WriteFile(file, whole);
  }
  EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kValid);
}

TEST_F(TamperingTest, AFlippedBitInAnyByteOfALogIsInvalidAndBehindItsEndNeverValid) {
  const std::filesystem::path file = SegmentPath(directory, 1);
  const std::string whole = ReadFile(file);
  const std::uint64_t end = HeadFile::Open(directory, O_RDONLY)->head().end.byte;
  for (std::size_t i = 0; i < end + 200; i = NextFlip(i)) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    WriteFile(file, flipped);
    EXPECT_EQ(Verify(directory).verdict,
              i < end ? VerifyReport::Verdict::kInvalid : VerifyReport::Verdict::kIndeterminate)
        << "byte " << i;
  }
}

// As the server sees it: the slot in which it is may have been written when the power failed.
TEST_F(TamperingTest, AFlippedBitInAnyByteOfHeadLeavesItIndeterminateWhileTheOtherSlotChecks) {
  const std::filesystem::path file = directory / kHeadName;
  const std::string whole = ReadFile(file);
  for (std::size_t i = 0; i < whole.size(); i = i % 65536 < 400 ? NextFlip(i) : i + 997) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    WriteFile(file, flipped);
    const VerifyReport report = Verify(directory);
    EXPECT_EQ(report.verdict, VerifyReport::Verdict::kIndeterminate) << "byte " << i;
    const std::string place = fmt::format("{}, byte {}:", file.string(), i / 65536 * 65536);
    ASSERT_EQ(report.missing.size(), 1u) << "byte " << i;
    EXPECT_TRUE(report.missing.front().starts_with(place)) << report.missing.front();
  }
  const auto log = EmbeddedLog::Open(directory);
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_TRUE((*log)->damaged_head_byte());
}

TEST_F(TamperingTest, HeadOfWhichNoSlotChecksIsInvalid) {
  std::string bytes = ReadFile(directory / kHeadName);
  for (const std::size_t slot : {std::size_t{0}, std::size_t{65536}}) {
    bytes[slot] = static_cast<char>(bytes[slot] ^ 1);
  }
  WriteFile(directory / kHeadName, bytes);
  const VerifyReport report = Verify(directory);
  ExpectInvalid(report, "neither of its slots checks");
  EXPECT_EQ(report.first_bad->file, directory / kHeadName);
  EXPECT_FALSE(EmbeddedLog::Open(directory).ok());
}

TEST_F(TamperingTest, TheFirstBadPositionIsNamed) {
  auto scanner = SegmentScanner::Open(out, 1);
  for (int i = 0; i < 6; ++i) scanner->Skip(**scanner->Peek());
  const auto frame = *scanner->Peek();
  const std::uint64_t byte = scanner->byte();
  std::string bytes = ReadFile(SegmentPath(out, 1));
  char& last = bytes[static_cast<std::size_t>(byte) + frame->size() - 1];
  last = static_cast<char>(last ^ 1);
  WriteFile(SegmentPath(out, 1), bytes);
  const VerifyReport report = Verify(out);
  ExpectInvalid(report, "checksum");
  EXPECT_EQ(report.first_bad->file, SegmentPath(out, 1));
  EXPECT_EQ(report.first_bad->byte, byte);
  EXPECT_EQ(report.first_bad->record->partition, frame->partition);
  EXPECT_EQ(report.first_bad->record->first_sequence, frame->first_sequence);
}

TEST_F(TamperingTest, ARecordRemovedIsInvalid) {
  const std::vector<Stored> whole = Records();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    SCOPED_TRACE(i);
    std::vector<Stored> records = whole;
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(i));
    Rewrite(out, records);
    EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kInvalid);
  }
}

TEST_F(TamperingTest, TwoRecordsSwappedAreInvalid) {
  const std::vector<Stored> whole = Records();
  int swapped = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::size_t j = i + 1; j < whole.size(); ++j) {
      // Partitions mix in no promised order.
      if (whole[i].partition != whole[j].partition) continue;
      std::vector<Stored> records = whole;
      std::swap(records[i], records[j]);
      Rewrite(out, records);
      EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kInvalid) << i << " and " << j;
      ++swapped;
    }
  }
  EXPECT_GT(swapped, 3);
}

// No record is altered and each follows the one before it in its partition.
TEST_F(TamperingTest, WholeFramesOfTwoPartitionsSwappedAreInvalid) {
  for (const auto& path : {out, directory}) {
    SCOPED_TRACE(path.string());
    const std::string whole = ReadFile(SegmentPath(path, 1));
    const std::vector<Framed> frames = Frames(path);
    int swapped = 0;
    for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
      const Framed& first = frames[i];
      const Framed& second = frames[i + 1];
      if (first.partition == second.partition) continue;
      SCOPED_TRACE(i);
      WriteFile(SegmentPath(path, 1),
                whole.substr(0, first.byte) + whole.substr(second.byte, second.size) +
                    whole.substr(first.byte, first.size) + whole.substr(second.byte + second.size));
      const VerifyReport report = Verify(path);
      ExpectInvalid(report, "was written at byte");
      EXPECT_EQ(report.first_bad->byte, first.byte);
      EXPECT_EQ(report.first_bad->record->partition, second.partition);
      const auto log = EmbeddedLog::OpenReadOnly(directory);
      if (path == directory && log.ok()) {
        EXPECT_TRUE(ReadAll(**log, first.partition).error.has_value());
      }
      ++swapped;
    }
    EXPECT_GT(swapped, 3);
    WriteFile(SegmentPath(path, 1), whole);
  }
}

TEST_F(TamperingTest, ARecordByAForeignKeyWithAValidChainIsInvalid) {
  std::vector<Stored> records = Records();
  ChainWriter stranger(kTarget, KeyNamed("stranger"), 2);
  for (const Stored& stored : records) {
    if (stored.partition == kTarget) stranger.Follow(stored.bytes);
  }
  records.push_back({kTarget, stranger.Next()});
  Rewrite(out, records);
  const VerifyReport report = Verify(out);
  ExpectInvalid(report, "UNKNOWN_KEY");
  EXPECT_EQ(report.first_bad->record->partition, kTarget);
  EXPECT_EQ(report.first_bad->record->first_sequence, 5u);
}

TEST_F(TamperingTest, AForeignRecordInALogThatWasMadeToFitIsInvalid) {
  ChainWriter stranger(kTarget, KeyNamed("stranger"), 2);
  small.Open();
  stranger.Follow(ReadAll(small.log(), kTarget).records.back());
  ASSERT_EQ(testing::AppendAndWait(small.log(), kTarget, stranger.Next()).kind,
            AppendOutcome::Kind::kAppended);
  small.Close();
  ExpectInvalid(Verify(directory), "UNKNOWN_KEY");
}

TEST_F(TamperingTest, AnExportWithoutItsEndIsInvalidAndUnsignedIndeterminate) {
  std::vector<Stored> records = Records();
  records.pop_back();
  Rewrite(out, records);
  ExpectInvalid(Verify(out), "the manifest knows");
  const auto opened = OpenForReading(*ResolveLogPath(out));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().reason, "LOG_LOST");
  ForgeManifest();
  EXPECT_TRUE(OpenForReading(*ResolveLogPath(out)).ok());
  const VerifyReport report = Verify(out);
  EXPECT_EQ(report.verdict, VerifyReport::Verdict::kIndeterminate);
  EXPECT_EQ(report.missing.size(), 2u);  // Neither stream has signed.
}

TEST_F(TamperingTest, AnExportWithoutItsManifestIsSaidToLackIt) {
  std::filesystem::remove(out / kManifestName);
  const VerifyReport report = Verify(out);
  ExpectInvalid(report, "the manifest is missing");
  EXPECT_EQ(report.first_bad->file, out / kManifestName);
  const auto opened = OpenForReading(*ResolveLogPath(out));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().reason, "LOG_LOST");
  EXPECT_NE(opened.error().message.find("the manifest is missing"), std::string::npos);
}

TEST_F(TamperingTest, WhatInAManifestDiffersIsSaid) {
  const auto read = ReadManifest(out);
  const auto changed = [&](const std::function<void(v1::PartitionTip&)>& change) {
    v1::Manifest manifest = read->manifest;
    change(*manifest.mutable_tips(0));
    v1::SignedManifest written = read->signed_manifest;
    written.set_manifest(manifest.SerializeAsString());
    WriteFile(out / kManifestName, written.SerializeAsString());
    return Verify(out);
  };
  ExpectInvalid(changed([](v1::PartitionTip& tip) { (*tip.mutable_hash())[5] ^= 1; }),
                "the manifest knows the hash ");
  ExpectInvalid(changed([](v1::PartitionTip& tip) { tip.set_records(77); }),
                "the manifest knows 77 records of registry/0, and the files hold 3");
  ExpectInvalid(changed([](v1::PartitionTip& tip) { tip.set_sequence(77); }),
                "the manifest knows registry/0 up to sequence 77, and the files up to 4");
}

TEST_F(TamperingTest, AnExportOfWhichNothingIsLeftIsInvalid) {
  Rewrite(out, {});
  ExpectInvalid(Verify(out), "holds no record");
}

TEST_F(TamperingTest, AWitnessFindsACutThatTheFilesDoNotShow) {
  const Witness witness{"a receipt", kTarget, small.writer(kTarget).sequence(),
                        small.writer(kTarget).hash()};
  pinned.witnesses = {witness};
  EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kValid);
  std::vector<Stored> records = Records();
  while (records.back().partition != kTarget) records.pop_back();
  records.pop_back();
  Rewrite(out, records);
  ForgeManifest();
  ExpectInvalid(Verify(out), "a receipt knows registry/0 up to sequence 4 and the log ends at 3");
}

TEST_F(TamperingTest, AWitnessFindsAnotherRecordAtItsPlace) {
  pinned.witnesses = {{"a cursor", kTarget, 3, crypto::Sha256("other")}};
  ExpectInvalid(Verify(directory), "a cursor knows another record at sequence 3");
}

TEST_F(TamperingTest, ALogCutAnywhereIsInvalid) {
  const std::string whole = ReadFile(SegmentPath(directory, 1));
  const std::uint64_t end = HeadFile::Open(directory, O_RDONLY)->head().end.byte;
  for (std::uint64_t size = 0; size < end; size += 7) {
    SCOPED_TRACE(size);
    WriteFile(SegmentPath(directory, 1), whole.substr(0, size));
    EXPECT_EQ(Verify(directory).verdict, VerifyReport::Verdict::kInvalid);
    EXPECT_FALSE(EmbeddedLog::Open(directory).ok());
  }
}

TEST_F(TamperingTest, ALogWithoutHeadIsInvalid) {
  std::filesystem::remove(directory / kHeadName);
  const VerifyReport report = Verify(directory);
  ExpectInvalid(report, "the file is missing");
  EXPECT_EQ(report.first_bad->file, directory / kHeadName);
}

TEST_F(TamperingTest, SegmentsRolledBackUnderTheirHeadAreInvalid) {
  const std::string old = ReadFile(SegmentPath(directory, 1));
  small.Open();
  small.Append(kTarget);
  small.Close();
  WriteFile(SegmentPath(directory, 1), old);
  ExpectInvalid(Verify(directory), "HEAD knows");
  EXPECT_EQ(EmbeddedLog::Open(directory).error().reason, "LOG_LOST");
}

TEST_F(TamperingTest, AWholeDirectoryRolledBackIsFoundByACursorAlone) {
  const std::string segment = ReadFile(SegmentPath(directory, 1));
  const std::string head = ReadFile(directory / kHeadName);
  small.Open();
  small.Append(kTarget);
  small.Close();
  const Witness cursor{"a cursor", kTarget, small.writer(kTarget).sequence(),
                       small.writer(kTarget).hash()};
  WriteFile(SegmentPath(directory, 1), segment);
  WriteFile(directory / kHeadName, head);
  EXPECT_EQ(Verify(directory).verdict, VerifyReport::Verdict::kValid);
  pinned.witnesses = {cursor};
  ExpectInvalid(Verify(directory), "records are lost");
}

TEST_F(TamperingTest, AFoundingReplacedIsInvalid) {
  SmallLog other{temp.path() / "other", "someone else"};
  other.Close();
  const VerifyReport report = Verify(temp.path() / "other");
  ExpectInvalid(report, "another log, or the hash is mistyped");
  EXPECT_EQ(report.founding_hash, other.founding().root_hash);

  // The first record alone is another one: what stands behind it does not follow.
  std::vector<Stored> records = Records();
  records.front().bytes =
      testing::TestFounding("someone else", 2, {"registry", "risk"}).RootRecord();
  Rewrite(out, records);
  EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kInvalid);
}

TEST_F(TamperingTest, APartitionTakenOutIsNotValid) {
  std::vector<Stored> records = Records();
  std::erase_if(records, [](const Stored& stored) { return stored.partition.stream == "risk"; });
  Rewrite(out, records);
  EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kInvalid);
  ForgeManifest();
  EXPECT_EQ(Verify(out).verdict, VerifyReport::Verdict::kIndeterminate);
}

TEST_F(TamperingTest, AManifestSignatureThatIsMissingIsSaidToBeMissing) {
  const auto read = ReadManifest(out);
  v1::SignedManifest fewer = read->signed_manifest;
  fewer.mutable_signatures()->RemoveLast();
  WriteFile(out / kManifestName, fewer.SerializeAsString());
  const VerifyReport report = Verify(out);
  EXPECT_EQ(report.verdict, VerifyReport::Verdict::kIndeterminate);
  EXPECT_EQ(report.missing.size(), 1u);
}

TEST_F(TamperingTest, WhereThereIsNoLogIsAnError) {
  const auto report = VerifyLog(temp.path() / "nowhere", pinned);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().reason, "LOG_MISSING");
}

}  // namespace
}  // namespace twinledger::log
