#include "twinledger/command/engagement/currencies.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

namespace twinledger::client {
namespace {

engagement::v1::Record Parsed(const std::string& text) {
  engagement::v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

std::string Filled(const std::string& before, const std::string& record) {
  engagement::v1::Record filled = Parsed(record);
  FillCurrencies(Parsed(before), filled);
  return filled.ShortDebugString();
}

TEST(CurrenciesTest, AnAmountKeepsTheCurrencyThatItHad) {
  EXPECT_EQ(Filled("gift { value { cents: 1 currency: \"EUR\" } }", "gift { value { cents: 2 } }"),
            "gift { value { cents: 2 currency: \"EUR\" } }");
}

TEST(CurrenciesTest, WhereItHadNoneItIsInNewZealandDollars) {
  for (const std::string before : {"", "gift {}", "gift { value {} }"}) {
    EXPECT_EQ(Filled(before, "gift { value { cents: 2 } }"),
              "gift { value { cents: 2 currency: \"NZD\" } }");
  }
  EXPECT_EQ(Filled("", "gift { value { cents: 0 } }"), "gift { value { currency: \"NZD\" } }");
  EXPECT_EQ(Filled("travel { cost_lines { amount { cents: 1 currency: \"EUR\" } } }",
                   "travel { cost_lines { amount { cents: 2 } } }"),
            "travel { cost_lines { amount { cents: 2 currency: \"NZD\" } } }");
}

TEST(CurrenciesTest, WhatIsGivenStays) {
  const std::string given = "gift { value { cents: 2 currency: \"USD\" } }";
  EXPECT_EQ(Filled("gift { value { cents: 1 currency: \"EUR\" } }", given), given);
  EXPECT_EQ(Filled("", "gift { kind: GIFT_KIND_ART }"), "gift { kind: GIFT_KIND_ART }");
}

}  // namespace
}  // namespace twinledger::client
