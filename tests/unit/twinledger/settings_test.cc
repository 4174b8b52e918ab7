// Which setting wins, and what a wrong one is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "twinledger/config/settings.h"

namespace twinledger::client {
namespace {

using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "settings_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path File(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }

  SettingSources Sources(std::vector<std::filesystem::path> files) {
    return {.flags = flags_,
            .variable = [this](const std::string& name) -> std::optional<std::string> {
              const auto found = variables_.find(name);
              if (found == variables_.end()) return std::nullopt;
              return found->second;
            },
            .files = std::move(files)};
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> flags_;
  std::map<std::string, std::string> variables_;
};

TEST_F(SettingsTest, TheStrongestSourceWinsAndIsNamed) {
  const auto project = File("project.conf", "# ours\nserver = project:1\n");
  const auto user = File("user.conf", "server = user:1\n[profile.office]\nserver = office:1\n");
  const auto system = File("system.conf", "server = system:1\n");
  const auto server = [&](std::vector<std::filesystem::path> files) {
    const Result<Settings> settings = ResolveSettings(Sources(std::move(files)));
    EXPECT_TRUE(settings.ok()) << settings.error().message;
    return settings->at("server");
  };
  EXPECT_EQ(server({}).source, "built in");
  EXPECT_EQ(server({system}).value, "system:1");
  EXPECT_EQ(server({user, system}).value, "user:1");
  EXPECT_EQ(server({project, user, system}).value, "project:1");
  EXPECT_EQ(server({project, user, system}).source, project.string() + ":2");
  flags_["profile"] = "office";
  EXPECT_EQ(server({project, user, system}).value, "office:1");
  variables_["TWINLEDGER_SERVER"] = "variable:1";
  EXPECT_EQ(server({project, user, system}).source, "variable TWINLEDGER_SERVER");
  flags_["server"] = "flag:1";
  EXPECT_EQ(server({project, user, system}).value, "flag:1");
  EXPECT_EQ(server({project, user, system}).source, "flag --server");
}

TEST_F(SettingsTest, AWrongFileIsToldWithItsLine) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"\nsever = x\n", "a.conf:2: no setting is called \"sever\"; did you mean \"server\"?"},
      {"server\n", "a.conf:1: write name = value"},
      {"[office]\n", "a.conf:1: a section is written [profile.NAME]"},
      {"[profile.]\n", "a.conf:1: a section is written [profile.NAME]"},
  };
  for (const auto& [text, expected] : cases) {
    SCOPED_TRACE(text);
    const Result<Settings> settings = ResolveSettings(Sources({File("a.conf", text)}));
    ASSERT_FALSE(settings.ok());
    EXPECT_THAT(settings.error().message, HasSubstr(expected));
  }
}

TEST_F(SettingsTest, AnUnknownProfileIsToldWithThoseThatExist) {
  flags_["profile"] = "offce";
  const Result<Settings> settings =
      ResolveSettings(Sources({File("a.conf", "[profile.office]\nserver = \"a:1\"\n")}));
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error().message, HasSubstr("known: office"));
}

}  // namespace
}  // namespace twinledger::client
