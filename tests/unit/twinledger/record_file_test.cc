#include "twinledger/command/engagement/record_file.h"

#include <gmock/gmock.h>

#include <sstream>

namespace twinledger::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(RecordFileTest, LinesSetFieldsOfARecord) {
  const Result<RecordRead> read = ReadRecord(
      "# A journey.\n"
      "relationship =\n"
      "travel.traveller.office = member-2\n"
      "travel.depart_on = 2/3/2026\r\n"
      "travel.stops[1].city = Minoh = home\n"
      "travel.stops[0].nights = 3\n"
      "travel.cost_lines[0].amount.cents = 480000\n"
      "travel.cost_lines[0].item = fare\n",
      {"unknown_fields=travel.purpose,travel.role", "travel.leisure_days=0"});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->record.ShortDebugString(),
            "unknown_fields: \"travel.purpose\" unknown_fields: \"travel.role\" travel { traveller "
            "{ office: \"member-2\" } depart_on { year: 2026 month: 3 day: 2 } stops { nights: 3 } "
            "stops { city: \"Minoh = home\" } cost_lines { item: COST_ITEM_FARE amount { cents: "
            "480000 } } leisure_days: 0 }");
  EXPECT_THAT(read->paths,
              ElementsAre("travel.traveller", "travel.depart_on", "travel.stops",
                          "travel.cost_lines", "unknown_fields", "travel.leisure_days"));
}

TEST(RecordFileTest, JsonIsTheSameRecord) {
  const Result<RecordRead> read = ReadRecord(
      R"({"occur_date": {"year": 2026}, "device": {"device_ref": "L-1", "device_class":
          "DEVICE_CLASS_LOAN"}})",
      {"device.loan_id=LOAN-1"});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->record.device().loan_id(), "LOAN-1");
  EXPECT_THAT(read->paths, ElementsAre("occur_date", "device.device_ref", "device.device_class",
                                       "device.loan_id"));
  EXPECT_EQ(ReadRecord("{\"gift\": 7}", {}).error().reason, "VALUE_MALFORMED");
}

TEST(RecordFileTest, EveryWrongLineIsNamedAtOnce) {
  const Result<RecordRead> read = ReadRecord(
      "gift.kind = cheese\n"
      "gift.colour = red\n"
      "a note\n"
      "gift.value = 7\n"
      "gift.decision_links.reference = A\n"
      "gift.decision_links[1001].reference = A\n"
      "etag = x\n"
      "gift.offered_on = soon\n",
      {"gift.value.cents=-1"});
  ASSERT_FALSE(read.ok());
  std::vector<std::string> fields;
  for (const FieldViolation& violation : read.error().violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("gift.kind", "line 2", "line 3", "line 4", "line 5", "line 6",
                                  "line 7", "gift.offered_on", "gift.value.cents"));
}

std::vector<std::string> WrongIn(const Result<RecordRead>& read) {
  std::vector<std::string> wrong;
  if (read.ok()) return {"nothing"};
  for (const FieldViolation& one : read.error().violations) {
    wrong.push_back(one.field + ": " + one.description);
  }
  return wrong;
}

TEST(RecordFileTest, ARecordHasOneKindAndAFieldOneValue) {
  EXPECT_THAT(WrongIn(ReadRecord("travel.purpose = a visit\ngift.kind = art\n", {})),
              ElementsAre("gift.kind: the record is of kind travel, and has one kind"));
  EXPECT_THAT(WrongIn(ReadRecord("gift.kind = art\ngift.kind = cash\n", {})),
              ElementsAre("gift.kind: is given twice: give it once"));
  const Result<RecordRead> last =
      ReadRecord("gift.kind = art\n", {"gift.kind=food_drink", "gift.kind=cash"});
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last->record.gift().kind(), engagement::v1::GIFT_KIND_CASH);
}

TEST(RecordFileTest, AnAmountHasCents) {
  EXPECT_THAT(WrongIn(ReadRecord("gift.value.currency = NZD\n", {})),
              ElementsAre("gift.value.cents: is missing: give it, or leave out the rest of the "
                          "amount"));
  EXPECT_TRUE(ReadRecord("gift.value.currency = NZD\ngift.value.cents = 0\n", {}).ok());
}

engagement::v1::Record Journey() {
  return ReadRecord(
             "travel.purpose = a visit\n"
             "travel.stops[0].city = Beppu\n"
             "travel.stops[0].nights = 3\n"
             "travel.stops[1].city = Minoh\n"
             "travel.cost_lines[0].amount.cents = 1000\n"
             "travel.cost_lines[0].amount.currency = CNY\n"
             "travel.cost_lines[0].amount.nzd_cents = 220\n"
             "travel.cost_lines[0].amount.rate_date = 2026-03-01\n",
             {})
      ->record;
}

