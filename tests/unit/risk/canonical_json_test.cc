#include "risk/domain/canonical_json.h"

#include <gtest/gtest.h>

#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

TEST(CanonicalJsonTest, SortsMembersAndLeavesDefaultsOut) {
  v1::Line line;
  line.set_value(4441);
  line.add_facts("b");
  line.add_facts("a");
  line.set_indicator("A1");
  EXPECT_EQ(CanonicalJson(line), R"({"facts":["b","a"],"indicator":"A1","value":4441})");
  line.set_cents(0);  // Given, though 0.
  EXPECT_EQ(CanonicalJson(line), R"({"cents":0,"facts":["b","a"],"indicator":"A1","value":4441})");
  EXPECT_EQ(CanonicalJson(v1::Line()), "{}");
}

TEST(CanonicalJsonTest, EscapesAsLittleAsItMay) {
  v1::FloorInForce floor;
  floor.set_cause("a\"b\\c\b\f\n\r\t\x01/\xC4\x81\x7f");
  EXPECT_EQ(CanonicalJson(floor), "{\"cause\":\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001/\xC4\x81\x7f\"}");
}

TEST(CanonicalJsonTest, EnumsAreNamesAndDaysMayBeNegative) {
  v1::ScoringInput input = Input("previous_band: BAND_HIGH facts { volunteered: true }");
  input.set_as_of(-3);
  EXPECT_EQ(CanonicalJson(input),
            R"({"as_of":-3,"facts":[{"volunteered":true}],"previous_band":"BAND_HIGH"})");
  input.set_previous_band(static_cast<v1::Band>(77));
  EXPECT_EQ(CanonicalJson(input),
            R"({"as_of":-3,"facts":[{"volunteered":true}],"previous_band":77})");
}

}  // namespace
}  // namespace twinledger::risk
