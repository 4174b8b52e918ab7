// Officials, principals and strategic assets through the client, against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/client_process.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::HasSubstr;
using testing::Not;

// A server with one council, for all tests of the suite.
class ClientPeopleTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    server_ = new support::ServerProcess(folder_->path() / "data", folder_->path() / "server.log",
                                         {"--services", "registry"});
    ASSERT_TRUE(server_->WaitUntilServing().has_value())
        << support::ReadText(folder_->path() / "server.log");
    std::ofstream(folder_->path() / "twinledger.conf") << "as = agency-approver\n";
    Json({"council", "create", "hutt-city", "--display-name", "Hutt City", "--kind", "city"});
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  static ClientRun Run(const std::vector<std::string>& words) {
    return Client(folder_->path()).Run(words);
  }
  static json Json(std::vector<std::string> words, int exit = 0) {
    words.insert(words.end(), {"-o", "json"});
    const ClientRun run = Run(words);
    EXPECT_EQ(run.exit, exit) << run.err;
    const json parsed = json::parse(run.out, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << run.out;
    return parsed;
  }

  static support::TemporaryFolder* folder_;
  static support::ServerProcess* server_;
};

support::TemporaryFolder* ClientPeopleTest::folder_ = nullptr;
support::ServerProcess* ClientPeopleTest::server_ = nullptr;

TEST_F(ClientPeopleTest, AnOfficialIsCreatedReadAmendedAndItsHistoryTold) {
  const json created = Json({"official", "create", "--council", "hutt-city", "--office", "Mayor",
                             "--since", "2022-10", "--display-name", "Ada Canary"})["official"];
  EXPECT_EQ(created["display_name"], "Ada Canary");
  const std::string name = created["name"];
  Json({"official", "update", name, "--until", "2025-10-11", "--reason", "election"});
  const json read =
      Json({"official", "get", name.substr(name.rfind('/') + 1), "--council", "hutt-city"});
  EXPECT_EQ(read["until"], "2025-10-11");
  EXPECT_EQ(read["display_name_state"], "SHOWN");
  Json({"official", "update", name, "--until", "2021"}, 10);
  Json({"official", "update", name, "--clear", "display-name"});
  const json history = Json({"official", "history", name});
  ASSERT_EQ(history["versions"].size(), 3u);
  EXPECT_EQ(history["versions"][0]["changes"][0]["before"], "Ada Canary");
  EXPECT_TRUE(history["versions"][0]["changes"][0]["after"].is_null());
  EXPECT_THAT(Run({"official", "list", "--filter", "office = \"Mayor\""}).out, HasSubstr("OFFICE"));
  EXPECT_EQ(Json({"official", "list", "--as-of", "2020-01-01"})["officials"].size(), 0u);
}

TEST_F(ClientPeopleTest, APrincipalIsCreatedAmendedGroupedAndMerged) {
  const auto create = [](const std::string& kind) {
    return Json(
        {"principal", "create", "--kind", kind, "--display-name", "Harbour Canary", "--alias", "HC",
         "--alias", "H. Canary", "--role", "operator", "--affiliation",
         "organisation=Ministry; type=state-owned; declared=no; found-on=2026-05-01"})["principal"];
  };
  const json first = create("organisation");
  const json second = create("organisation");
  EXPECT_EQ(first["aliases"], json({"HC", "H. Canary"}));
  EXPECT_EQ(first["affiliations"][0]["type"], "STATE_OWNED");
  EXPECT_EQ(first["affiliations"][0]["found_on"], "2026-05-01");
  const std::string name = second["name"];
  const json amended = Json({"principal", "update", name, "--clear", "aliases", "--donor-group-id",
                             first["donor_group_id"], "--acting-for", first["name"]})["principal"];
  EXPECT_EQ(amended["aliases"].size(), 0u);
  EXPECT_EQ(amended["donor_group_id"], first["donor_group_id"]);
  EXPECT_EQ(amended["acting_for"], first["name"]);
  Json({"principal", "merge", name, "--into", first["name"]});
  EXPECT_EQ(Json({"principal", "get", name})["survivor"], first["name"]);
  Json({"principal", "merge", first["name"], "--into", name}, 10);
  Json({"principal", "merge", name, "--undo"});
  EXPECT_EQ(Json({"principal", "history", name})["versions"].size(), 4u);
  EXPECT_EQ(create("person")["display_name_state"], "SHOWN");
  const ClientRun withheld =
      Run({"--as", "auditor", "principal", "list", "--filter", "kind = PERSON"});
  EXPECT_EQ(withheld.exit, 0) << withheld.err;
  EXPECT_THAT(withheld.out, Not(HasSubstr("Canary")));
}

