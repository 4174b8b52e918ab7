// Files of engagements, read and checked before anything is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/temp_directory.h"
#include "twinledger/fields/amount.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/record_file.h"
#include "twinledger/import/record_template.h"

namespace twinledger::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGifts =
    "record_key,council_id,kind,relationship_key,donor_key,donor_kind,donor_name,direction,"
    "recipient,donor,gift_kind,description,amount,currency,offered_on,disposition\n";
constexpr const char* kTravels =
    "record_key,council_id,kind,traveller,purpose,depart_on,return_on,stop_city,stop_country,"
    "cost_item,cost_amount,cost_currency,cost_payer,companion_person\n";

// The records of a file, or what is wrong with them.
class RecordRowsTest : public ::testing::Test {
 protected:
  struct Read {
    std::vector<RecordRow> rows;
    std::vector<std::string> problems;  // "2 amount 'x': remedy"
  };

  Result<std::unique_ptr<RecordFile>> Open(const std::string& text,
                                           const std::string& council = "") {
    const auto path = folder_.path() / "engagements.csv";
    std::ofstream(path, std::ios::binary) << text;
    return RecordFile::Open(path.string(), council);
  }

  Read ReadAll(const std::string& text, const std::string& council = "") {
    Read all;
    auto file = Open(text, council);
    EXPECT_TRUE(file.ok()) << file.error().message;
    if (!file.ok()) return all;
    while (true) {
      auto read = (*file)->Next();
      EXPECT_TRUE(read.ok());
      if (!read.ok() || !*read) return all;
      for (const CellProblem& problem : (*read)->problems) {
        all.problems.push_back(std::to_string(problem.row) + " " + problem.column + " '" +
                               problem.value + "': " + problem.remedy);
      }
      if ((*read)->problems.empty()) all.rows.push_back(*std::move((*read)->row));
    }
  }

  testing::TempDirectory folder_;
};

TEST_F(RecordRowsTest, TheTemplateOfEveryKindIsAFileThatCanBeImported) {
  for (const std::string& kind : RecordKindNames()) {
    SCOPED_TRACE(kind);
    const Result<std::string> text = RecordCsvTemplate(kind);
    ASSERT_TRUE(text.ok());
    const Read read = ReadAll(*text);
    EXPECT_THAT(read.problems, IsEmpty());
    ASSERT_EQ(read.rows.size(), 1U);
    EXPECT_EQ(read.rows[0].kind(), kind);
  }
  EXPECT_EQ(RecordCsvTemplate("lunch").error().reason, "KIND_UNKNOWN");
}

TEST_F(RecordRowsTest, EveryRecordOfTheSampleIsGood) {
  const Read read =
      ReadAll(testing::ReadFile(TWINLEDGER_SOURCE_DIR "/tools/sample/engagements.csv"));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.rows.size(), 27U);
}

TEST_F(RecordRowsTest, ARowSaysWhatItsRecordSays) {
  const Read read =
      ReadAll(std::string(kGifts) +
              "g-1,hutt-city,gift,rel-1,chamber,organisation,Chamber,"
              "offered_to_council,mayor,,art,\"a vase, blue\",\"$1,250.50\",,1/5/2026,"
              "retained\n"
              "g-2,hutt-city,gift,,chamber,,,given_by_council,,mayor,art,,,NZD,2025,"
              "offered\n");
  ASSERT_THAT(read.problems, IsEmpty());
  ASSERT_EQ(read.rows.size(), 2U);
  const RecordRow& first = read.rows[0];
  const std::string donor = PrincipalIdOf("hutt-city", "chamber");
  EXPECT_EQ(first.record_id, RecordIdOf("hutt-city", "g-1"));
  EXPECT_EQ(first.record.relationship(),
            "councils/hutt-city/relationships/" + RelationshipIdOf("hutt-city", "rel-1"));
  EXPECT_EQ(first.record.gift().donor().principal_id(), donor);
  EXPECT_EQ(first.record.gift().recipient().office(), "mayor");
  EXPECT_EQ(first.record.gift().value().cents(), 125050);
  EXPECT_EQ(first.record.gift().value().currency(), "NZD");
  EXPECT_EQ(first.record.gift().offered_on().day(), 1);
  EXPECT_EQ(first.record.source(), registry::v1::SOURCE_IMPORT);
  ASSERT_EQ(first.donors.size(), 1U);
  EXPECT_EQ(first.donors[0].principal.display_name(), "Chamber");
  EXPECT_EQ(first.donors[0].principal.kind(), registry::v1::PRINCIPAL_KIND_ORGANISATION);
  const auto& second = read.rows[1].record.gift();
  EXPECT_EQ(second.recipient().principal_id(), donor);
  EXPECT_FALSE(second.has_value());  // A currency that was filled down says no amount.
  EXPECT_EQ(second.offered_on().month(), 0);
}