TEST(RecordFileTest, AnAmendmentKeepsWhatItDoesNotName) {
  const engagement::v1::Record before = Journey();
  const Result<RecordRead> city = ReadAmendment("", {"travel.stops[0].city=Oita"}, &before);
  ASSERT_TRUE(city.ok()) << city.error().message;
  EXPECT_EQ(city->record.ShortDebugString(),
            "travel { stops { city: \"Oita\" nights: 3 } stops { city: \"Minoh\" } }");
  EXPECT_THAT(city->paths, ElementsAre("travel.stops"));

  const Result<RecordRead> day =
      ReadAmendment("", {"travel.cost_lines[0].amount.rate_date=2026-03-02"}, &before);
  ASSERT_TRUE(day.ok());
  EXPECT_EQ(
      day->record.travel().cost_lines(0).amount().ShortDebugString(),
      "cents: 1000 currency: \"CNY\" nzd_cents: 220 rate_date { year: 2026 month: 3 day: 2 }");
  EXPECT_THAT(WrongIn(ReadAmendment("", {"gift.kind=art"}, &before)),
              ElementsAre("gift.kind: the record is of kind travel, and has one kind"));
}

// So the server asks for it: 220 was what the other amount was worth.
TEST(RecordFileTest, AnotherAmountIsNotWorthWhatTheOneBeforeWas) {
  const engagement::v1::Record before = Journey();
  const auto amount = [&](const std::string& line) {
    const Result<RecordRead> read =
        ReadAmendment("", {"travel.cost_lines[0].amount." + line}, &before);
    return read.ok() ? read->record.travel().cost_lines(0).amount().ShortDebugString()
                     : read.error().message;
  };
  EXPECT_EQ(amount("cents=2000"),
            "cents: 2000 currency: \"CNY\" rate_date { year: 2026 month: 3 day: 1 }");
  EXPECT_EQ(amount("currency=NZD"), "cents: 1000 currency: \"NZD\"");
}

TEST(RecordFileTest, AListThatIsClearedBeginsAnew) {
  engagement::v1::Record before = Journey();
  ClearPath("travel.stops", before);
  ClearPath("gift.value", before);
  ClearPath("no.such", before);
  const Result<RecordRead> read = ReadAmendment("", {"travel.stops[0].city=Oita"}, &before);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->record.ShortDebugString(), "travel { stops { city: \"Oita\" } }");
}

TEST(RecordFileTest, WhatIsNotShownIsNotWrittenOverInPart) {
  engagement::v1::Record before = Journey();
  before.add_unopened_fields("travel.stops[1].city");
  before.add_unopened_fields("travel.purpose");
  EXPECT_TRUE(ReadAmendment("", {"travel.purpose=another"}, &before).ok());
  EXPECT_THAT(WrongIn(ReadAmendment("", {"travel.stops[0].city=Oita"}, &before)),
              ElementsAre(HasSubstr("travel.stops[1].city: is not shown to you")));
  ClearPath("travel.stops", before);
  EXPECT_TRUE(ReadAmendment("", {"travel.stops[0].city=Oita"}, &before).ok());
}

// Each line of a template, with a value that fits its comment, is read.
TEST(RecordFileTest, ATemplateIsAFileThatCanBeFilledIn) {
  for (const std::string& kind : RecordKinds()) {
    SCOPED_TRACE(kind);
    const Result<std::string> text = RecordTemplate(kind);
    ASSERT_TRUE(text.ok());
    EXPECT_THAT(ReadRecord(*text, {})->paths, IsEmpty());
    std::istringstream lines(*text);
    std::string comment;
    int fields = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# ")) comment = line.substr(2);
      if (!line.ends_with(" =")) continue;
      std::string value =
          comment.starts_with("several, by commas: ") ? comment.substr(20) : comment;
      value = value.substr(0, value.find(','));
      if (comment == "a number") value = "7";
      if (comment.empty() || comment == "several, by commas") value = "word";
      const Result<RecordRead> read = ReadAmendment(line + " " + value, {}, nullptr);
      EXPECT_TRUE(read.ok()) << line << " " << value;
      comment.clear();
      ++fields;
    }
    EXPECT_GT(fields, 15);
    EXPECT_THAT(*text, Not(HasSubstr("etag")));
  }
  EXPECT_THAT(RecordTemplate("cheese").error().message, HasSubstr("gift, hospitality, travel"));
  EXPECT_FALSE(RecordTemplate("relationship").ok());
}

}  // namespace
}  // namespace twinledger::client
