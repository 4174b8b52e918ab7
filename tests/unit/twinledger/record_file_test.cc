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
      const Result<RecordRead> read = ReadRecord(line + " " + value, {});
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
