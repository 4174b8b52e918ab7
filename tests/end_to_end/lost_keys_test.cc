// A keyring that lost its last keys: it opens like any other, and the log knows better.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/base/data_directory.h"
#include "tests/support/client_process.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::uintmax_t kSlot = 192;  // A key in the file of the keyring.

class LostKeysTest : public testing::Test {
 protected:
  LostKeysTest() { std::ofstream(folder_.path() / "twinledger.conf") << "as = agency-approver\n"; }

  support::ClientRun Run(const std::vector<std::string>& words) const {
    return support::Client(folder_.path()).Run(words);
  }
  json Json(std::vector<std::string> words, int exit = 0) const {
    words.insert(words.end(), {"-o", "json"});
    const support::ClientRun run = Run(words);
    EXPECT_EQ(run.exit, exit) << run.err << run.out;
    return json::parse(run.out, nullptr, false);
  }
  std::string Official(const std::string& name) const {
    return Json({"official", "create", "--council", "hutt-city", "--office", "Mayor", "--since",
                 "2022-10", "--display-name", name})["official"]["name"];
  }

  // Serves until `calls` are made.
  template <class Calls>
  std::string Served(const Calls& calls) const {
    fs::remove(folder_.path() / "stderr");
    support::ServerProcess server(data_.root(), folder_.path() / "stderr",
                                  {"--services", "registry"});
    EXPECT_TRUE(server.WaitUntilServing());
    calls();
    server.Signal(SIGTERM);
    EXPECT_EQ(server.Wait(), 0);
    return support::ReadText(folder_.path() / "stderr");
  }

  const support::TemporaryFolder folder_;
  const DataDirectory data_{folder_.path() / "data"};
};

TEST_F(LostKeysTest, AKeyringWithoutItsLastKeyIsToldByTheStartAndByTheBackup) {
  std::string last;
  Served([&] {
    Json({"council", "create", "hutt-city", "--display-name", "Hutt City", "--kind", "city"});
    Official("Ada Canary");
    last = Official("Bea Canary");
  });
  EXPECT_THAT(Served([] {}), Not(HasSubstr("KEYS_LOST"))) << "all keys are there";
  Json({"backup", "create", "whole"});
  const std::string founding = Json({"log", "digest", "--data-dir", "data"})["founding_hash"];
  EXPECT_EQ(Json({"backup", "verify", "whole", "--founding-hash", founding})["verdict"], "valid");

  const fs::path keys = data_.keyring() / "epoch-1.keys";
  fs::resize_file(keys, fs::file_size(keys) - kSlot);
  const std::string told = Served([&] {
    EXPECT_EQ(Json({"official", "get", last.substr(last.rfind('/') + 1), "--council",
                    "hutt-city"})["display_name_state"],
              "KEY_NOT_HERE");
    const json health = Json({"--as", "operator", "health", "--explain"}, 1);
    EXPECT_THAT(health["findings"].dump(), HasSubstr("KEYS_LOST"));
  });
  EXPECT_THAT(told, HasSubstr("KEYS_LOST"));
  EXPECT_THAT(told, HasSubstr("lacks the keys of 1 of the fields that were sealed last, the first "
                              "at registry/0@"));
  Json({"backup", "create", "short"});
  const json report = Json({"backup", "verify", "short", "--founding-hash", founding}, 6);
  EXPECT_EQ(report["verdict"], "indeterminate");
  EXPECT_THAT(report["missing"].dump(), HasSubstr("1 sealed fields, the first registry/0@"));
}

}  // namespace
}  // namespace twinledger
