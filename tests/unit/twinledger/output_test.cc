// Results in four forms, times, progress and exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "tests/support/manual_clock.h"
#include "twinledger/output/exit_code.h"
#include "twinledger/output/printer.h"
#include "twinledger/output/progress.h"
#include "twinledger/output/terminal.h"
#include "twinledger/output/time_text.h"

namespace twinledger::client {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Shape Councils() {
  return {.kind = "councils",
          .columns = {{"name", "NAME"},
                      {"people", "PEOPLE", Column::Kind::kNumber},
                      {"at", "AT", Column::Kind::kTime},
                      {"receipt.position", "POSITION"}}};
}

const Json& Row() {
  static const Json row = {{"name", "Kāpiti, \"coast\""},
                           {"people", 0},
                           {"at", "2026-11-25T19:15:00.000000Z"},
                           {"receipt", {{"position", "registry/0/1"}}}};
  return row;
}

std::string Printed(Format format, const Shape& shape, int rows, const Json& facts) {
  std::ostringstream out;
  Printer printer(out, format, Zone::kNewZealand, shape);
  for (int i = 0; i < rows; ++i) printer.Row(Row());
  printer.Finish(facts);
  return out.str();
}

TEST(PrinterTest, ATableIsAlignedByWhatIsSeen) {
  EXPECT_EQ(Printed(Format::kTable, Councils(), 1, Json::object()),
            "NAME             PEOPLE  AT                     POSITION\n"
            "Kāpiti, \"coast\"       0  2026-11-26 08:15 NZDT  registry/0/1\n");
}

TEST(PrinterTest, ATableShowsTheLastWordOfANameAndTheOtherFormsAllOfIt) {
  const Shape shape{.kind = "rows", .columns = {{"council", "ID", Column::Kind::kId}}};
  const auto printed = [&](Format format, const Json& name) {
    std::ostringstream out;
    Printer printer(out, format, Zone::kUtc, shape);
    printer.Row({{"council", name}});
    printer.Finish();
    return out.str();
  };
  EXPECT_EQ(printed(Format::kTable, "councils/wellington-city"), "ID\nwellington-city\n");
  EXPECT_EQ(printed(Format::kTable, "plain"), "ID\nplain\n");
  EXPECT_EQ(printed(Format::kTable, Json()), "ID\n\n");
  EXPECT_THAT(printed(Format::kCsv, "councils/wellington-city"),
              HasSubstr("councils/wellington-city"));
}

TEST(PrinterTest, JsonIsOneObjectWithItsVersionRowsAndFacts) {
  for (const int rows : {0, 1, 3}) {
    SCOPED_TRACE(rows);
    const Json json = Json::parse(Printed(Format::kJson, Councils(), rows, {{"as_of", "x"}}));
    EXPECT_EQ(json["schema_version"], 1);
    EXPECT_EQ(json["councils"].size(), static_cast<std::size_t>(rows));
    EXPECT_EQ(json["as_of"], "x");
    if (rows > 0) {
      EXPECT_EQ(json["councils"][0]["people"], 0);  // Zero is printed.
    }
  }
}

TEST(PrinterTest, ASingleResultIsTheObjectItself) {
  Shape shape = Councils();
  shape.single = true;
  const Json json = Json::parse(Printed(Format::kJson, shape, 1, Json::object()));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["name"], Row()["name"]);
}

TEST(PrinterTest, JsonLinesAreObjectsOfTheirOwn) {
  std::istringstream lines(Printed(Format::kJsonLines, Councils(), 2, {{"as_of", "x"}}));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(Json::parse(line)["schema_version"], 1);
  }
  EXPECT_EQ(count, 2);
}

TEST(PrinterTest, CsvQuotesWhatItMustAndAlwaysHasAHeader) {
  EXPECT_EQ(Printed(Format::kCsv, Councils(), 0, Json::object()),
            "name,people,at,receipt.position\r\n");
  EXPECT_EQ(Printed(Format::kCsv, Councils(), 1, Json::object()),
            "name,people,at,receipt.position\r\n"
            "\"Kāpiti, \"\"coast\"\"\",0,2026-11-25T19:15:00.000000Z,registry/0/1\r\n");
}

TEST(PrinterTest, CsvHoldsNoFormula) {
  const auto printed = [](const Json& name) {
    std::ostringstream out;
    Printer printer(out, Format::kCsv, Zone::kUtc, {.kind = "rows", .columns = {{"name", "name"}}});
    printer.Row({{"name", name}});
    printer.Finish();
    return out.str();
  };
  EXPECT_THAT(printed("=HYPERLINK(1)"), HasSubstr("\n'=HYPERLINK(1)\r\n"));
  EXPECT_THAT(printed("=A,B"), HasSubstr("\n\"'=A,B\"\r\n"));
  EXPECT_THAT(printed("@SUM"), HasSubstr("\n'@SUM\r\n"));
  EXPECT_THAT(printed("-1.5"), HasSubstr("\n-1.5\r\n"));
  EXPECT_THAT(printed("- a dash"), HasSubstr("\n'- a dash\r\n"));
  EXPECT_THAT(printed(-2), HasSubstr("\n-2\r\n"));
}

