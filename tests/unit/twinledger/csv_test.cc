// CSV files as spreadsheet programs save them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

}  // namespace
}  // namespace twinledger::client
