#include "platform/identity/spiffe_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/identity/principal.h"

namespace twinledger::identity {
namespace {

struct Spelling {
  const char* why;
  std::string text;
};

const Spelling kRefused[] = {
    {"empty", ""},
    {"no scheme", "twinledger.internal/auditor/a1"},
    {"another scheme", "https://twinledger.internal/auditor/a1"},
    {"upper-case scheme", "SPIFFE://twinledger.internal/auditor/a1"},
    {"scheme alone", "spiffe://"},
    {"no trust domain", "spiffe:///auditor/a1"},
    {"no path", "spiffe://twinledger.internal"},
    {"empty path", "spiffe://twinledger.internal/"},
    {"upper-case trust domain", "spiffe://Twinledger.internal/auditor/a1"},
    {"port", "spiffe://twinledger.internal:8443/auditor/a1"},
    {"user", "spiffe://me@twinledger.internal/auditor/a1"},
    {"query", "spiffe://twinledger.internal/auditor/a1?x=1"},
    {"fragment", "spiffe://twinledger.internal/auditor/a1#x"},
    {"escape", "spiffe://twinledger.internal/auditor/%61"},
    {"empty segment", "spiffe://twinledger.internal//auditor/a1"},
    {"slash at the end", "spiffe://twinledger.internal/auditor/a1/"},
    {"dot segment", "spiffe://twinledger.internal/./auditor"},
    {"dot-dot segment", "spiffe://twinledger.internal/agency-analyst/../auditor"},
    {"blank", "spiffe://twinledger.internal/auditor/a 1"},
    {"NUL", std::string("spiffe://twinledger.internal/auditor/a\0", 39)},
    {"line feed", "spiffe://twinledger.internal/auditor/a1\n"},
    {"beyond ASCII", "spiffe://twinledger.internal/auditor/m\xc4\x81ori"},
    {"backslash", "spiffe://twinledger.internal\\auditor/a1"},
    {"trust domain of 256", "spiffe://" + std::string(256, 'a') + "/auditor/a1"},
    {"2049 bytes", "spiffe://a/" + std::string(2049 - 11, 'x')},
};

TEST(SpiffeIdTest, EachOtherSpellingIsRefused) {
  for (const auto& [why, text] : kRefused) {
    SCOPED_TRACE(why);
    EXPECT_FALSE(SpiffeId::Parse(text).has_value());
  }
}

TEST(SpiffeIdTest, TheOneSpellingIsTakenApart) {
  const auto id =
      SpiffeId::Parse("spiffe://twinledger.internal/council/hutt-city/officer/K7_a.b-c");
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->trust_domain, "twinledger.internal");
  EXPECT_THAT(id->path, ::testing::ElementsAre("council", "hutt-city", "officer", "K7_a.b-c"));
}

TEST(SpiffeIdTest, TheGreatestLengthsAreTaken) {
  EXPECT_TRUE(SpiffeId::Parse("spiffe://a/" + std::string(2048 - 11, 'x')).has_value());
  EXPECT_TRUE(SpiffeId::Parse("spiffe://" + std::string(255, 'a') + "/x").has_value());
}

const Spelling kNobody[] = {
    {"no role", "spiffe://d/auditor"},
    {"unknown role", "spiffe://d/janitor/a1"},
    {"council role in the flat form", "spiffe://d/council-officer/a1"},
    {"upper-case role", "spiffe://d/Auditor/a1"},
    {"council without a role", "spiffe://d/council/hutt-city/a1"},
    {"council with another role", "spiffe://d/council/hutt-city/auditor/a1"},
    {"council id in upper case", "spiffe://d/council/Hutt/officer/a1"},
    {"council id with two dashes", "spiffe://d/council/hutt--city/officer/a1"},
    {"council id that ends in a dash", "spiffe://d/council/hutt-/officer/a1"},
    {"council id of 65", "spiffe://d/council/" + std::string(65, 'a') + "/officer/a1"},
    {"account of 65", "spiffe://d/auditor/" + std::string(65, 'a')},
    {"more behind the account", "spiffe://d/auditor/a1/b2"},
};

TEST(PrincipalTest, APathOfNoRoleIsNobody) {
  for (const auto& [why, text] : kNobody) {
    SCOPED_TRACE(why);
    const auto id = SpiffeId::Parse(text);
    ASSERT_TRUE(id.has_value());
    EXPECT_FALSE(Principal::Of(*id).has_value());
  }
}

TEST(PrincipalTest, EveryRoleComesBackFromItsUri) {
  for (const Role role : kRoles) {
    SCOPED_TRACE(Name(role));
    const Principal principal{
        .role = role, .council = IsOfCouncil(role) ? "hutt-city" : "", .account = "a1"};
    const auto id = SpiffeId::Parse(principal.Uri("twinledger.internal"));
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(Principal::Of(*id), principal);
    EXPECT_EQ(RoleNamed(Name(role)), role);
  }
}

TEST(PrincipalTest, ACouncilRoleNeedsACouncilAndNoOtherRoleHasOne) {
  EXPECT_FALSE((Principal{Role::kCouncilOfficer, "", "a1"}).Check());
  EXPECT_FALSE((Principal{Role::kAuditor, "hutt-city", "a1"}).Check());
  EXPECT_FALSE((Principal{Role::kAuditor, "", ""}).Check());
  EXPECT_FALSE((Principal{Role::kAuditor, "", "a/b"}).Check());
  EXPECT_TRUE((Principal{Role::kAuditor, "", "a1"}).Check());
}

}  // namespace
}  // namespace twinledger::identity
