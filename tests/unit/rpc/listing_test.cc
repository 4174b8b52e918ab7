// On the registry's resources, which have a field of every sort.
#include "platform/rpc/listing.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "platform/rpc/sorted_lists.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/facts.pb.h"

namespace twinledger::rpc {
namespace {

using registry::v1::Council;
using registry::v1::Evidence;

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

// Councils in memory, which count how many of them were shown.
class Councils {
 public:
  explicit Councils(const std::vector<Council>& councils = FourCouncils()) {
    for (const Council& council : councils) by_name_[council.name()] = council;
  }

  ListSource source() {
    return {
        .walk = [this](const std::string& after, const ListSource::Visit& visit) -> Result<void> {
          for (auto at = by_name_.upper_bound(after); at != by_name_.end(); ++at) {
            if (!Show(at->second, visit)) break;
          }
          return {};
        },
        .find = [this](const std::string& name, const ListSource::Visit& visit) -> Result<void> {
          Show(by_name_.at(name), visit);
          return {};
        }};
  }

  int shown() const { return shown_; }

 private:
  bool Show(Council council, const ListSource::Visit& visit) {
    ++shown_;
    const std::string name = council.name();
    return visit(name, council);
  }

  std::map<std::string, Council> by_name_;
  int shown_ = 0;
};

// The page's names, or why there are none.
std::string NamesOn(const Question& question, Councils& councils, Page& page) {
  google::protobuf::RepeatedPtrField<Council> out;
  const Result<void> filled = kCouncils.Fill(question, councils.source(), page, out);
  if (!filled.ok()) return filled.error().reason;
  std::string names;
  for (const Council& council : out) names += council.name();
  return names;
}

std::string NamesOf(const Question& question, Page page = {.size = 100, .after = "", .next = ""}) {
  Councils councils;
  const std::string names = NamesOn(question, councils, page);
  return names + (page.next.empty() ? "" : " next " + page.next);
}

// All pages of a list, a bar between them.
std::string PagesOf(const Question& question, int size, Councils& councils, SortedLists* sorted) {
  std::string names;
  Page page{.size = size, .after = "", .next = "", .list = "list", .sorted = sorted};
  do {
    page.after = std::exchange(page.next, "");
    names += (names.empty() ? "" : "|") + NamesOn(question, councils, page);
  } while (!page.next.empty());
  return names;
}

std::string WithoutBars(std::string pages) {
  std::erase(pages, '|');
  return pages;
}

TEST(ListingTest, OrdersByDefaultAsItWasMade) { EXPECT_EQ(NamesOf({"", ""}), "abcd"); }

TEST(ListingTest, OrdersNumbersByValueAndWhatIsNotKnownLast) {
  EXPECT_EQ(NamesOf({"", "population"}), "bdac");
  EXPECT_EQ(NamesOf({"", "population desc"}), "abdc");
  EXPECT_EQ(NamesOf({"", "next_return_due"}), "bcad");
  EXPECT_EQ(NamesOf({"", "next_return_due desc"}), "cbad");
  EXPECT_EQ(NamesOf({"", "update_time desc"}), "adbc");
}

// A document's size cannot tell whether it was given.
TEST(ListingTest, ANumberWithoutPresenceIsKnownAtZero) {
  const Listing documents(Evidence::descriptor(), {"size_bytes"}, {"size_bytes"}, {"title"});
  const auto titles_of = [&](const Question& question) {
    std::map<std::string, Evidence> by_title;
    for (const int size : {7, 0, 3}) {
      Evidence& document = by_title[std::to_string(size)];
      document.set_title(std::to_string(size));
      document.set_size_bytes(size);
    }
    const auto find = [&](const std::string& title, const ListSource::Visit& visit) {
      visit(title, by_title.at(title));
      return Result<void>();
    };
    const auto walk = [&](const std::string&, const ListSource::Visit& visit) {
      for (auto& [title, document] : by_title) visit(title, document);
      return Result<void>();
    };
    Page page{.size = 100, .after = "", .next = ""};
    google::protobuf::RepeatedPtrField<Evidence> out;
    EXPECT_TRUE(documents.Fill(question, {.walk = walk, .find = find}, page, out).ok());
    std::string titles;
    for (const Evidence& document : out) titles += document.title();
    return titles;
  };
  EXPECT_EQ(titles_of({"size_bytes = 0", ""}), "0");
  EXPECT_EQ(titles_of({"size_bytes < 5", ""}), "03");
  EXPECT_EQ(titles_of({"size_bytes != 3", ""}), "07");
  EXPECT_EQ(titles_of({"", "size_bytes"}), "037");
  EXPECT_EQ(titles_of({"", "size_bytes desc"}), "730");
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

TEST(ListingTest, APageBeginsBehindTheNameWhereTheOneBeforeEnded) {
  EXPECT_EQ(NamesOf({"", ""}, {.size = 3, .after = "", .next = ""}), "abc next c");
  EXPECT_EQ(NamesOf({"", ""}, {.size = 3, .after = "c", .next = ""}), "d");
  EXPECT_EQ(NamesOf({"", ""}, {.size = 4, .after = "", .next = ""}), "abcd");
  EXPECT_EQ(NamesOf({"", "name"}, {.size = 1, .after = "b", .next = ""}), "c next c");
  EXPECT_EQ(NamesOf({"", ""}, {.size = 3, .after = "z", .next = ""}), "");
  EXPECT_EQ(NamesOf({"kind = CITY", ""}, {.size = 1, .after = "", .next = ""}), "a next a");
  EXPECT_EQ(NamesOf({"kind = CITY", ""}, {.size = 1, .after = "a", .next = ""}), "d");
}

TEST(ListingTest, APageInAnotherOrderBeginsAtANumber) {
  EXPECT_EQ(NamesOf({"", "population"}, {.size = 3, .after = "", .next = ""}), "bda next 3");
  EXPECT_EQ(NamesOf({"", "population"}, {.size = 3, .after = "3", .next = ""}), "c");
  EXPECT_EQ(NamesOf({"", "name desc"}, {.size = 4, .after = "", .next = ""}), "dcba");
  EXPECT_EQ(NamesOf({"", "population"}, {.size = 3, .after = "9", .next = ""}), "");
}

TEST(ListingTest, PagesTogetherAreTheWholeListWhetherItsOrderWasKeptOrNot) {
  for (int size = 1; size <= 5; ++size) {
    SCOPED_TRACE(size);
    SortedLists kept(1 << 20);
    SortedLists too_small(0);
    for (SortedLists* sorted : {&kept, &too_small, static_cast<SortedLists*>(nullptr)}) {
      Councils councils;
      const std::string by_population = PagesOf({"", "population desc"}, size, councils, sorted);
      EXPECT_EQ(WithoutBars(by_population), "abdc") << by_population;
      const std::string by_name = PagesOf({"", ""}, size, councils, sorted);
      EXPECT_EQ(WithoutBars(by_name), "abcd") << by_name;
    }
  }
}

TEST(ListingTest, AWholeListByPagesShowsEachRowOnceAndOneMoreAPage) {
  std::vector<Council> many(1000);
  for (std::size_t i = 0; i < many.size(); ++i) {
    many[i].set_name("council-" + std::to_string(1000 + i));
    many[i].set_population(static_cast<std::int32_t>(i * 7 % 1000));
  }
  Councils by_name(many);
  PagesOf({"", ""}, 10, by_name, nullptr);
  EXPECT_EQ(by_name.shown(), 1000 + 99);

  Councils by_population(many);
  SortedLists sorted(1 << 20);
  PagesOf({"", "population"}, 10, by_population, &sorted);
  EXPECT_EQ(by_population.shown(), 1000 + 1000);  // Once to sort, once on its page.
}

TEST(ListingTest, APageThatNobodyWaitsForEndsSoon) {
  std::vector<Council> many(1000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].set_name(std::to_string(1000 + i));
  for (const std::string order : {"", "population"}) {
    Councils crowd(many);
    Page page{.size = 1000, .after = "", .next = "", .is_cancelled = [] { return true; }};
    EXPECT_EQ(NamesOn({"", order}, crowd, page), "CANCELLED");
    EXPECT_LT(crowd.shown(), 100);
  }
}

}  // namespace
}  // namespace twinledger::rpc
