// CSV files as spreadsheet programs save them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "twinledger/csv/charset.h"
#include "twinledger/csv/reader.h"

namespace twinledger::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::vector<std::string>> Rows(const CsvFile& file) {
  std::vector<std::vector<std::string>> rows;
  for (const CsvRow& row : file.rows) rows.push_back(row.fields);
  return rows;
}

TEST(CsvTest, AFileReadsTheSameWhicheverProgramSavedIt) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const std::vector<std::vector<std::string>> expected{{"kapiti-coast", "Kāpiti"},
                                                       {"taupo", "Taupō"}};
  const Case cases[] = {
      {"plain", "id,name\nkapiti-coast,Kāpiti\ntaupo,Taupō\n"},
      {"byte-order mark", "\xEF\xBB\xBFid,name\nkapiti-coast,Kāpiti\ntaupo,Taupō\n"},
      {"CRLF", "id,name\r\nkapiti-coast,Kāpiti\r\ntaupo,Taupō\r\n"},
      {"old Macintosh", "id,name\rkapiti-coast,Kāpiti\rtaupo,Taupō\r"},
      {"no last line end", "id,name\nkapiti-coast,Kāpiti\ntaupo,Taupō"},
      {"quoted", "\"id\",\"name\"\n\"kapiti-coast\",\"Kāpiti\"\n\"taupo\",\"Taupō\"\n"},
      {"semicolons", "id;name\nkapiti-coast;Kāpiti\ntaupo;Taupō\n"},
      {"Excel names the separator", "sep=;\r\nid;name\r\nkapiti-coast;Kāpiti\r\ntaupo;Taupō\r\n"},
      {"... in quotes", "\"sep=,\"\nid,name\nkapiti-coast,Kāpiti\ntaupo,Taupō\n"},
      {"tabs", "id\tname\nkapiti-coast\tKāpiti\ntaupo\tTaupō\n"},
      {"spaces around", "id , name\n kapiti-coast , Kāpiti\ntaupo,Taupō \n"},
      {"empty rows", "id,name\n\nkapiti-coast,Kāpiti\n,\ntaupo,Taupō\n,\n\n"},
      {"decomposed macrons", "id,name\nkapiti-coast,Ka\xCC\x84piti\ntaupo,Taupo\xCC\x84\n"},
  };
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const Result<CsvFile> file = ParseCsv(bytes);
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_THAT(file->header, ElementsAre("id", "name"));
    EXPECT_EQ(Rows(*file), expected);
    EXPECT_FALSE(file->charset_assumed);
  }
}

