// The client without a server: help, errors, settings, completion, exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
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
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ClientSurfaceTest : public testing::Test {
 protected:
  support::TemporaryFolder folder_;
  Client client_{folder_.path()};
};

using Words = std::vector<std::string>;
using Sourced = std::pair<std::string, std::string>;  // A value, and where it comes from.

std::vector<std::string> CommandsBelow(const Client& client, const Words& words) {
  Words line{"__complete", "--"};
  line.insert(line.end(), words.begin(), words.end());
  line.emplace_back("");
  std::istringstream candidates(client.Run(line).out);
  std::vector<std::string> commands;
  for (std::string text; std::getline(candidates, text);) {
    commands.push_back(text.substr(0, text.find('\t')));
  }
  return commands;
}

void ExpectExamplesFirst(const Client& client, const Words& words) {
  Words line = words;
  line.emplace_back("--help");
  const ClientRun help = client.Run(line);
  SCOPED_TRACE(testing::PrintToString(line));
  EXPECT_EQ(help.exit, 0) << help.err;
  EXPECT_THAT(help.out, StartsWith("Examples:\n  "));
  for (const std::string& command : CommandsBelow(client, words)) {
    Words deeper = words;
    deeper.push_back(command);
    ExpectExamplesFirst(client, deeper);
  }
}

TEST_F(ClientSurfaceTest, HelpOnEveryLevelBeginsWithExamples) {
  EXPECT_THAT(CommandsBelow(client_, {}), Not(IsEmpty()));
  ExpectExamplesFirst(client_, {});
}

TEST_F(ClientSurfaceTest, AWrongCommandLineIsExitTwoAndNamesTheNearestWord) {
  struct Case {
    Words words;
    const char* expected;
  };
  const Case cases[] = {
      {{"registre"}, "did you mean \"register\"?"},
      {{"council", "gte", "x"}, "did you mean \"get\"?"},
      {{"register", "--as-off", "2026-01-01"}, "did you mean --as-of?"},
      {{"council"}, "needs a command: list, get, history, create, update, reporting-since"},
      {{"council", "get"}, "council is required"},
      {{}, "needs a command"},
      {{"overview", "--as-of", ""},
       "twinledger overview: --as-of: \"\" is no value: give one, or leave the option out"},
      {{"engagement", "list", "--council", ""}, "--council: \"\" is no value"},
      {{"gifts", "--from", ""}, "--from: \"\" is no value"},
      {{"risk", "explain", "hutt-city", "--day", ""}, "--day: \"\" is no value"},
      {{"log", "replay", "--from", ""}, "--from: \"\" is no value"},
      {{"council", "update", "hutt-city", "--clear", ""}, "--clear: \"\" is no value"},
      {{"--as", "", "overview"}, "--as: \"\" is no value"},
      {{"-o", "yaml", "version"}, "use table, json, jsonl or csv"},
      {{"--timeout", "soon", "version"}, "such as 30s"},
      {{"--profile", "office", "version"}, "is in no configuration file"},
      {{"council", "update", "x"}, "nothing to change"},
      {{"council", "create", "x", "--kind", "village"}, "regional, unitary, city"},
      {{"register", "--as-of", "soon"}, "2026-11-26"},
      {{"relationship", "get", "0b1c9b5e-31c7-5f0e-a7d2-7f5d7f1f2a10"}, "--council"},
      {{"official", "create", "--office", "Mayor"}, "--council"},
      {{"asset", "get", "0b1c9b5e-31c7-5f0e-a7d2-7f5d7f1f2a10"}, "--council"},
      {{"asset", "set-criticality", "x", "--council", "y", "--criticality", "high"}, "important"},
      {{"principal", "merge", "x"}, "--into PRINCIPAL, or --undo"},
      {{"principal", "create", "--affiliation", "type"}, "organisation="},
      {{"principal", "create", "--affiliation", "type=secret"}, "state_owned"},
      {{"import", "councils", "absent.csv"}, "absent.csv"},
      {{"risk", "evaluat"}, "did you mean \"evaluate\"?"},
      {{"risk", "frobnicate"}, "has no command \"frobnicate\"; it has: "},
      {{"risk", "evaluate"}, "--input is missing"},
      {{"--server", "ledger.example", "register"}, "has no port: write ledger.example:7443"},
      {{"--server", "a:1,b:2,a:1", "register"}, "(flag --server): a:1 stands there twice"},
      {{"identity", "issue", "a3", "--role", "auditor", "--for-server", "a:1,dns:b:2"},
       "(flag --for-server): dns:NAME:PORT stands alone"},
      {{"engagement", "submit", "--set", "gift.kind=cheese", "--council", "x"}, "symbolic, art"},
      {{"engagement", "submit", "absent.txt", "--council", "x"}, "absent.txt"},
      {{"engagement", "submit"}, "--council"},
      {{"engagement", "amend", "x", "--council", "y"}, "nothing to change"},
      {{"engagement", "get", "0b1c9b5e-31c7-5f0e-a7d2-7f5d7f1f2a10"}, "--council"},
      {{"engagement", "template", "cheese"}, "gift, hospitality, travel, device, delegation"},
      {{"log", "verify", ".", "--founding-hash", "abc"}, "64 hexadecimal digits"},
  };
  for (const auto& [words, expected] : cases) {
    SCOPED_TRACE(testing::PrintToString(words));
    const ClientRun run = client_.Run(words);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, HasSubstr(expected));
    EXPECT_THAT(run.out, IsEmpty());
  }
}

