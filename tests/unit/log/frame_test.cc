#include "platform/log/embedded/frame.h"

#include <gtest/gtest.h>

#include "platform/crypto/hash.h"
#include "platform/log/embedded/checksum.h"

namespace twinledger::log {
namespace {

FrameHeader Header() {
  FrameHeader header;
  header.place = {3, 4711};
  header.partition = {"registry", 5};
  header.offset = 7;
  header.first_sequence = 21;
  header.commits = 3;
  header.group_distance = 99;
  return header;
}

std::string Frame(const std::string& record) {
  std::string bytes;
  PutFrame(bytes, Header(), Pack(record));
  return bytes;
}

std::optional<std::string> Read(const std::string& bytes) {
  const auto header = ParseFrameHeader(bytes);
  if (!header || header->size() > bytes.size()) return std::nullopt;
  return Unpack(*header,
                std::string_view(bytes).substr(header->header_size(), header->stored_size));
}

TEST(ChecksumTest, IsCastagnolisCrcAsTheRfcComputesIt) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c(""), 0u);
}

TEST(FrameTest, WhatIsPutIsParsedBack) {
  const std::string bytes = Frame(std::string(1000, 'a'));
  const auto header = ParseFrameHeader(bytes);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->place, Header().place);
  EXPECT_EQ(header->partition, Header().partition);
  EXPECT_EQ(header->offset, 7u);
  EXPECT_EQ(header->first_sequence, 21u);
  EXPECT_EQ(header->commits, 3u);
  EXPECT_EQ(header->group_distance, 99u);
  EXPECT_EQ(header->size(), bytes.size());
  EXPECT_EQ(Read(bytes), std::string(1000, 'a'));
}

TEST(FrameTest, ARecordIsCompressedOnlyWhereThatMakesItSmaller) {
  EXPECT_EQ(Pack(std::string(1000, 'a')).codec, Codec::kZstd);
  std::string random;
  for (char i = 0; i < 32; ++i) random += crypto::Bytes(crypto::Sha256(std::string(1, i)));
  EXPECT_EQ(Pack(random).codec, Codec::kRaw);
  EXPECT_EQ(Read(Frame(random)), random);
}

TEST(FrameTest, TheLargestRecordFits) {
  const std::string record(kRecordBytesMax, 'x');
  EXPECT_EQ(Read(Frame(record)), record);
}

TEST(FrameTest, AFlippedBitAnywhereIsFound) {
  const std::string bytes = Frame("some record that is short");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      SCOPED_TRACE(i);
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      EXPECT_EQ(Read(flipped), std::nullopt);
    }
  }
}

TEST(FrameTest, AFrameCutAnywhereIsFound) {
  const std::string bytes = Frame("some record that is short");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    EXPECT_EQ(Read(bytes.substr(0, size)), std::nullopt);
  }
}

}  // namespace
}  // namespace twinledger::log
