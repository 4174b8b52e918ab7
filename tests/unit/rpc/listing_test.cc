// On the registry's resources, which have a field of every sort.
#include "platform/rpc/listing.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "twinledger/registry/v1/councils.pb.h"

namespace twinledger::rpc {
namespace {

using registry::v1::Council;

const Listing kCouncils(Council::descriptor(),
                        {"name", "kind", "population", "next_return_due", "region"},
                        {"name", "population", "next_return_due", "update_time"}, {"name"});

std::vector<Council> FourCouncils() {
  std::vector<Council> councils;
  for (const std::string text : {R"pb(name: "d"
                                      kind: COUNCIL_KIND_CITY
                                      population: 9
                                      update_time { seconds: 5 })pb",
                                 R"pb(name: "a"
                                      kind: COUNCIL_KIND_CITY
                                      population: 10
                                      region: "Otago"
                                      update_time { seconds: 5 nanos: 1000 })pb",
                                 R"pb(name: "c"
                                      kind: COUNCIL_KIND_DISTRICT
                                      next_return_due { year: 2027 })pb",
                                 R"pb(name: "b"
                                      population: 9
                                      next_return_due { year: 2026 month: 12 })pb"}) {
    Council council;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &council)) << text;
    councils.push_back(council);
  }
  return councils;
}

struct Question {
  std::string filter_text;
  std::string order_text;
  const std::string& filter() const { return filter_text; }
  const std::string& order_by() const { return order_text; }
};

std::string NamesOf(const Question& question, Page page = {.size = 100, .after = "", .next = ""}) {
  std::vector<Council> councils = FourCouncils();
  google::protobuf::RepeatedPtrField<Council> out;
  const Result<void> filled = kCouncils.Fill(question, councils, page, out);
  if (!filled.ok()) return filled.error().reason;
  std::string names;
  for (const Council& council : out) names += council.name();
  return names + (page.next.empty() ? "" : " next " + page.next);
}

TEST(ListingTest, OrdersByDefaultAsItWasMade) { EXPECT_EQ(NamesOf({"", ""}), "abcd"); }

TEST(ListingTest, OrdersNumbersByValueAndWhatIsNotKnownLast) {
  EXPECT_EQ(NamesOf({"", "population"}), "bdac");
  EXPECT_EQ(NamesOf({"", "population desc"}), "abdc");
  EXPECT_EQ(NamesOf({"", "next_return_due"}), "bcad");
  EXPECT_EQ(NamesOf({"", "next_return_due desc"}), "cbad");
  EXPECT_EQ(NamesOf({"", "update_time desc"}), "adbc");
}

TEST(ListingTest, FiltersEnumsByTheirShortNames) {
  EXPECT_EQ(NamesOf({"kind = CITY", ""}), "ad");
  EXPECT_EQ(NamesOf({"kind = VILLAGE", ""}), "BAD_FILTER");
  EXPECT_EQ(NamesOf({"population >= 9 AND kind = CITY", ""}), "ad");
  EXPECT_EQ(NamesOf({"region = \"Otago\"", ""}), "a");
}

TEST(ListingTest, RefusesFieldsThatAreNotOffered) {
  EXPECT_EQ(NamesOf({"seat = \"x\"", ""}), "BAD_FILTER");
  EXPECT_EQ(NamesOf({"", "region"}), "BAD_ORDER");
}

TEST(ListingTest, PagesFollowOneAnother) {
  EXPECT_EQ(NamesOf({"", ""}, {.size = 3, .after = "", .next = ""}), "abc next 3");
  EXPECT_EQ(NamesOf({"", ""}, {.size = 3, .after = "3", .next = ""}), "d");
  EXPECT_EQ(NamesOf({"", ""}, {.size = 4, .after = "", .next = ""}), "abcd");
  EXPECT_EQ(NamesOf({"", ""}, {.size = 3, .after = "9", .next = ""}), "");
}

}  // namespace
}  // namespace twinledger::rpc
