// Tables of what is taken and refused, and two properties: any bytes get a verdict, and a filter
// that was written from a tree matches as the tree does.
#include "platform/rpc/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace twinledger::rpc {
namespace {

using ::testing::HasSubstr;

const std::vector<FilterField> kFields = {
    {"kind", FieldKind::kEnum, {"CITY", "DISTRICT"}},
    {"region", FieldKind::kText},
    {"population", FieldKind::kNumber},
    {"since", FieldKind::kDate},
    {"partner", FieldKind::kText, {}, "partners/"},
};

using Row = std::map<std::string, std::string, std::less<>>;

FieldOf Of(const Row& row) {
  return [&row](std::string_view field) -> std::optional<std::string> {
    const auto found = row.find(field);
    return found == row.end() ? std::nullopt : std::optional(found->second);
  };
}

const Row kDunedin{
    {"kind", "CITY"}, {"region", "Otago"}, {"population", "134600"}, {"since", "1974-05"}};

struct Match {
  const char* filter;
  bool matches;
};

const Match kMatches[] = {
    {"", true},
    {"  ", true},
    {"kind = CITY", true},
    {"kind=CITY", true},
    {"kind != CITY", false},
    {"region = \"Otago\"", true},
    {"region = Otago", true},
    {"region = \"otago\"", false},
    {"region:tag", true},
    {"region:\"\"", true},
    {"region:*", true},
    {"region < \"P\"", true},
    {"partner = \"partners/p1\"", false},
    {"partner : xiamen", false},
    {"population >= 134600", true},
    {"population > 134600", false},
    {"population < 134601", true},
    {"population = -5", false},
    {"population > 99999", true},
    {"since = 1974-05", true},
    {"since >= 1974", true},
    {"since > 1974-05", false},
    {"since:1974", true},
    {"since < 1980", true},
    {"kind = CITY AND region = Otago", true},
    {"kind = CITY AND region = Waikato", false},
    {"kind = DISTRICT OR region = Otago", true},
    {"NOT kind = CITY", false},
    {"NOT (kind = DISTRICT OR region = Waikato)", true},
    {"kind = CITY AND (region = Waikato OR population > 100)", true},
    {"((((kind = CITY))))", true},
};

TEST(FilterTest, ARowMatchesAsTheFilterSays) {
  for (const auto& [text, matches] : kMatches) {
    SCOPED_TRACE(text);
    const Result<Filter> filter = Filter::Parse(text, kFields);
    ASSERT_TRUE(filter.ok()) << filter.error().message;
    EXPECT_EQ(filter->Matches(Of(kDunedin)), matches);
  }
}

TEST(FilterTest, AComparisonWithWhatIsNotKnownIsFalse) {
  for (const char* text :
       {"region = x", "region != x", "region:*", "population < 5", "since > 0001"}) {
    const Result<Filter> filter = Filter::Parse(text, kFields);
    ASSERT_TRUE(filter.ok()) << filter.error().message;
    EXPECT_FALSE(filter->Matches(Of({}))) << text;
  }
}

TEST(FilterTest, QuotesAndBackslashesAreEscapedInATextOnly) {
  const Result<Filter> filter = Filter::Parse(R"(region = "a\"b\\c")", kFields);
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->Matches(Of({{"region", R"(a"b\c)"}})));
}

struct Fault {
  const char* filter;
  const char* column;
  const char* says;
};

const Fault kFaults[] = {
    {"color = red", "1", "is no field"},
    {"kind", "5", "is no comparison"},
    {"kind CITY", "6", "is no comparison"},
    {"kind =", "7", "is no value"},
    {"kind = TOWN", "8", "the values are CITY, DISTRICT"},
    {"kind > CITY", "6", "has no order"},
    {"population = many", "14", "no whole number"},
    {"population = 99999999999999999999", "14", "no whole number"},
    {"since > yesterday", "9", "no date"},
    {"region = \"Otago", "10", "not closed"},
    {"region = \"a\\n\"", "12", "backslash"},
    {"(kind = CITY", "1", "not closed"},
    {"kind = CITY)", "12", "not expected"},
    {"kind = CITY region = Otago", "13", "not expected"},
    {"kind = CITY AND", "16", "is no field"},
    {"kind = CITY OR region = a AND region = b", "27", "parentheses"},
    {"kind == CITY", "7", "is no value"},
    {"NOT NOT kind = CITY", "5", "NOT stands once"},
    {"region = *", "10", "only behind"},
    {"kind = CITY; DROP TABLE", "12", "means nothing"},
    {"and = 1", "1", "is no field"},
    {"partner = xiamen", "11", "write \"partners/xiamen\""},
    {"NOT partner != \"xiamen\"", "16", "write \"partners/xiamen\""},
};

TEST(FilterTest, AFaultIsNamedWithItsColumn) {
  for (const auto& [text, column, says] : kFaults) {
    SCOPED_TRACE(text);
    const Result<Filter> filter = Filter::Parse(text, kFields);
    ASSERT_FALSE(filter.ok());
    EXPECT_EQ(filter.error().code, Code::kInvalidArgument);
    EXPECT_EQ(filter.error().reason, "BAD_FILTER");
    EXPECT_EQ(filter.error().metadata.at("column"), column) << filter.error().message;
    EXPECT_THAT(filter.error().message, HasSubstr(says));
    ASSERT_EQ(filter.error().violations.size(), 1U);
    EXPECT_EQ(filter.error().violations[0].field, "filter");
  }
}

std::string Repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(FilterTest, DepthComparisonsAndLengthEndAtTheirLimits) {
  const auto nested = [](int depth) {
    return Repeated("(", depth - 1) + "kind = CITY" + Repeated(")", depth - 1);
  };
  EXPECT_TRUE(Filter::Parse(nested(kFilterDepthMax), kFields).ok());
  EXPECT_FALSE(Filter::Parse(nested(kFilterDepthMax + 1), kFields).ok());
  EXPECT_FALSE(Filter::Parse(Repeated("(", 4000), kFields).ok());
  EXPECT_FALSE(Filter::Parse(Repeated("NOT ", 1000) + "kind = CITY", kFields).ok());

  const auto joined = [](int comparisons) {
    return "kind = CITY" + Repeated(" AND kind = CITY", comparisons - 1);
  };
  EXPECT_TRUE(Filter::Parse(joined(kFilterComparisonsMax), kFields).ok());
  EXPECT_FALSE(Filter::Parse(joined(kFilterComparisonsMax + 1), kFields).ok());

  const std::string longest = "region = " + std::string(kFilterBytesMax - 9, 'x');
  EXPECT_TRUE(Filter::Parse(longest, kFields).ok());
  EXPECT_FALSE(Filter::Parse(longest + "x", kFields).ok());
}

TEST(FilterTest, ARequiredValueIsOneThatEveryMatchHas) {
  const auto required = [](const char* text) {
    return Filter::Parse(text, kFields)->RequiredValue("region");
  };
  EXPECT_EQ(required("region = Otago"), "Otago");
  EXPECT_EQ(required("kind = CITY AND region = Otago"), "Otago");
  EXPECT_EQ(required("kind = CITY OR region = Otago"), std::nullopt);
  EXPECT_EQ(required("NOT region = Otago"), std::nullopt);
  EXPECT_EQ(required("region:Otago"), std::nullopt);
  EXPECT_EQ(required(""), std::nullopt);
}

TEST(FilterProperty, AnyBytesGetAVerdict) {
  std::mt19937 random(20261125);
  const std::vector<std::string> parts = {"kind", "region", "population", "=",  ":", "<=",  "!",
                                          "(",    ")",      "AND",        "OR", " ", "\"",  "\\",
                                          "NOT",  "CITY",   "1974",       "*",  "x", "\xff"};
  int taken = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    const std::size_t length = random() % 12;
    for (std::size_t k = 0; k < length; ++k) {
      text += random() % 8 == 0 ? std::string(1, static_cast<char>(random() % 256))
                                : parts[random() % parts.size()] + " ";
    }
    const Result<Filter> filter = Filter::Parse(text, kFields);
    if (!filter) {
      ASSERT_EQ(filter.error().reason, "BAD_FILTER") << text;
      continue;
    }
    ++taken;
    filter->Matches(Of(kDunedin));
  }
  EXPECT_GT(taken, 100);
}

// A filter as text, and what it says of kDunedin.
struct Written {
  std::string text;
  bool matches;
};

Written AnyFilter(std::mt19937& random, int depth) {
  constexpr Match kLeaves[] = {{"kind = CITY", true},
                               {"region:\"x y\"", false},
                               {"population > 100", true},
                               {"since < 1970-01-01", false}};
  const unsigned choice = random() % 4;
  if (depth == 0 || choice == 0) {
    const Match& leaf = kLeaves[random() % std::size(kLeaves)];
    return {leaf.filter, leaf.matches};
  }
  const Written left = AnyFilter(random, depth - 1);
  if (choice == 1) return {"NOT (" + left.text + ")", !left.matches};
  const Written right = AnyFilter(random, depth - 1);
  const std::string_view join = choice == 2 ? ") AND (" : ") OR (";
  return {"(" + left.text + std::string(join) + right.text + ")",
          choice == 2 ? left.matches && right.matches : left.matches || right.matches};
}

TEST(FilterProperty, AFilterMatchesAsTheTreeThatItWasWrittenFrom) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    const Written written = AnyFilter(random, 4);
    SCOPED_TRACE(written.text);
    const Result<Filter> filter = Filter::Parse(written.text, kFields);
    ASSERT_TRUE(filter.ok()) << filter.error().message;
    ASSERT_EQ(filter->Matches(Of(kDunedin)), written.matches);
  }
}

TEST(OrderTest, FieldsAreTakenInOrder) {
  const auto order = ParseOrder(" since desc , region", {"since", "region"});
  ASSERT_TRUE(order.ok());
  EXPECT_THAT(*order,
              ::testing::ElementsAre(OrderField{"since", true}, OrderField{"region", false}));
  EXPECT_TRUE(ParseOrder("  ", {"since"})->empty());
}

TEST(OrderTest, WhatIsNoOrderIsRefused) {
  for (const char* text : {"color", "since asc", "since desc desc", "since,", ",since",
                           "since, since desc", "since DESC", "a, b, c, d, e"}) {
    SCOPED_TRACE(text);
    const auto order = ParseOrder(text, {"since", "region", "a", "b", "c", "d", "e"});
    ASSERT_FALSE(order.ok());
    EXPECT_EQ(order.error().reason, "BAD_ORDER");
  }
}

}  // namespace
}  // namespace twinledger::rpc
