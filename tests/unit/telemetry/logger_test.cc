#include "platform/telemetry/logger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "platform/telemetry/json_text.h"
#include "tests/support/manual_clock.h"

namespace twinledger::telemetry {
namespace {

const WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) +
                       std::chrono::hours(12) + std::chrono::microseconds(42);

nlohmann::json Parsed(const std::string& line) {
  return nlohmann::json::parse(line, nullptr, false);
}

TEST(LogLineTest, ALineCarriesItsFieldsAndLeavesEmptyOnesOut) {
  const std::string line = LogLine(kNoon, Level::kWarning, "twinledgerd", "queue full",
                                   {.partition = "registry/3", .reason = "QUEUE_FULL"});
  EXPECT_EQ(line, R"({"ts":"2026-07-01T12:00:00.000042Z","level":"warning","msg":"queue full",)"
                  R"("service":"twinledgerd","partition":"registry/3","reason":"QUEUE_FULL"})");
}

TEST(LogLineTest, TheTraceStandsBeforeTheCall) {
  const std::string line = LogLine(kNoon, Level::kInfo, "s", "m", {.trace_id = "4b", .rpc = "r"});
  EXPECT_EQ(line, R"({"ts":"2026-07-01T12:00:00.000042Z","level":"info","msg":"m","service":"s",)"
                  R"("trace_id":"4b","rpc":"r"})");
}

TEST(LogLineTest, NoTextBreaksOutOfItsLine) {
  const std::string kTexts[] = {"a\nb\r\n{\"level\":\"info\"}",
                                std::string("nul\0inside", 10),
                                "\x1b[31mred\x1b[0m",
                                "quote \" backslash \\ end",
                                "\xff\xfe\xc0\xaf",
                                "\xed\xa0\x80 surrogate",
                                "line\xe2\x80\xa8separator",
                                "\xc2\x85 next line",
                                "M\xc4\x81ori",
                                std::string(100'000, 'x')};
  for (const std::string& text : kTexts) {
    SCOPED_TRACE(text.substr(0, 40));
    const std::string line = LogLine(kNoon, Level::kInfo, "s", text, {.rpc = text});
    EXPECT_TRUE(std::none_of(line.begin(), line.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    EXPECT_EQ(line.find("\xe2\x80\xa8"), std::string::npos);
    const nlohmann::json parsed = Parsed(line);
    ASSERT_FALSE(parsed.is_discarded());
    EXPECT_EQ(parsed.size(), 5u);
    EXPECT_EQ(parsed["level"], "info");
    EXPECT_LE(line.size(), 10'000u);
  }
}

TEST(LogLineTest, EveryByteAloneAndInPairsIsValidJson) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string quoted;
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      AppendJsonText(quoted, text);
      ASSERT_FALSE(Parsed(quoted).is_discarded()) << first << " " << second;
    }
  }
}

TEST(LogLineTest, ValidTextComesBackUnchanged) {
  const std::string text =
      "Te Ara o M\xc4\x81ui, \xe6\x9d\xb1\xe4\xba\xac, \xf0\x9f\x8c\x8f \"quoted\"\t";
  std::string quoted;
  AppendJsonText(quoted, text);
  EXPECT_EQ(Parsed(quoted), text);
}

TEST(LoggerTest, WritesFromItsLevelUpwardsAndAllOfItAtTheEnd) {
  std::ostringstream out;
  const support::ManualClock clock(kNoon);
  {
    Logger logger(out, "twinledgerd", Level::kInfo, clock);
    logger.Write(Level::kDebug, "not wanted");
    for (int i = 0; i < 100; ++i) logger.Info("line " + std::to_string(i));
    logger.Failure("the last one", {.reason = "LOG_DAMAGED"});
  }
  std::istringstream lines(out.str());
  nlohmann::json last;
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    last = Parsed(line);
    ASSERT_FALSE(last.is_discarded()) << line;
  }
  EXPECT_EQ(count, 101);
  EXPECT_EQ(last["reason"], "LOG_DAMAGED");
}

}  // namespace
}  // namespace twinledger::telemetry
