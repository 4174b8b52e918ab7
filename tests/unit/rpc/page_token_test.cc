#include "platform/rpc/page_token.h"

#include <gtest/gtest.h>

namespace twinledger::rpc {
namespace {

const store::Cut kCut{{{"registry", 0}, 7}, {{"registry", 3}, 41}};
const PageBinding kBinding{
    .method = "s/ListCouncils", .account = "council/a/officer/x", .question = "kind = CITY"};

TEST(PageTokenTest, ATokenBringsBackItsCutAndPlace) {
  const PageTokens tokens(std::string(32, 'k'));
  const std::string place("a\0b", 3);
  const Result<PagePlan> plan = tokens.Read(kBinding, 10, tokens.Make(kBinding, kCut, place));
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(plan->after, place);
  EXPECT_EQ(plan->cut, kCut);
  EXPECT_EQ(plan->size, 10);
}

TEST(PageTokenTest, TheFirstPageHasNoTokenAndNoCut) {
  const Result<PagePlan> plan = PageTokens("key").Read(kBinding, 0, "");
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->after.empty());
  EXPECT_FALSE(plan->cut.has_value());
}

TEST(PageTokenTest, ATokenIsGoodForItsQuestionAndCallerOnly) {
  const PageTokens tokens(std::string(32, 'k'));
  const std::string token = tokens.Make(kBinding, kCut, "x");
  PageBinding other = kBinding;
  other.method = "s/ListPartners";
  EXPECT_EQ(tokens.Read(other, 0, token).error().reason, "BAD_PAGE_TOKEN");
  other = kBinding;
  other.account = "council/b/officer/x";
  EXPECT_EQ(tokens.Read(other, 0, token).error().reason, "BAD_PAGE_TOKEN");
  other = kBinding;
  other.question = "kind = DISTRICT";
  EXPECT_EQ(tokens.Read(other, 0, token).error().reason, "BAD_PAGE_TOKEN");
  EXPECT_EQ(PageTokens(std::string(32, 'l')).Read(kBinding, 0, token).error().reason,
            "BAD_PAGE_TOKEN");
}

TEST(PageTokenTest, PartsOfABindingDoNotRunIntoEachOther) {
  const PageTokens tokens("key");
  const std::string token = tokens.Make({"ab", "c", "d"}, kCut, "x");
  EXPECT_FALSE(tokens.Read({"a", "bc", "d"}, 0, token).ok());
}

TEST(PageTokenTest, AnyChangedCharacterIsRefused) {
  const PageTokens tokens("key");
  const std::string token = tokens.Make(kBinding, kCut, "after");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.Read(kBinding, 0, changed).ok()) << i;
    EXPECT_FALSE(tokens.Read(kBinding, 0, token.substr(0, i)).ok() && i > 0) << i;
  }
  for (const char* more : {"=", "==", " ", "A", "AAAA", "\n"}) {
    EXPECT_FALSE(tokens.Read(kBinding, 0, token + more).ok()) << more;
  }
}

TEST(PageTokenTest, AListIsOneQuestionOfOneCallerAtOneCut) {
  const std::string list = ListKey(kBinding, kCut);
  EXPECT_EQ(ListKey(kBinding, kCut), list);
  store::Cut later = kCut;
  ++later[{"registry", 3}];
  EXPECT_NE(ListKey(kBinding, later), list);
  PageBinding other = kBinding;
  other.account = "council/b/officer/x";
  EXPECT_NE(ListKey(other, kCut), list);
  other = kBinding;
  other.question = "kind = DISTRICT";
  EXPECT_NE(ListKey(other, kCut), list);
  EXPECT_NE(ListKey({"ab", "c", "d"}, kCut), ListKey({"a", "bc", "d"}, kCut));
}

TEST(PageTokenTest, ANegativeSizeIsRefused) {
  EXPECT_EQ(PageTokens("key").Read(kBinding, -1, "").error().reason, "INVALID_REQUEST");
}

}  // namespace
}  // namespace twinledger::rpc
