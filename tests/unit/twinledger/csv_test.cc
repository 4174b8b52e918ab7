// CSV files as spreadsheet programs save them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "twinledger/csv/reader.h"

namespace twinledger::client {
namespace {

using testing::ElementsAre;

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
      {"quote never closed", "id,name\na,\"b\nc,d\n", "QUOTE_OPEN", "2"},
      {"text behind a quote", "id,name\na,b\nc,\"d\"e\n", "QUOTE_MISPLACED", "3"},
      {"too many rows", "id\na\nb\nc\n", "TOO_MANY_ROWS", "4"},
      {"too many fields", "id\na,b,c,d\n", "TOO_MANY_FIELDS", "2"},
      {"field too long", "id\n" + std::string(21, 'x') + "\n", "FIELD_TOO_LONG", "2"},
      {"file too large", std::string(201, 'x'), "TOO_LARGE", "1"},
      {"says UTF-8 and is not", "\xEF\xBB\xBFid\n\xE9\n", "CHARSET_UNREADABLE", ""},
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