TEST(CsvTest, WhatIsNotUtf8IsTakenForWindows1252AndSaysSo) {
  const Result<CsvFile> file = ParseCsv(
      "id,name\nnoumea,Noum\xE9"
      "a \x96 caf\xE9\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->rows[0].fields[1], "Nouméa – café");
  EXPECT_TRUE(file->charset_assumed);
  EXPECT_EQ(file->charset, "windows-1252");
}

TEST(CsvTest, Utf16OfASpreadsheetIsRead) {
  std::string bytes = "\xFF\xFE";
  for (const char16_t c : std::u16string(u"id\tname\r\ntaupo\tTaupō\r\n")) {
    bytes += static_cast<char>(c & 0xFF);
    bytes += static_cast<char>(c >> 8);
  }
  const Result<CsvFile> file = ParseCsv(bytes);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_THAT(file->rows[0].fields, ElementsAre("taupo", "Taupō"));
}

TEST(CsvTest, AQuotedFieldKeepsSeparatorsQuotesAndLineEnds) {
  const Result<CsvFile> file = ParseCsv("id,source\na,\"one, \"\"two\"\"\r\nthree\"\nb,x\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->rows[0].fields[1], "one, \"two\"\r\nthree");
}

TEST(CsvTest, ARowIsFoundByTheLineOnWhichItBegins) {
  const Result<CsvFile> file = ParseCsv("id,source\na,\"1\n2\n3\"\n\nb,x\n\"c\nd\",y\ne,z\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  std::vector<std::uint64_t> lines;
  for (const CsvRow& row : file->rows) lines.push_back(row.line);
  EXPECT_THAT(lines, ElementsAre(2, 6, 7, 9));
}

TEST(CsvTest, ADamagedRowDoesNotKeepTheOthersFromBeingRead) {
  struct Case {
    const char* name;
    std::string damaged;
    const char* reason;
  };
  const Case cases[] = {
      {"text behind a quote", "c,\"d\"e\n", "QUOTE_MISPLACED"},
      {"a quote inside a field", "c,6\" pipe\n", "QUOTE_MISPLACED"},
      {"a quote that nothing closes", "c,\"d\n", "QUOTE_OPEN"},
      {"a field too long", "c," + std::string(21, 'x') + "\n", "FIELD_TOO_LONG"},
      {"too many fields", "c,d,e,f\n", "TOO_MANY_FIELDS"},
  };
  for (const auto& [name, damaged, reason] : cases) {
    SCOPED_TRACE(name);
    const CsvLimits limits{.fields = 3, .field_bytes = 20};
    const Result<CsvFile> file = ParseCsv("id,name\n\"a\nb\",c\n" + damaged + "g,h\n", limits);
    ASSERT_TRUE(file.ok()) << file.error().message;
    ASSERT_EQ(file->rows.size(), 3U);
    EXPECT_THAT(file->rows[0].fields, ElementsAre("a\nb", "c"));
    const CsvRow& row = file->rows[1];
    EXPECT_EQ(row.line, 4U);
    EXPECT_THAT(row.fields, IsEmpty());
    ASSERT_TRUE(row.damage);
    EXPECT_EQ(row.damage->reason, reason);
    EXPECT_FALSE(row.damage->remedy.empty());
    EXPECT_THAT(file->rows[2].fields, ElementsAre("g", "h"));
    EXPECT_EQ(file->rows[2].line, 5U);
  }
}

TEST(CsvTest, AByteOfAnotherCharsetDamagesItsRowAlone) {
  const Result<CsvFile> file = ParseCsv("id,name\ntaupo,Taupō\nkapiti,Kāpiti\nnoumea,Noum\xE9\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->charset, "UTF-8");
  EXPECT_FALSE(file->charset_assumed);
  EXPECT_EQ(file->rows[0].fields[1], "Taupō");
  EXPECT_EQ(file->rows[2].fields[1], "Noum\uFFFD");
}

TEST(CsvTest, AFileThatSaysItIsUtf8IsReadAsSuch) {
  const Result<CsvFile> file = ParseCsv("\xEF\xBB\xBFid\na\xE9\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->charset, "UTF-8");
  EXPECT_EQ(file->rows[0].fields[0], "a\uFFFD");
}

TEST(CsvTest, ANulIsACharacterOfItsCell) {
  const Result<CsvFile> file =
      ParseCsv(std::string("id,name\ntaupo,Tau\0po\nkapiti-coast,Kapiti Coast\n", 47));
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->rows[0].fields[1], std::string("Tau\0po", 6));
  EXPECT_EQ(file->rows[1].fields[1], "Kapiti Coast");
}

TEST(CsvTest, MarksWithoutEndAreNotPutInOrderWithoutEnd) {
  std::string text = "name\na";
  for (int i = 0; i < 500'000; ++i) text += i % 2 == 0 ? "\u0301" : "\u0320";
  const std::string normal = ToNfc(text);
  EXPECT_EQ(normal.substr(0, 5 + 2 + 2), "name\n\u00e1\u0320");
  EXPECT_EQ(ToNfc(normal), normal);
}

TEST(CsvTest, ABadFileIsRefusedWithItsLineAndARemedy) {
  struct Case {
    const char* name;
    std::string bytes;
    const char* reason;
    const char* line;
  };
  const CsvLimits limits{.bytes = 200, .rows = 2, .fields = 3, .field_bytes = 20};
  const Case cases[] = {
      {"empty", "", "NO_HEADER", "1"},
      {"only empty rows", "\n,,\n\n", "NO_HEADER", "1"},
      {"header's quote never closed", "id,\"name\na,b\nc,d\n", "QUOTE_OPEN", "1"},
      {"text behind a header's quote", "sep=,\nid,\"name\"e\na,b\n", "QUOTE_MISPLACED", "2"},
      {"too many rows", "id\na\nb\nc\n", "TOO_MANY_ROWS", "4"},
      {"too many columns", "a,b,c,d\n", "TOO_MANY_FIELDS", "1"},
      {"column too long", std::string(21, 'x') + "\n", "FIELD_TOO_LONG", "1"},
      {"file too large", std::string(201, 'x'), "TOO_LARGE", "1"},
      {"no text", std::string("id\n\0\1\0\2", 7), "CHARSET_UNREADABLE", ""},
  };
  for (const auto& [name, bytes, reason, line] : cases) {
    SCOPED_TRACE(name);
    const Result<CsvFile> file = ParseCsv(bytes, limits);
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().reason, reason) << file.error().message;
    const auto found = file.error().metadata.find("line");
    EXPECT_EQ(found == file.error().metadata.end() ? "" : found->second, line);
  }
}

// Whatever the pieces that a text comes in: a row, a quoted field or CRLF may begin in one and end
// in the next.
TEST(CsvRowsTest, ATextInPiecesHasTheSameRows) {
  const std::string text =
      "id,name\r\na,\"1\r\n2\"\r\nb,\"open\r\n\r\nc,x\"y\r\nd,\"\"\"q\"\"\"\r\n,\r\ne,z";
  const Result<CsvFile> whole = ParseCsv(text);
  ASSERT_TRUE(whole.ok());
  ASSERT_EQ(whole->rows.size(), 5U);
  for (std::size_t size = 1; size < text.size(); ++size) {
    SCOPED_TRACE(size);
    std::string_view rest = text;
    const CsvLimits limits;
    CsvRows rows(
        [&]() -> Result<std::string> {
          // Of whole lines: a piece ends behind a line end.
          std::size_t end = std::min(size, rest.size());
          while (end < rest.size() && rest[end - 1] != '\n') ++end;
          std::string piece(rest.substr(0, end));
          rest.remove_prefix(end);
          return piece;
        },
        limits);
    EXPECT_EQ(*rows.Header(), whole->header);
    for (const CsvRow& expected : whole->rows) {
      const auto row = rows.Next();
      ASSERT_TRUE(row.ok() && *row);
      EXPECT_EQ((*row)->line, expected.line);
      EXPECT_EQ((*row)->fields, expected.fields);
      EXPECT_EQ((*row)->damage.has_value(), expected.damage.has_value());
    }
    EXPECT_FALSE(*rows.Next());
  }
}

// A quotation mark that nothing closes costs the rows behind it no memory.
TEST(CsvRowsTest, AnOpenQuoteIsGivenUpAfterTheBytesOfAField) {
  const CsvLimits limits{.field_bytes = 64};
  std::string text = "id,name\na,\"open\n";
  for (int i = 0; i < 100; ++i) text += "b,c\n";
  const Result<CsvFile> file = ParseCsv(text, limits);
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->rows.size(), 101U);
  EXPECT_EQ(file->rows[0].damage->reason, "QUOTE_OPEN");
  EXPECT_EQ(file->rows[100].line, 102U);
}

}  // namespace
}  // namespace twinledger::client
