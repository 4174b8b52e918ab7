// Inputs of `risk evaluate` that no program of ours wrote.
#include "twinledger/risk/input_json.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/risk/scoring.h"

namespace twinledger::risk {
namespace {

std::string Nested(const std::string& open, int levels, const std::string& close) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += open;
  for (int i = 0; i < levels; ++i) text += close;
  return text;
}

std::string FirstFault(const std::string& text) {
  const auto read = client::ReadScoringInput(text, Tl1());
  return read.ok() ? "" : read.error().violations.front().description;
}

TEST(InputJsonTest, AValueAsDeepAsItsFileIsLongIsRefusedAndNotShown) {
  constexpr int kLevels = 100'000;
  for (const std::string& value : {Nested("[", kLevels, "]"), Nested(R"([{"a":)", kLevels, "}]")}) {
    EXPECT_EQ(FirstFault(R"({"as_of": )" + value + "}"), "has more than 32 levels: an input has 5");
  }
}

TEST(InputJsonTest, AFewLevelsTooManyAreShown) {
  EXPECT_EQ(FirstFault(R"({"as_of": [[[1]]]})"),
            "[[[1]]] cannot be: give a date such as \"2026-06-30\"");
}

}  // namespace
}  // namespace twinledger::risk