TEST_F(RecordRowsTest, RowsOfOneKeyAddToTheListsOfOneRecord) {
  const Read read = ReadAll(std::string(kTravels) +
                            "t-1,hutt-city,travel,mayor,anniversary,2026-03,,Minoh,JP,fare,2400,,"
                            "council,\n"
                            "t-1,,,,,,,Osaka,JP,lodging,900,NZD,foreign_public,partner\n"
                            "t-1,hutt-city,travel,mayor,,,,,,meals,80,,self,\n"
                            "t-2,hutt-city,travel,member-2,fair,2026,,,,,,,,\n");
  ASSERT_THAT(read.problems, IsEmpty());
  ASSERT_EQ(read.rows.size(), 2U);
  const auto& travel = read.rows[0].record.travel();
  EXPECT_EQ(travel.stops_size(), 2);
  EXPECT_EQ(travel.companions_size(), 1);
  ASSERT_EQ(travel.cost_lines_size(), 3);
  EXPECT_EQ(travel.cost_lines(1).amount().cents(), 90000);
  EXPECT_EQ(travel.cost_lines(2).payer(), engagement::v1::PAYER_SELF);
  EXPECT_EQ(read.rows[1].row, 5U);
}

TEST_F(RecordRowsTest, EveryWrongCellIsToldWithItsLineColumnValueAndRemedy) {
  struct Case {
    const char* what;
    std::string header;
    std::string rows;
    const char* problem;
  };
  const std::string devices =
      "record_key,council_id,kind,occur_date,device_ref,device_class,loan_id\n";
  const std::string meals =
      "record_key,council_id,kind,occur_date,donor,donor_key,host,guests,"
      "hospitality_kind,accepted,amount\n";
  const std::string visits =
      "record_key,council_id,kind,occur_date,occur_end,direction,purpose,"
      "requested_by,member_person,site_name,size_arrived,donor_key\n";
  const Case cases[] = {
      {"no key", kGifts, ",hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,,,,2026,retained",
       "2 record_key '': give the record a key"},
      {"a council that is none", kGifts,
       "g,Hutt City,gift,,,,,offered_to_council,mayor,mayor,art,,,,2026,retained",
       "2 council_id 'Hutt City': use lower-case"},
      {"no kind", kGifts, "g,hutt-city,,,,,,,,,,,,,,", "2 kind '': use one of: gift,"},
      {"an unknown kind", kGifts, "g,hutt-city,lunch,,,,,,,,,,,,,", "2 kind 'lunch': use one of"},
      {"gift: missing", kGifts, "g,hutt-city,gift,,,,,,mayor,mayor,art,,,,2026,retained",
       "2 direction '': not given: use one of: offered_to_council"},
      {"gift: an unknown value", kGifts,
       "g,hutt-city,gift,,,,,sideways,mayor,mayor,art,,,,2026,retained",
       "2 direction 'sideways': use one of: offered_to_council"},
      {"gift: an impossible day", kGifts,
       "g,hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,,,,30/2/2026,retained",
       "2 offered_on '30/2/2026': use a date"},
      {"gift: an absurd amount", kGifts,
       "g,hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,,99999999999,,2026,retained",
       "2 amount '99999999999': use at most 80,000,000.00"},
      {"gift: less than nothing", kGifts,
       "g,hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,,-5,,2026,retained",
       "2 amount '-5': use a number of dollars"},
      {"gift: another currency alone", kGifts,
       "g,hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,,5000,JPY,2026,retained",
       "2 nzd_amount '': not given"},
      {"gift: a name in place of an office", kGifts,
       "g,hutt-city,gift,,,,,offered_to_council,Jane Doe,mayor,art,,5,,2026,retained",
       "2 recipient 'Jane Doe': is no office, and a person's name does not belong here"},
      {"gift: a principal on the council's side", kGifts,
       "g,hutt-city,gift,,c,,,given_by_council,mayor,donor,art,,5,,2026,offered",
       "2 donor 'donor': a principal: want an official or office"},
      {"gift: a donor twice", kGifts,
       "g,hutt-city,gift,,c,,,offered_to_council,mayor,mayor,art,,5,,2026,retained",
       "2 donor_key 'c': nobody is named by it here"},
      {"gift: a donor of no kind", kGifts,
       "g,hutt-city,gift,,c,,Chamber,offered_to_council,mayor,,art,,5,,2026,retained",
       "2 donor_kind '': use one of: organisation, person"},
      {"gift: a donor without a key", kGifts,
       "g,hutt-city,gift,,,,Chamber,offered_to_council,mayor,mayor,art,,5,,2026,retained",
       "2 donor_key '': give the donor a key"},
      {"gift: a formula that failed", kGifts,
       "g,hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,#REF!,5,,2026,retained",
       "2 description '#REF!': a formula has failed"},
      {"hospitality: missing", meals, "m,hutt-city,hospitality,2026,,,consul,,meal,yes,",
       "2 guests '': not given"},
      {"hospitality: an unknown value", meals,
       "m,hutt-city,hospitality,2026,,,consul,mayor,meal,perhaps,", "2 accepted 'perhaps': use"},
      {"hospitality: a column of gifts", meals,
       "m,hutt-city,hospitality,2026,mayor,,consul,mayor,meal,,",
       "2 donor 'mayor': a hospitality has no such column"},
      {"hospitality: one guest is none", meals,
       "m,hutt-city,hospitality,2026,,,consul,\"mayor, Jane\",meal,,",
       "2 guests 'mayor, Jane': is no office"},
      {"travel: missing", kTravels, "t,hutt-city,travel,mayor,,2026,,,,,,,,",
       "2 purpose '': is missing"},
      {"travel: back before it began", kTravels,
       "t,hutt-city,travel,mayor,fair,2026-03-02,2026-03-01,,,,,,,",
       "2 return_on '2026-03-01': want no day before"},
      {"travel: a cost without an amount", kTravels,
       "t,hutt-city,travel,mayor,fair,2026,,,,fare,,,council,",
       "2 cost_amount '': give what was paid"},
      {"travel: a cost without a payer, in a further row", kTravels,
       "t,hutt-city,travel,mayor,fair,2026,,,,fare,5,,council,\nt,,,,,,,,,meals,5,,,",
       "3 cost_payer '': not given"},
      {"travel: a country that is none", kTravels,
       "t,hutt-city,travel,mayor,fair,2026,,Minoh,Japan,,,,,", "2 stop_country 'Japan':"},
      {"travel: another purpose in a further row", kTravels,
       "t,hutt-city,travel,mayor,fair,2026,,,,fare,5,,council,\nt,,,,talks,,,,,meals,5,,self,",
       "3 purpose 'talks': belongs into the first row"},
      {"travel: a further row that adds nothing", kTravels,
       "t,hutt-city,travel,mayor,fair,2026,,,,,,,,\nt,,,,,,,,,,,,,",
       "3 record_key 't': the row above has the same key"},
      {"device: missing", devices, "d,hutt-city,device,2026-03-02,,loan,", "2 device_ref '':"},
      {"device: an unknown value", devices, "d,hutt-city,device,2026-03-02,L-1,borrowed,",
       "2 device_class 'borrowed': use one of: loan"},
      {"device: a loan that is none", devices, "d,hutt-city,device,2026-03-02,L-1,personal,LOAN-1",
       "2 loan_id 'LOAN-1': given, and it is no loan device"},
      {"delegation: missing", visits, "v,hutt-city,delegation,2026,,in,talks,,,,,",
       "2 requested_by '': not given: use one of: partner"},
      {"delegation: more people than there can be", visits,
       "v,hutt-city,delegation,2026,,in,talks,partner,,,999999,", "2 size_arrived '999999':"},
      {"delegation: a name among the members, in a further row", visits,
       "v,hutt-city,delegation,2026,,in,talks,partner,mayor,,,\nv,,,,,,,,Jane Doe,,,",
       "3 member_person 'Jane Doe': is no office"},
      {"delegation: a donor whom nobody names", visits,
       "v,hutt-city,delegation,2026,,in,talks,partner,mayor,,,chamber",
       "2 donor_key 'chamber': nobody is named by it here"},
      {"the same key again", kTravels,
       "t,hutt-city,travel,mayor,fair,2026,,,,,,,,\nu,hutt-city,travel,mayor,fair,2026,,,,,,,,\n"
       "t,hutt-city,travel,mayor,fair,2026,,,,,,,,",
       "4 record_key 't': row 2 has the same key"},
      {"a donor with two names", kGifts,
       "g,hutt-city,gift,,c,person,A,offered_to_council,mayor,,art,,5,,2026,retained\n"
       "h,hutt-city,gift,,c,person,B,offered_to_council,mayor,,art,,5,,2026,retained",
       "3 donor_name 'B': row 2 says another name"},
      {"a row that is damaged", kGifts, "g,\"hutt\"-city,gift", "2 (row) 'a quotation mark"},
      {"a row that is too short", kGifts, "g,hutt-city,gift", "2 (row) '3 fields'"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_THAT(ReadAll(c.header + c.rows + "\n").problems,
                ::testing::Contains(HasSubstr(c.problem)));
  }
}

TEST_F(RecordRowsTest, WhatAnAmountWasWorthIsAskedForInTheUnitOfTheColumn) {
  const std::string gifts =
      "record_key,council_id,kind,direction,recipient,donor,gift_kind,amount,currency,nzd_amount,"
      "rate_date,offered_on,disposition\n";
  const auto problems = [&](const std::string& money) {
    return ReadAll(gifts + "g,hutt-city,gift,offered_to_council,mayor,mayor,art," + money +
                   ",2026,retained\n")
        .problems;
  };
  EXPECT_THAT(problems("100,USD,,2026-05-01"),
              ElementsAre("2 nzd_amount '': not given: say what USD 100 was worth in New Zealand "
                          "dollars, such as 162.50"));
  EXPECT_THAT(problems("100,NZD,162.50,2026-05-01"),
              ElementsAre("2 nzd_amount '162.50': clear the cell: the amount is in New Zealand "
                          "dollars already"));
  EXPECT_THAT(
      ReadAll("record_key,council_id,kind,traveller,purpose,depart_on,cost_item,cost_amount,"
              "cost_currency,cost_rate_date,cost_payer\n"
              "t,hutt-city,travel,mayor,fair,2026,fare,80.50,JPY,2026-05-01,council\n")
          .problems,
      ElementsAre(HasSubstr("2 cost_nzd_amount '': ")));
}

TEST_F(RecordRowsTest, CodesAndOfficesMayHaveCapitals) {
  const Read read = ReadAll(
      "record_key,council_id,kind,traveller,purpose,depart_on,stop_city,stop_country,cost_item,"
      "cost_amount,cost_currency,cost_payer\n"
      "t,hutt-city,Travel,Mayor,fair,2026,Minoh,jp,fare,80,nzd,council\n");
  ASSERT_THAT(read.problems, IsEmpty());
  const auto& travel = read.rows[0].record.travel();
  EXPECT_EQ(travel.traveller().office(), "mayor");
  EXPECT_EQ(travel.stops(0).country(), "JP");
  EXPECT_EQ(travel.cost_lines(0).amount().currency(), "NZD");
}

TEST_F(RecordRowsTest, AProblemSaysItsValueOnceAndNothingThatFollowsFromAnother) {
  EXPECT_THAT(ReadAll(std::string(kGifts) + "g,Hutt City,gift,rel-1,,,,offered_to_council,mayor,"
                                            "consul,art,,5,dollar,2026,retained\n")
                  .problems,
              ElementsAre(HasSubstr("2 council_id 'Hutt City': "),
                          HasSubstr("2 currency 'dollar': want three upper-case letters")));
}

TEST_F(RecordRowsTest, WhoSaysWhoADonorIsIsKnownOfRowsThatAreWrong) {
  const auto file = Open(std::string(kGifts) +
                         "g,hutt-city,gift,,c,person,A,sideways,mayor,,art,,5,,2026,retained\n"
                         "h,hutt-city,gift,,d,,,offered_to_council,mayor,,art,,5,,2026,retained\n");
  ASSERT_TRUE(file.ok());
  while (*(*file)->Next()) {
  }
  EXPECT_EQ((*file)->RowNaming(PrincipalIdOf("hutt-city", "c")), 2U);
  EXPECT_EQ((*file)->RowNaming(PrincipalIdOf("hutt-city", "d")), std::nullopt);
}

TEST_F(RecordRowsTest, AllThatIsWrongWithARowIsToldAtOnceAndEachCellOnce) {
  EXPECT_THAT(
      ReadAll(std::string(kGifts) + "g,hutt-city,gift,,,,,sideways,Jane,mayor,art,,x,,soon,\n")
          .problems,
      ElementsAre(HasSubstr("direction"), HasSubstr("amount"), HasSubstr("offered_on"),
                  HasSubstr("recipient"), HasSubstr("disposition")));
}

TEST_F(RecordRowsTest, ADamagedRowSpoilsNoneButWhatStandsDirectlyAboveIt) {
  const std::string good =
      "hutt-city,gift,,,,,offered_to_council,mayor,mayor,art,,,,2026,retained\n";
  const Read read = ReadAll(kGifts + ("a," + good) + "b," + good + "c,\"x\"y\n" + "d,\"open\n" +
                            "e," + good + "f," + good);
  EXPECT_EQ(read.rows.size(), 3U);
  EXPECT_THAT(read.problems, ElementsAre(HasSubstr("3 record_key 'b': row 4 below cannot be read"),
                                         HasSubstr("4 (row)"), HasSubstr("5 (row)")));
}

TEST_F(RecordRowsTest, ARecordWithADamagedRowInItIsNoRecord) {
  const Read read =
      ReadAll(kTravels + std::string("t,hutt-city,travel,mayor,fair,2026,2026,Minoh,JP"
                                     ",,,,,\n"
                                     "t,,,,,,,\"Osa\"ka,JP,,,,,\n"
                                     "t,,,,,,,Kyoto,JP,,,,,\n"));
  EXPECT_THAT(read.rows, IsEmpty());
  EXPECT_THAT(read.problems,
              ::testing::Contains(HasSubstr("2 record_key 't': row 3 below cannot be read")));
}

TEST_F(RecordRowsTest, AKeyInTwoPlacesIsKnownWhenTheFileIsReadAgain) {
  const std::string row = ",hutt-city,travel,mayor,fair,2026,2026,Minoh,JP,,,,,\n";
  const auto file = Open(kTravels + ("t" + row) + "u" + row + "t" + row);
  ASSERT_TRUE(file.ok());
  while (*(*file)->Next()) {
  }
  ASSERT_TRUE((*file)->Rewind().ok());
  std::vector<bool> again;
  while (const auto read = *(*file)->Next())
    again.push_back((*file)->ComesAgain(read->row->record_id));
  EXPECT_THAT(again, ElementsAre(true, false, true));
}

TEST_F(RecordRowsTest, OneCouncilIsTakenOutOfAFileOfMany) {
  const std::string row = ",gift,,,,,offered_to_council,mayor,mayor,art,,,,2026,retained\n";
  const Read read = ReadAll(
      kGifts + ("a,hutt-city" + row) + "b,Elsewhere" + row + "c,hutt-city" + row, "hutt-city");
  EXPECT_EQ(read.rows.size(), 2U);
  EXPECT_THAT(read.problems, IsEmpty());
}

TEST_F(RecordRowsTest, ASpreadsheetMaySaveItInItsOwnWay) {
  const std::string plain =
      "record_key,council_id,kind,direction,recipient,donor,gift_kind,description,offered_on,"
      "disposition\ng,hutt-city,Gift,Offered to council,mayor,mayor,art,Nouméa,2026,retained\n";
  std::string semicolons = plain;
  for (char& c : semicolons) c = c == ',' ? ';' : c;
  std::string windows;
  for (const char c : plain) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  std::string bytes = windows;  // Windows-1252.
  bytes.replace(bytes.find("é"), 2, "\xE9");
  std::string spaces = plain;  // No-break spaces around cells.
  spaces.replace(spaces.find("mayor,"), 6, "\u00A0mayor\u00A0,");
  for (const std::string& text : {plain, semicolons, windows, bytes, spaces,
                                  "\xEF\xBB\xBF" + windows, "sep=;\r\n" + semicolons}) {
    SCOPED_TRACE(text);
    const Read read = ReadAll(text);
    EXPECT_THAT(read.problems, IsEmpty());
    ASSERT_EQ(read.rows.size(), 1U);
    EXPECT_EQ(read.rows[0].record.gift().description(), "Nouméa");
    EXPECT_EQ(read.rows[0].record.gift().recipient().office(), "mayor");
  }
}

TEST_F(RecordRowsTest, AMissingColumnIsNamedWithWhereToFindAHeader) {
  const auto file = Open("record_key,kind\n");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().reason, "COLUMN_MISSING");
  EXPECT_THAT(file.error().message, HasSubstr("lacks council_id"));
  EXPECT_THAT(file.error().message, HasSubstr("--template gift"));
}