TEST_F(ClientSurfaceTest, WhatAsksNoServerRefusesToBeToldWhichOrAsWhom) {
  for (const Words& words :
       {Words{"--as", "auditor", "log", "verify", "."}, Words{"--as", "x", "log", "init"},
        Words{"log", "import", "x", "--as", "x"}, Words{"--as", "x", "backup", "create", "b"},
        Words{"--as", "x", "identity", "list"}, Words{"--as", "x", "risk", "rules"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const ClientRun run = client_.Run(words);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, HasSubstr("--as has no meaning here"));
  }
  EXPECT_THAT(client_.Run({"--server", "a:1", "log", "verify", "."}).err,
              HasSubstr("--server has no meaning here"));
  // What a variable says is for the commands that it fits.
  client_.With("TWINLEDGER_AS", "auditor");
  EXPECT_EQ(client_.Run({"log", "init"}).exit, 0);
}

TEST_F(ClientSurfaceTest, WhoWritesIsNamed) {
  const ClientRun run = client_.Run({"council", "update", "x", "--population", "7"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("--as agency-analyst"));
}

TEST_F(ClientSurfaceTest, TheVersionIsToldEitherWay) {
  const ClientRun run = client_.Run({"--version"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(client_.Run({"version"}).out, HasSubstr(run.out));
}

TEST_F(ClientSurfaceTest, WithoutCredentialsItSaysWhereItLooked) {
  const ClientRun run = client_.Run({"register"});
  EXPECT_EQ(run.exit, 9);
  EXPECT_THAT(run.err, HasSubstr("data/identity/clients/agency-analyst"));
}

TEST_F(ClientSurfaceTest, HelpSaysHowReplicasAreNamed) {
  EXPECT_THAT(client_.Run({"--help"}).out, HasSubstr("HOST:PORT,HOST:PORT or dns:NAME:PORT"));
  EXPECT_THAT(client_.Run({"identity", "issue", "--help"}).out,
              HasSubstr("HOST:PORT,HOST:PORT or"));
}

TEST_F(ClientSurfaceTest, AFailureIsJsonToo) {
  for (const Words& words :
       {Words{"register", "-o", "json"}, Words{"health", "-o", "jsonl"},
        Words{"log", "verify", "absent", "-o", "json"}, Words{"identity", "list", "-o", "json"},
        Words{"backup", "verify", "absent", "-o", "json"},
        Words{"risk", "evaluate", "--input", "absent", "-o", "json"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const ClientRun run = client_.Run(words);
    EXPECT_NE(run.exit, 0);
    const json error = json::parse(run.out, nullptr, false);
    ASSERT_TRUE(error.is_object()) << run.out;
    EXPECT_EQ(error["schema_version"], 1);
    EXPECT_FALSE(error["error"]["reason"].get<std::string>().empty());
    EXPECT_FALSE(error["error"]["message"].get<std::string>().empty());
  }
}

TEST_F(ClientSurfaceTest, ConfigShowNamesTheSourceOfEveryValue) {
  std::ofstream(folder_.path() / "twinledger.conf")
      << "server = project:1\ntimeout = 5s\n[profile.office]\nserver = office:1\n";
  client_.With("TWINLEDGER_TIMEOUT", "7s");
  const ClientRun run =
      client_.Run({"--profile", "office", "--utc", "config", "show", "-o", "json"});
  ASSERT_EQ(run.exit, 0) << run.err;
  std::map<std::string, Sourced> settings;
  const json shown = json::parse(run.out);
  for (const json& setting : shown["settings"]) {
    settings.emplace(setting["name"], Sourced(setting["value"].get<std::string>(),
                                              setting["source"].get<std::string>()));
  }
  EXPECT_EQ(settings["server"], Sourced("office:1", "twinledger.conf:4"));
  EXPECT_EQ(settings["timeout"], Sourced("7s", "variable TWINLEDGER_TIMEOUT"));
  EXPECT_EQ(settings["time_zone"], Sourced("utc", "flag --time-zone"));
  EXPECT_EQ(settings["data_dir"], Sourced("data", "built in"));
}

TEST_F(ClientSurfaceTest, CompletionOffersCommandsOptionsAndValues) {
  const auto complete = [&](Words words) {
    words.insert(words.begin(), {"__complete", "--"});
    return client_.Run(words).out;
  };
  EXPECT_THAT(complete({"rel"}), StartsWith("relationship\t"));
  EXPECT_THAT(complete({"council", "hi"}), StartsWith("history\t"));
  EXPECT_THAT(complete({"engagement", "ver"}), StartsWith("verify\t"));
  EXPECT_THAT(complete({"engagement", "verify", "--evi"}), StartsWith("--evidence\t"));
  EXPECT_THAT(complete({"council", "list", "--fil"}), StartsWith("--filter\t"));
  EXPECT_EQ(complete({"register", "-o", "js"}), "json\t\njsonl\t\n");
  EXPECT_THAT(complete({""}), Not(HasSubstr("__complete")));
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_THAT(client_.Run({"completion", shell}).out, HasSubstr("twinledger __complete"));
  }
}

}  // namespace
}  // namespace twinledger