TEST(TerminalTest, TextCannotRedrawTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\nc\u202Ed"), "a [2Jb c d");
  EXPECT_EQ(Printable("a\xFFz"), "a\uFFFDz");
}

TEST(TimeTest, TimesAreParsedInEveryFormThatIsOffered) {
  struct Case {
    const char* text;
    Zone zone;
    const char* expected;
  };
  const Case cases[] = {
      {"2026-11-26T08:15:00+13:00", Zone::kNewZealand, "2026-11-25T19:15:00.000000Z"},
      {"2026-11-25T19:15:00.5Z", Zone::kNewZealand, "2026-11-25T19:15:00.500000Z"},
      {"2026-11-26 08:15", Zone::kNewZealand, "2026-11-25T19:15:00.000000Z"},
      {"2026-11-26 08:15:07", Zone::kUtc, "2026-11-26T08:15:07.000000Z"},
      {"2026-11-26T08:15", Zone::kNewZealand, "2026-11-25T19:15:00.000000Z"},
      {"2026-11-26T08:15:07", Zone::kUtc, "2026-11-26T08:15:07.000000Z"},
      {"2026-11-26 08:15 NZDT", Zone::kUtc, "2026-11-25T19:15:00.000000Z"},
      {"2026-06-26 08:15 NZST", Zone::kUtc, "2026-06-25T20:15:00.000000Z"},
      {"2026-11-26 08:15 UTC", Zone::kNewZealand, "2026-11-26T08:15:00.000000Z"},
      {"2026-11-26", Zone::kNewZealand, "2026-11-26T10:59:59.999999Z"},
      {"2026-06-30", Zone::kNewZealand, "2026-06-30T11:59:59.999999Z"},
      {"2026-06-30", Zone::kUtc, "2026-06-30T23:59:59.999999Z"},
  };
  for (const auto& [text, zone, expected] : cases) {
    SCOPED_TRACE(text);
    const Result<WallTime> time = ParseTime(text, zone);
    ASSERT_TRUE(time.ok()) << time.error().message;
    EXPECT_EQ(TimeForPrograms(*time), expected);
  }
}

TEST(TimeTest, ADayHasTwoEdges) {
  const Result<WallTime> first = ParseTime("2026-11-26", Zone::kNewZealand, DayEdge::kFirst);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(TimeForPrograms(*first), "2026-11-25T11:00:00.000000Z");
}

TEST(TimeTest, WhatIsNoTimeIsNamedWithTheFormsThatAre) {
  for (const char* text :
       {"", "yesterday", "2026-13-01", "2026-11-26T08", "2026-11-26 08:15 x", "2026-11-26 NZDT"}) {
    SCOPED_TRACE(text);
    const Result<WallTime> time = ParseTime(text, Zone::kUtc);
    ASSERT_FALSE(time.ok());
    EXPECT_EQ(time.error().reason, "TIME_MALFORMED");
    EXPECT_THAT(time.error().message, HasSubstr("2026-11-26"));
  }
}

Error ErrorOf(Code code) {
  Error error;
  error.code = code;
  return error;
}

TEST(ExitCodeTest, EveryErrorHasTheExitCodeThatScriptsExpect) {
  struct Case {
    Code code;
    int exit;
  };
  const Case cases[] = {
      {Code::kInternal, 1},           {Code::kUnknown, 1},
      {Code::kInvalidArgument, 2},    {Code::kDataLoss, 4},
      {Code::kNotFound, 8},           {Code::kUnauthenticated, 9},
      {Code::kPermissionDenied, 9},   {Code::kAborted, 10},
      {Code::kAlreadyExists, 10},     {Code::kFailedPrecondition, 10},
      {Code::kUnavailable, 11},       {Code::kDeadlineExceeded, 11},
      {Code::kResourceExhausted, 11},
  };
  for (const auto& [code, exit] : cases) {
    EXPECT_EQ(static_cast<int>(ExitCodeOf(ErrorOf(code))), exit) << static_cast<int>(code);
  }
}

TEST(ProgressTest, ShortWorkIsSilentAndLongWorkSaysALineEveryTenSeconds) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.out = out, .err = err};
  support::ManualClock clock{WallTime()};
  {
    Progress progress(terminal, clock, "import", "rows", 100);
    for (int second = 0; second <= 12; ++second) {
      progress.At(static_cast<std::uint64_t>(second));
      clock.Advance(1s);
    }
  }
  EXPECT_EQ(out.str(), "");
  const std::string lines = err.str();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);  // After 1 s and after 11 s.
  EXPECT_THAT(lines, HasSubstr("11 of 100 rows, 1/s, 89 s left"));
}

TEST(ProgressTest, ATerminalIsLeftClean) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{.out = out, .err = err, .err_is_terminal = true};
  support::ManualClock clock{WallTime()};
  {
    Progress progress(terminal, clock, "import", "rows", 10);
    clock.Advance(2s);
    progress.At(5);
    EXPECT_THAT(err.str(), HasSubstr("[############............]"));
  }
  EXPECT_TRUE(err.str().ends_with("\r\x1b[K"));
}

}  // namespace
}  // namespace twinledger::client