// A shell remembers flags.
TEST_F(ClientPeopleTest, NamesAreReadFromStandardInput) {
  const auto typed = [](std::vector<std::string> words, const std::string& input, int exit = 0) {
    words.insert(words.end(), {"-o", "json"});
    words.insert(words.begin(), {"--as", "agency-analyst"});
    const ClientRun run = Client(folder_->path()).Run(words, input);
    EXPECT_EQ(run.exit, exit) << run.err;
    return json::parse(run.out, nullptr, false);
  };
  const json official = typed({"official", "create", "--council", "hutt-city", "--office", "Mayor",
                               "--since", "2022-10", "--display-name", "-"},
                              "Ada Canary\n")["official"];
  EXPECT_EQ(official["display_name"], "Ada Canary");
  EXPECT_EQ(typed({"official", "update", official["name"], "--display-name", "-"},
                  "Bea Canary\r\n")["official"]["display_name"],
            "Bea Canary");
  const json person = typed({"principal", "create", "--kind", "person", "--alias", "-", "--role",
                             "-", "--display-name", "-", "--alias", "-"},
                            "Example Name\ntrade attache\nE. N.\nN. E.\n")["principal"];
  EXPECT_EQ(person["display_name"], "Example Name");
  EXPECT_EQ(person["role"], "trade attache");
  EXPECT_EQ(person["aliases"], json::array({"E. N.", "N. E."}));
  EXPECT_EQ(typed({"official", "update", official["name"], "--display-name", "-"}, "\n",
                  2)["error"]["reason"],
            "VALUE_NOT_TYPED");
}

TEST_F(ClientPeopleTest, AnAssetIsCreatedAmendedAndItsCriticalitySet) {
  const json created = Json({"asset", "create", "--council", "hutt-city", "--owner", "joint",
                             "--kind", "port", "--stake-permille", "510"})["asset"];
  EXPECT_EQ(created["criticality"], "NONE");
  const std::string name = created["name"];
  Json({"asset", "update", name, "--register-ref", "AR-17"});
  const json set = Json({"asset", "set-criticality", name, "--criticality", "critical",
                         "--reviewed-on", "2026-10-01"})["asset"];
  EXPECT_EQ(set["criticality"], "CRITICAL");
  EXPECT_EQ(set["criticality_set_by"], "agency-approver");
  EXPECT_EQ(Json({"asset", "list", "--filter", "criticality = CRITICAL"})["assets"].size(), 1u);
  EXPECT_EQ(Json({"asset", "history", name})["versions"].size(), 3u);
}

TEST_F(ClientPeopleTest, SinceWhenACouncilReportsIsSaidByItsOwnCommand) {
  EXPECT_EQ(
      Json({"council", "reporting-since", "hutt-city", "2026-07-01"})["council"]["reporting_since"],
      "2026-07-01");
  EXPECT_EQ(Run({"council", "update", "hutt-city", "--reporting-since", "2026-07-01"}).exit, 2);
  EXPECT_EQ(Run({"council", "reporting-since", "hutt-city", "2026"}).exit, 2);
}

}  // namespace
}  // namespace twinledger