TEST(AmountTest, AmountsAreReadAsPeopleWriteThem) {
  for (const auto& [text, cents] :
       std::vector<std::pair<const char*, std::int64_t>>{{"80", 8000},
                                                         {"4361.51", 436151},
                                                         {"$4,361.5", 436150},
                                                         {"NZ$ 80", 8000},
                                                         {" 80 ", 8000},
                                                         {"1,234.50", 123450},
                                                         {"12,345,678", 1'234'567'800},
                                                         {"0", 0},
                                                         {"80000000", 8'000'000'000}}) {
    SCOPED_TRACE(text);
    const Result<std::int64_t> read = ParseCents(text);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, cents);
  }
  for (const char* text : {"", " ", "80 50", "1 234", "$80 50", "x", "-1", "1.234", "1.", ".5",
                           "1e3", "80000000.01", "99999999999999999999999"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(ParseCents(text).error().reason, "VALUE_MALFORMED");
  }
}

TEST(AmountTest, ACommaThatIsNotBetweenThousandsIsRefusedWithWhatToWrite) {
  for (const char* text : {"80,50", "1,25", "12,34,567", "4361,51", "1234,567", ",123", "1,234,",
                           "1,,234", "1.234,50", "80, 50"}) {
    SCOPED_TRACE(text);
    const Result<std::int64_t> read = ParseCents(text);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().reason, "VALUE_MALFORMED");
    EXPECT_THAT(read.error().message, HasSubstr("a point before the cents, as in 80.50"));
  }
}

}  // namespace
}  // namespace twinledger::client
