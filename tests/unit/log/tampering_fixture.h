// A small log and an export of it, to be altered.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "platform/log/archive/export_log.h"
#include "platform/log/archive/manifest.h"
#include "platform/log/archive/segment_writer.h"
#include "platform/log/archive/verify.h"
#include "tests/support/small_log.h"

namespace twinledger::log {

// One record of a log, with its partition.
struct Stored {
  PartitionId partition;
  std::string bytes;
};

// Where the frame of a record stands.
struct Framed {
  PartitionId partition;
  std::size_t byte = 0;
  std::size_t size = 0;
};

// Puts records down as an export: what someone does who knows the format and has no key.
inline void Rewrite(const std::filesystem::path& directory, const std::vector<Stored>& records) {
  std::filesystem::remove(SegmentPath(directory, 1));
  SegmentWriter writer(directory);
  for (const Stored& stored : records) {
    const auto link = LinkOf(stored.bytes);
    ASSERT_TRUE(link.has_value());
    ASSERT_TRUE(writer.Append(stored.partition, *link, stored.bytes).ok());
  }
  ASSERT_TRUE(writer.Finish().ok());
}

class TamperingFixture : public ::testing::Test {
 protected:
  TamperingFixture() {
    const auto exported =
        ExportLog(small.log(), small.founding(), out, small.founder().writer_keys, SystemClock());
    EXPECT_TRUE(exported.ok());
    small.Close();
    pinned.founding_hash = small.founding().root_hash;
  }

  VerifyReport Verify(const std::filesystem::path& path) const { return *VerifyLog(path, pinned); }

  void ExpectInvalid(const VerifyReport& report, const std::string& why) const {
    EXPECT_EQ(report.verdict, VerifyReport::Verdict::kInvalid);
    if (report.verdict != VerifyReport::Verdict::kInvalid) return;
    EXPECT_NE(report.first_bad->why.find(why), std::string::npos) << report.first_bad->why;
    EXPECT_FALSE(report.first_bad->file.empty());
  }

  // All records of the export in the order of the file.
  std::vector<Stored> Records() const {
    std::vector<Stored> records;
    auto scanner = SegmentScanner::Open(out, 1);
    while (scanner->byte() < scanner->limit()) {
      const auto frame = scanner->Peek();
      records.push_back({(**frame).partition, *std::move(*scanner->Record(**frame))});
      scanner->Skip(**frame);
    }
    return records;
  }

  static std::vector<Framed> Frames(const std::filesystem::path& path) {
    std::vector<Framed> frames;
    auto scanner = SegmentScanner::Open(path, 1);
    while (true) {
      const auto frame = scanner->Peek();
      if (!frame.ok() || !*frame) return frames;
      frames.push_back(
          {(**frame).partition, static_cast<std::size_t>(scanner->byte()), (**frame).size()});
      scanner->Skip(**frame);
    }
  }

  // The manifest that the files would have, signed by nobody.
  void ForgeManifest() const {
    VerifyReport report = Verify(out);
    Readings readings;
    for (const auto& [partition, held] : report.partitions) {
      PartitionReading& reading = readings[partition];
      reading.view.sequence = held.sequence;
      reading.view.hash = held.hash;
      reading.records = held.records;
    }
    v1::SignedManifest forged;
    forged.set_manifest(MakeManifest(small.founding(), readings, WallTime{}).SerializeAsString());
    testing::WriteFile(out / kManifestName, forged.SerializeAsString());
  }

  const testing::TempDirectory temp;
  const std::filesystem::path directory = temp.path() / "log";
  const std::filesystem::path out = temp.path() / "export";
  testing::SmallLog small{directory};
  VerifyOptions pinned;
};

}  // namespace twinledger::log
