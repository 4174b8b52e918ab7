#include <gtest/gtest.h>

#include "platform/log/archive/close_log.h"
#include "platform/log/archive/export_log.h"
#include "platform/log/archive/import_log.h"
#include "platform/log/archive/log_path.h"
#include "platform/log/archive/manifest.h"
#include "platform/log/archive/verify.h"
#include "tests/support/small_log.h"

namespace twinledger::log {
namespace {

using testing::ReadAll;
using testing::SmallLog;
using testing::TempDirectory;

class ArchiveTest : public ::testing::Test {
 protected:
  Result<ExportReport> Export(const std::filesystem::path& to) {
    return ExportLog(small.log(), small.founding(), to, small.founder().writer_keys, clock);
  }

  static std::unique_ptr<EmbeddedLog> NewLog(const std::filesystem::path& directory) {
    EXPECT_TRUE(EmbeddedLog::Create(directory).ok());
    return *EmbeddedLog::Open(directory);
  }

  void ExpectSameRecords(EventLog& other) {
    for (const PartitionId& partition : PartitionsOf(small.founding().root)) {
      SCOPED_TRACE(ToString(partition));
      EXPECT_EQ(ReadAll(other, partition).records, ReadAll(small.log(), partition).records);
    }
  }

  const TempDirectory temp;
  const std::filesystem::path out = temp.path() / "export";
  SystemClock clock;
  testing::SeededRandom random{"random"};
  SmallLog small{temp.path() / "log"};
};

TEST_F(ArchiveTest, AnExportHoldsTheAcceptedRecordsByteForByteAndASignedManifest) {
  const auto report = Export(out);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->records, small.records());
  EXPECT_EQ(report->signatures, 2);
  const auto opened = OpenForReading(*ResolveLogPath(out));
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  ExpectSameRecords(**opened);
  const auto manifest = ReadManifest(out);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->manifest.tips_size(), 4);
  EXPECT_EQ(manifest->manifest.log_id(), small.founder().content.log_id());
}

TEST_F(ArchiveTest, AnExportIsMadeFromADirectoryThatIsBeingWritten) {
  const auto read_only = OpenForReading(*ResolveLogPath(temp.path()));
  ASSERT_TRUE(read_only.ok());
  const auto founding = FindFounding(**read_only, std::nullopt);
  ASSERT_TRUE(founding.ok());
  EXPECT_EQ(founding->root_hash, small.founding().root_hash);
  small.Append({"registry", 0});
  const auto report = ExportLog(**read_only, *founding, out, {}, clock);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->records, small.records() - 1);
  EXPECT_EQ(report->signatures, 0);
}

TEST_F(ArchiveTest, AnExportTouchesNothingThatIsThere) {
  ASSERT_TRUE(Export(out).ok());
  const auto again = Export(out);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, Code::kAlreadyExists);
}

TEST_F(ArchiveTest, AnImportMakesTheSameLog) {
  ASSERT_TRUE(Export(out).ok());
  const auto target = NewLog(temp.path() / "target");
  const auto report = ImportLog(out, *target, small.founding().root_hash);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->records, small.records());
  EXPECT_EQ(report->existing, 0u);
  ExpectSameRecords(*target);
}

TEST_F(ArchiveTest, AnInterruptedImportGoesOn) {
  ASSERT_TRUE(Export(out).ok());
  const auto target = NewLog(temp.path() / "target");
  for (const std::string& record : ReadAll(small.log(), {"registry", 1}).records) {
    testing::AppendAndWait(*target, {"registry", 1}, record);
  }
  const auto report = ImportLog(out, *target, std::nullopt);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_GT(report->existing, 0u);
  ExpectSameRecords(*target);
}

TEST_F(ArchiveTest, AnImportIntoAnotherLogIsRefused) {
  ASSERT_TRUE(Export(out).ok());
  SmallLog other{temp.path() / "other", "other founder"};
  const auto report = ImportLog(out, other.log(), std::nullopt);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().reason, "TARGET_NOT_EMPTY");
}

TEST_F(ArchiveTest, NothingIsImportedOfAnInvalidExport) {
  ASSERT_TRUE(Export(out).ok());
  const std::filesystem::path segment = SegmentPath(out, 1);
  std::string bytes = testing::ReadFile(segment);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  testing::WriteFile(segment, bytes);
  const auto target = NewLog(temp.path() / "target");
  const auto report = ImportLog(out, *target, std::nullopt);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, Code::kDataLoss);
  EXPECT_EQ(*target->Tail({"registry", 0}), 0u);
}

TEST_F(ArchiveTest, AClosedLogAcceptsNothingAndClosingItAgainChangesNothing) {
  const auto close = [&] {
    return CloseLog(small.log(), small.founding(), small.founder().writer_keys, "elsewhere", clock,
                    random);
  };
  ASSERT_TRUE(close().ok()) << close().error().message;
  const Offset tail = *small.log().Tail({"registry", 0});
  ASSERT_TRUE(close().ok());
  EXPECT_EQ(*small.log().Tail({"registry", 0}), tail);
  ASSERT_TRUE(Export(out).ok());
  VerifyOptions options;
  options.founding_hash = small.founding().root_hash;
  EXPECT_EQ(VerifyLog(out, options)->verdict, VerifyReport::Verdict::kValid);
}

TEST_F(ArchiveTest, ClosingNeedsEveryKey) {
  const auto closed = CloseLog(small.log(), small.founding(),
                               testing::TestFounding("other", 2, {"registry", "risk"}).writer_keys,
                               "elsewhere", clock, random);
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error().reason, "NOT_CLOSED");
}

}  // namespace
}  // namespace twinledger::log
