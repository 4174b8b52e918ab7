// Rows of the import layouts, checked before anything is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "twinledger/csv/reader.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/rows.h"

namespace twinledger::client {
namespace {

namespace v1 = registry::v1;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kCouncils =
    "council_id,name,type,region,population,seat,has_port,has_airport,source\n";
constexpr const char* kRelationships =
    "relationship_id,council_id,partner_city,partner_region,partner_country_iso2,kind,"
    "established_year,status,source\n";

CsvFile Parsed(const std::string& text) {
  Result<CsvFile> file = ParseCsv(text);
  EXPECT_TRUE(file.ok());
  return *std::move(file);
}

std::string Sample(const char* name) {
  std::ifstream in(std::string(TWINLEDGER_SOURCE_DIR "/tools/sample/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(IdsTest, TheDayOfARequestTurnsWithThatOfTheServer) {
  const WallTime ten_utc{std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) +
                         std::chrono::hours(10)};
  EXPECT_EQ(DayForBase(ten_utc - std::chrono::minutes(1)), "2026-11-25");
  EXPECT_EQ(DayForBase(ten_utc), "2026-11-26");
}

constexpr const char* kRandomRequest = "0b1c9b5e-31c7-4f0e-a7d2-7f5d7f1f2a10";
constexpr const char* kTimedRequest = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

// As clients have always made it: who repeats an old request means its record.
TEST(IdsTest, ARecordOfARequestWithoutATimeHasAHashForItsId) {
  EXPECT_EQ(SubmittedIdOf("councils/wellington-city", kRandomRequest),
            "d0057125-3c18-536a-b60c-72e43b97364e");
}

TEST(IdsTest, ARecordHasTheTimeOfItsRequestAndElseAHash) {
  EXPECT_EQ(SubmittedIdOf("councils/wellington-city", kTimedRequest),
            "017f22e2-79b0-7c8d-9d81-43b7acd03a0f");
  EXPECT_EQ(SubmittedIdOf("councils/hutt-city", kTimedRequest),
            "017f22e2-79b0-73af-852f-2ef16dc73ebd");
}

TEST(RowsTest, EveryRowOfTheSampleIsGood) {
  const auto councils = ParseCouncils(Parsed(Sample("councils.csv")));
  ASSERT_TRUE(councils.ok()) << councils.error().message;
  EXPECT_EQ(councils->rows.size(), 78U);
  EXPECT_THAT(councils->problems, IsEmpty());
  const auto relationships = ParseRelationships(Parsed(Sample("relationships.csv")));
  ASSERT_TRUE(relationships.ok()) << relationships.error().message;
  EXPECT_EQ(relationships->rows.size(), 169U);
  EXPECT_THAT(relationships->problems, IsEmpty());
}

TEST(RowsTest, AnEmptyCellIsNotKnownAndNeitherZeroNorNo) {
  const auto parsed = ParseCouncils(Parsed(std::string(kCouncils) + "a-b,A B,city,,,,,false,\n"));
  ASSERT_TRUE(parsed.ok());
  const v1::Council& council = parsed->rows.at(0).council;
  EXPECT_FALSE(council.has_population());
  EXPECT_EQ(council.has_port(), v1::TRI_STATE_UNSPECIFIED);
  EXPECT_EQ(council.has_airport(), v1::TRI_STATE_NO);
}

TEST(RowsTest, ARelationshipSaysWhatItsRowSays) {
  const auto parsed = ParseRelationships(
      Parsed(std::string(kRelationships) +
             "rel-1,hutt-city,Taizhou,Jiangsu,cn,friendship_city,2008-05,dormant,\"a,\nb\"\n"));
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->rows.size(), 1U);
  const RelationshipRow& row = parsed->rows[0];
  EXPECT_EQ(row.relationship.kind(), v1::RELATIONSHIP_KIND_FRIENDLY_CITY);
  EXPECT_EQ(row.relationship.status(), v1::RELATIONSHIP_STATUS_DORMANT);
  EXPECT_EQ(row.relationship.since().year(), 2008);
  EXPECT_EQ(row.relationship.since().month(), 5);
  EXPECT_EQ(row.relationship.source_note(), "a, b");
  EXPECT_EQ(row.partner.country(), "CN");
  EXPECT_EQ(row.relationship.partner(), "partners/" + row.partner_id);
}

TEST(RowsTest, IdsComeFromTheContentAlone) {
  const std::string row = "rel-1,hutt-city,Taizhou,Jiangsu,CN,other,,,\n";
  const auto once = ParseRelationships(Parsed(std::string(kRelationships) + row));
  const auto again = ParseRelationships(Parsed(
      std::string(kRelationships) + "rel-1,tasman-district,Taizhou,Jiangsu,CN,other,,,\n" + row));
  ASSERT_TRUE(once.ok() && again.ok());
  EXPECT_EQ(once->rows[0].relationship_id, again->rows[1].relationship_id);
  EXPECT_NE(again->rows[0].relationship_id, again->rows[1].relationship_id);  // Another council.
  EXPECT_EQ(again->rows[0].partner_id, again->rows[1].partner_id);
}

TEST(RowsTest, EveryWrongCellOfARowIsToldWithItsRowColumnValueAndRemedy) {
  const auto parsed = ParseRelationships(Parsed(std::string(kRelationships) +
                                                "rel-1,hutt-city,Taizhou,,CN,other,,,\n"
                                                ",Hutt City,,,XX,twin,19x3,sleepy,\n"));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->read, 2U);
  EXPECT_EQ(parsed->bad, 1U);
  std::vector<std::string> columns;
  for (const CellProblem& problem : parsed->problems) {
    EXPECT_EQ(problem.row, 3U);
    EXPECT_FALSE(problem.remedy.empty()) << problem.column;
    columns.push_back(problem.column + "=" + problem.value);
  }
  EXPECT_THAT(columns, ElementsAre("council_id=Hutt City",
                                   "relationship_id=", "partner_city=", "partner_country_iso2=XX",
                                   "kind=twin", "established_year=19x3", "status=sleepy"));
}

TEST(RowsTest, ARowThatIsWrongAsAWholeIsTold) {
  struct Case {
    const char* name;
    const char* rows;
    const char* column;
    const char* remedy;
  };
  const Case cases[] = {
      {"too few fields", "a,A,city\n", "(row)", "a separator for each cell"},
      {"failed formula", "a,#REF!,city,,,,,,\n", "name", "a formula has failed"},
      {"no kind", "a,A,,,,,,,\n", "type", "use one of: "},
      {"too many fields", "a,A,city,R,1,S,,,x,y\n", "(row)", "quotation marks"},
      {"key twice", "a,A,city,,,,,,\na,B,city,,,,,,\n", "council_id", "row 2 has the same key"},
      {"stray quotation mark", "a,6\" pipe,city,,,,,,\nb,B,city,,,,,,\n", "(row)", "double those"},
      {"lost character", "a,Taup\xEF\xBF\xBD,city,,,,,,\n", "name", "type it again"},
      {"control character", "a,A\x01,city,,,,,,\n", "name", "control characters"},
      {"negative number", "a,A,city,,-5,,,,\n", "population", "whole number"},
      {"neither yes nor no", "a,A,city,,,,maybe,,\n", "has_port", "yes, no, unknown"},
      {"slug", "-a,A,city,,,,,,\n", "council_id", "lower-case"},
  };
  for (const auto& [name, rows, column, remedy] : cases) {
    SCOPED_TRACE(name);
    const auto parsed = ParseCouncils(Parsed(std::string(kCouncils) + rows));
    ASSERT_TRUE(parsed.ok());
    ASSERT_FALSE(parsed->problems.empty());
    EXPECT_EQ(parsed->problems[0].column, column);
    EXPECT_THAT(parsed->problems[0].remedy, HasSubstr(remedy));
    EXPECT_EQ(parsed->read, parsed->rows.size() + parsed->bad);
  }
}

TEST(RowsTest, ACellThatCannotBeReadIsToldOnce) {
  const auto parsed = ParseRelationships(
      Parsed(std::string(kRelationships) + "k\x01,a\x01,b\x01,,J\x01,d\x01,,,\n"));
  ASSERT_TRUE(parsed.ok());
  std::vector<std::string> columns;
  for (const CellProblem& problem : parsed->problems) columns.push_back(problem.column);
  EXPECT_THAT(columns, UnorderedElementsAre("relationship_id", "council_id", "partner_city",
                                            "partner_country_iso2", "kind"));
}

TEST(RowsTest, WhatNobodySeesMakesNoOtherName) {
  const auto parsed = ParseCouncils(Parsed(
      std::string(kCouncils) + "taupo\u00A0,\uFEFFTaup\u00ADō\u00A0\u202FDistrict,city,,,,,,\n"));
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->rows.size(), 1U);
  EXPECT_EQ(parsed->rows[0].council_id, "taupo");
  EXPECT_EQ(parsed->rows[0].council.display_name(), "Taupō District");
}

