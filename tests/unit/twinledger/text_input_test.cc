// Files that are read piece by piece, and twice.
#include "twinledger/csv/text_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_directory.h"

namespace twinledger::client {
namespace {

class TextInputTest : public ::testing::Test {
 protected:
  Result<TextInput> Open(const std::string& bytes) {
    const auto path = folder_.path() / "file.csv";
    testing::WriteFile(path, bytes);
    return TextInput::Open(path.string());
  }
  static std::string ReadAll(TextInput& input) {
    std::string text;
    while (true) {
      const Result<std::string> piece = input.Next();
      EXPECT_TRUE(piece.ok());
      if (!piece.ok() || piece->empty()) return text;
      text += *piece;
    }
  }

  testing::TempDirectory folder_;
};

std::string Lines(const std::string& line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + line;
  return text;
}

TEST_F(TextInputTest, AFileOfManyPiecesIsReadAsItIsAndAgain) {
  const std::string text = Lines(",Kāpiti\r\n", 100'000) + "last";
  auto input = Open("\xEF\xBB\xBF" + text);
  ASSERT_TRUE(input.ok());
  EXPECT_TRUE(ReadAll(*input) == text);
  ASSERT_TRUE(input->Rewind().ok());
  EXPECT_TRUE(ReadAll(*input) == text);
  EXPECT_EQ(input->charset(), "UTF-8");
}

TEST_F(TextInputTest, TheCharsetIsThatOfTheWholeFile) {
  // Plain for many pieces, and Windows-1252 at the end.
  auto input = Open(Lines(",Wellington\n", 100'000) + "x,Noum\xE9" + "a\n");
  ASSERT_TRUE(input.ok());
  EXPECT_TRUE(input->charset_assumed());
  EXPECT_TRUE(ReadAll(*input).ends_with("x,Nouméa\n"));
  // UTF-8 by its first line, and one byte of another charset at the end.
  auto mixed = Open("Kāpiti,Taupō\n" + Lines(",Wellington\n", 100'000) + "x,Noum\xE9" + "a\n");
  ASSERT_TRUE(mixed.ok());
  EXPECT_EQ(mixed->charset(), "UTF-8");
  EXPECT_TRUE(ReadAll(*mixed).ends_with("x,Noum\uFFFDa\n"));
}

TEST_F(TextInputTest, Utf16IsReadWhole) {
  std::string bytes = "\xFF\xFE";
  for (const char c : std::string("id\r\ntaupo\r\n")) bytes += std::string(1, c) + '\0';
  auto input = Open(bytes);
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(ReadAll(*input), "id\r\ntaupo\r\n");
  ASSERT_TRUE(input->Rewind().ok());
  EXPECT_EQ(ReadAll(*input), "id\r\ntaupo\r\n");
}

TEST_F(TextInputTest, WhatIsNoFileOrHasNoLinesIsRefused) {
  EXPECT_EQ(TextInput::Open((folder_.path() / "none").string()).error().reason, "FILE_UNREADABLE");
  EXPECT_EQ(TextInput::Open(folder_.path().string()).error().reason, "FILE_UNREADABLE");
  EXPECT_EQ(Open(std::string(17 * 1024 * 1024, 'x')).error().reason, "TOO_LARGE");
  auto empty = Open("");
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(ReadAll(*empty), "");
}

}  // namespace
}  // namespace twinledger::client
