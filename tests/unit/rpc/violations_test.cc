#include "platform/rpc/violations.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace twinledger::rpc {
namespace {

struct Case {
  std::string value;
  bool right;
};

void Expect(const std::vector<Case>& cases,
            const std::function<void(Violations&, const std::string&)>& check) {
  for (const auto& [value, right] : cases) {
    SCOPED_TRACE("value: " + value.substr(0, 80));
    Violations wrong;
    check(wrong, value);
    EXPECT_EQ(wrong.empty(), right);
  }
}

TEST(ViolationsTest, TextIsUtf8WithinItsLengthInCharacters) {
  Expect(
      {{"Ng\xc4\x81i Tahu", true},
       {"", false},
       {" \n", false},
       {std::string(10, 'x'), true},
       {std::string(11, 'x'), false},
       {"\xc4\x81\xc4\x81\xc4\x81\xc4\x81\xc4\x81\xc4\x81\xc4\x81\xc4\x81\xc4\x81\xc4\x81", true},
       {"a\tb\nc", true},
       {std::string("a\0b", 3), false},
       {"a\x1b[0m", false},
       {"a\x7f", false},
       {"\xc4", false},
       {"\xc0\x80", false},
       {"\xed\xa0\x80", false},
       {"\xf4\x90\x80\x80", false},
       {"\xff", false}},
      [](Violations& wrong, const std::string& value) { wrong.Required("f", value, 10); });
}

TEST(ViolationsTest, OptionalTextMayBeEmpty) {
  Expect({{"", true}, {"abc", true}, {"abcd", false}},
         [](Violations& wrong, const std::string& value) { wrong.Optional("f", value, 3); });
}

TEST(ViolationsTest, IdsAreSpelledInOneWay) {
  Expect({{"wellington-city", true},
          {"a", true},
          {"", false},
          {"-a", false},
          {"a-", false},
          {"a--b", false},
          {"A", false},
          {"a_b", false},
          {std::string(64, 'a'), true},
          {std::string(65, 'a'), false}},
         [](Violations& wrong, const std::string& value) { wrong.Slug("f", value); });
  Expect({{"6f1d2a3e-58b2-4a0c-9d65-0c1e2f3a4b5d", true},
          {"6F1D2A3E-58B2-4A0C-9D65-0C1E2F3A4B5D", false},
          {"6f1d2a3e58b24a0c9d650c1e2f3a4b5d", false},
          {"", false}},
         [](Violations& wrong, const std::string& value) { wrong.Uuid("f", value); });
}

TEST(ViolationsTest, AWebAddressHasASchemeAndAHost) {
  Expect({{"https://example.govt.nz/a?b=c#d", true},
          {"http://[::1]/x", true},
          {"ftp://example.org", false},
          {"https://", false},
          {"https:///x", false},
          {"https://user@example.org", false},
          {"https://example.org/a b", false},
          {"javascript:alert(1)", false},
          {"https://example.org/" + std::string(2048, 'x'), false}},
         [](Violations& wrong, const std::string& value) { wrong.Url("f", value); });
}

TEST(ViolationsTest, PageSizesAreDefaultedCappedAndNeverNegative) {
  Violations wrong;
  EXPECT_EQ(wrong.PageSize("page_size", 0), kPageSizeDefault);
  EXPECT_EQ(wrong.PageSize("page_size", 7), 7);
  EXPECT_EQ(wrong.PageSize("page_size", kPageSizeMax + 1), kPageSizeMax);
  EXPECT_TRUE(wrong.empty());
  wrong.PageSize("page_size", -1);
  EXPECT_FALSE(wrong.empty());
}

TEST(ViolationsTest, TheVerdictHoldsEveryViolation) {
  Violations wrong;
  wrong.Slug("council_id", "Wellington");
  wrong.Uuid("request_id", "1");
  wrong.Etag("etag", "");
  wrong.Between("population", -1, 0, 100);
  const Result<void> verdict = wrong.Verdict();
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code, Code::kInvalidArgument);
  EXPECT_EQ(verdict.error().violations.size(), 4U);
  EXPECT_EQ(verdict.error().violations[0].field, "council_id");
}

TEST(ViolationsTest, AMessageShowsAValueShortAndWithoutControlCharacters) {
  Violations wrong;
  wrong.Slug("f", "a\r\n\x1b[31m" + std::string(500, 'x'));
  const std::string& description = wrong.all()[0].description;
  EXPECT_LT(description.size(), 260U);
  EXPECT_EQ(description.find('\x1b'), std::string::npos);
  EXPECT_EQ(description.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace twinledger::rpc