TEST(RowsTest, AHeaderMayBeRetypedAndHaveEmptyColumnsAtItsEnd) {
  const auto parsed = ParseCouncils(Parsed("Council ID,Name,type,has-port,,\na,A,city,yes\n"));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->rows.size(), 1U);
  EXPECT_EQ(parsed->rows[0].council.has_port(), v1::TRI_STATE_YES);
}

TEST(RowsTest, AMissingColumnIsNamedWithTheExpectedHeader) {
  const auto parsed = ParseRelationships(Parsed("council_id,kind\na,other\n"));
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().reason, "COLUMN_MISSING");
  EXPECT_THAT(parsed.error().message,
              HasSubstr("lacks relationship_id, partner_city, partner_country_iso2"));
  EXPECT_THAT(parsed.error().message, HasSubstr("relationship_id,council_id,partner_city"));
}

TEST(RowsTest, ColumnsMayStandInAnyOrderAndUnknownOnesAreTold) {
  const auto parsed = ParseCouncils(Parsed("Type,mayor,NAME,council_id\ncity,x,A,a\n"));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->rows.at(0).council.display_name(), "A");
  EXPECT_THAT(parsed->unknown, ElementsAre("mayor"));
  EXPECT_THAT(parsed->paths, ElementsAre("display_name", "kind"));  // Others are left as they are.
}

}  // namespace
}  // namespace twinledger::client
