// On messages of engagements, which have messages within messages.
#include "platform/fields/shown_value.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::fields {
namespace {

using engagement::v1::Record;

// The value of a field of the record's content.
std::string Shown(const std::string& record, const std::string& field) {
  Record parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(record, &parsed)) << record;
  const auto* content = Record::descriptor()->FindFieldByNumber(parsed.content_case());
  const auto& within = parsed.GetReflection()->GetMessage(parsed, content);
  return ShownValue(within, *within.GetDescriptor()->FindFieldByName(field));
}

TEST(ShownValueTest, AnAmountIsWrittenAsOne) {
  EXPECT_EQ(Shown(R"pb(gift { value { cents: 12000 currency: "NZD" } })pb", "value"), "NZD 120.00");
  EXPECT_EQ(Shown(R"pb(gift { value { cents: 5 currency: "NZD" nzd_cents: 5 } })pb", "value"),
            "NZD 0.05");
  EXPECT_EQ(Shown(R"pb(gift {
                         value {
                           cents: 2500
                           currency: "EUR"
                           nzd_cents: 4600
                           rate_date { year: 2026 month: 5 day: 1 }
                         }
                       })pb",
                  "value"),
            "EUR 25.00 (NZD 46.00, rate of 2026-05-01)");
}

TEST(ShownValueTest, AMessageIsWhatIsSetOfIt) {
  EXPECT_EQ(Shown(R"pb(gift { recipient { office: "mayor" } })pb", "recipient"), "office mayor");
  EXPECT_EQ(Shown(R"pb(gift { recipient {} })pb", "recipient"), "");
}

TEST(ShownValueTest, ElementsThatHaveFieldsStandInParentheses) {
  EXPECT_EQ(Shown(R"pb(delegation {
                         sites { name: "the port" escorted: TRI_STATE_YES }
                         sites { name: "the museum" photos_allowed: TRI_STATE_NO }
                       })pb",
                  "sites"),
            "(name the port, escorted YES), (name the museum, photos_allowed NO)");
}

TEST(ShownValueTest, WhatIsWithinKeepsItsShape) {
  EXPECT_EQ(Shown(R"pb(travel {
                         cost_lines {
                           item: COST_ITEM_FARE
                           amount { cents: 100 currency: "NZD" }
                           payer: PAYER_CCO
                         }
                       })pb",
                  "cost_lines"),
            "(item FARE, amount NZD 1.00, payer CCO)");
  EXPECT_EQ(Shown(R"pb(travel { companions { person { office: "mayor" } } })pb", "companions"),
            "(person (office mayor))");
}

TEST(ShownValueTest, AnEnumHasItsWholeNameAloneAndANumberWhereItIsNewer) {
  EXPECT_EQ(Shown("gift { kind: GIFT_KIND_SYMBOLIC }", "kind"), "GIFT_KIND_SYMBOLIC");
  EXPECT_EQ(Shown("gift { kind: 99 }", "kind"), "99");
}

}  // namespace
}  // namespace twinledger::fields
