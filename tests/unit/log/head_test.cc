#include "platform/log/embedded/head.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_directory.h"

namespace twinledger::log {
namespace {

using testing::ReadFile;
using testing::TempDirectory;
using testing::WriteFile;

constexpr std::size_t kSlot = 64 * 1024;

class HeadTest : public ::testing::Test {
 protected:
  HeadTest() { WriteFile(path, HeadFile::Initial({1, {1, 40}, 0, {}})); }

  // The byte that HEAD says the log reaches, or 0 if HEAD is refused.
  std::uint64_t End() const {
    const auto head = HeadFile::Open(directory.path(), O_RDONLY);
    return head.ok() ? head->head().end.byte : 0;
  }

  const TempDirectory directory;
  const std::filesystem::path path = directory.path() / kHeadName;
};

TEST_F(HeadTest, TheLatestWriteIsInForce) {
  auto head = HeadFile::Open(directory.path(), O_RDWR);
  ASSERT_TRUE(head.ok());
  const Tails tails{{{"registry", 3}, {4, 9, crypto::Sha256("tip")}}};
  for (std::uint64_t byte = 100; byte < 105; ++byte) {
    ASSERT_EQ(head->Write({0, {2, byte}, 77, tails}), 0);
    const auto read = HeadFile::Open(directory.path(), O_RDONLY);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->head().end, (FilePlace{2, byte}));
    EXPECT_EQ(read->head().last_frame, 77u);
    EXPECT_EQ(read->head().tails, tails);
    EXPECT_FALSE(read->bad_byte());
  }
}

TEST_F(HeadTest, ASlotThatIsTornLeavesTheOneBeforeInForce) {
  auto head = HeadFile::Open(directory.path(), O_RDWR);
  ASSERT_TRUE(head.ok());
  ASSERT_EQ(head->Write({0, {1, 100}, 50, {}}), 0);  // Slot 1.
  ASSERT_EQ(head->Write({0, {1, 200}, 50, {}}), 0);  // Slot 0.
  const std::string whole = ReadFile(path);
  for (std::size_t i = 0; i < 56; ++i) {
    SCOPED_TRACE(i);
    std::string torn = whole;
    torn[i] = static_cast<char>(torn[i] ^ 1);
    WriteFile(path, torn);
    EXPECT_EQ(End(), 100u);
    const auto read = HeadFile::Open(directory.path(), O_RDONLY);
    EXPECT_EQ(read->bad_byte(), 0u);
  }
  // The torn slot is the next one to be written.
  auto again = HeadFile::Open(directory.path(), O_RDWR);
  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->Write({0, {1, 300}, 50, {}}), 0);
  EXPECT_EQ(End(), 300u);
  EXPECT_FALSE(HeadFile::Open(directory.path(), O_RDONLY)->bad_byte());
}

TEST_F(HeadTest, WithoutASlotThatChecksItIsDamaged) {
  const std::string whole = ReadFile(path);
  const struct {
    const char* name;
    std::string bytes;
  } kCases[] = {
      {"empty", ""},
      {"cut", whole.substr(0, whole.size() - 1)},
      {"longer", whole + "x"},
      {"zeros", std::string(2 * kSlot, '\0')},
      {"flipped", "x" + whole.substr(1)},
      {"something behind the slot", whole.substr(0, 1000) + "x" + whole.substr(1001)},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    WriteFile(path, test.bytes);
    const auto head = HeadFile::Open(directory.path(), O_RDONLY);
    ASSERT_FALSE(head.ok());
    EXPECT_EQ(head.error().code, Code::kDataLoss);
    EXPECT_EQ(head.error().metadata.at("file"), path.string());
  }
}

TEST_F(HeadTest, AMissingFileIsDataLoss) {
  std::filesystem::remove(path);
  const auto head = HeadFile::Open(directory.path(), O_RDONLY);
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, Code::kDataLoss);
  EXPECT_EQ(head.error().reason, "LOG_LOST");
}

TEST(HeadSizeTest, AThousandPartitionsFitAndTwoThousandDoNot) {
  Tails tails;
  for (std::uint32_t i = 0; i < 1024; ++i) tails[{"engagement", i}] = {};
  EXPECT_TRUE(FitsHead(tails));
  for (std::uint32_t i = 1024; i < 2048; ++i) tails[{"engagement", i}] = {};
  EXPECT_FALSE(FitsHead(tails));
}

}  // namespace
}  // namespace twinledger::log
