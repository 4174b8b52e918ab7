// The registry through the client: read, write, as of, against a real server.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include "tests/end_to_end/client_registry_fixture.h"

namespace twinledger {
namespace {

using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::HasSubstr;
using testing::Not;

class ClientRegistryTest : public ClientRegistryFixture {};

TEST_F(ClientRegistryTest, TheNationalRegisterHasEveryRelationshipNowAndNoneBefore) {
  const json now = Json({"register"});
  EXPECT_GE(now["rows"].size(), 169U);
  EXPECT_FALSE(now["positions"].empty());
  EXPECT_EQ(now["incomplete"], false);
  EXPECT_EQ(now["more"], false);
  const json before = Json({"register", "--as-of", "2020-01-01"});
  EXPECT_EQ(before["rows"].size(), 0U);
  EXPECT_EQ(before["as_of"], "2020-01-01T10:59:59.999999Z");
  const json after = Json({"register", "--as-of", "2999-01-01"}, 2);
  EXPECT_THAT(after["error"]["message"].get<std::string>(),
              HasSubstr("--as-of \"2999-01-01\" is in the future"));
  const ClientRun table = Run({"register"});
  EXPECT_THAT(table.out, HasSubstr("COUNCIL"));
  EXPECT_THAT(table.err, HasSubstr("log at registry/0/"));
}

TEST_F(ClientRegistryTest, WhatATableNamesTheNextCommandFinds) {
  const json row = Json({"register", "--limit", "1"})["rows"][0];
  const std::string council = row["council"].get<std::string>().substr(9);
  const std::string relationship = Id({{"name", row["relationship"]}});
  const std::string partner_name = row["partner_display_name"];
  const ClientRun table = Run({"register", "--limit", "1"});
  EXPECT_THAT(table.err, HasSubstr("the first 1 row, and there are more (--limit), as of"));
  for (const std::string& shown : {council, relationship, partner_name}) {
    EXPECT_THAT(table.out, HasSubstr(shown));
  }
  Json({"relationship", "get", relationship, "--council", council});
  const ClientRun list = Run({"relationship", "list", "--council", council});
  for (const std::string& shown :
       {row["relationship"].get<std::string>(), partner_name, Id({{"name", row["partner"]}})}) {
    EXPECT_THAT(list.out, HasSubstr(shown));
  }
  for (const json& listed : Json({"relationship", "list", "--council", council})["relationships"]) {
    EXPECT_TRUE(listed["partner_display_name"].is_string()) << listed;
  }
}

TEST_F(ClientRegistryTest, ACouncilIsCreatedReadAmendedAndItsHistoryTold) {
  const json created = Json({"council", "create", "test-council", "--display-name", "Ōtāki Test",
                             "--kind", "local-board", "--as", "agency-approver"});
  EXPECT_EQ(created["council"]["kind"], "LOCAL_BOARD");
  EXPECT_THAT(created["receipt"]["position"].get<std::string>(), testing::StartsWith("registry/"));
  const std::string first_etag = created["council"]["etag"];
  Json({"council", "update", "test-council", "--population", "1,200", "--seat", "Ōtāki"});
  const json read = Json({"council", "get", "test-council"});
  EXPECT_EQ(read["population"], 1200);
  EXPECT_EQ(
      Json({"council", "update", "test-council", "--population", "1200"})["receipt"]["unchanged"],
      true);
  Json({"council", "update", "test-council", "--clear", "seat", "--etag", first_etag}, 10);
  Json({"council", "update", "test-council", "--clear", "seat", "--reason", "moved away"});
  const json history = Json({"council", "history", "test-council"});
  ASSERT_EQ(history["versions"].size(), 3U);
  EXPECT_EQ(history["versions"][0]["changes"][0]["path"], "seat");
  EXPECT_EQ(history["versions"][0]["changes"][0]["before"], "Ōtāki");
  EXPECT_TRUE(history["versions"][0]["changes"][0]["after"].is_null());
  EXPECT_EQ(history["versions"][0]["reason"], "moved away");
  EXPECT_TRUE(history["versions"][1]["reason"].is_null());
  const json first = history["versions"][2]["changes"];
  const auto kind =
      std::ranges::find_if(first, [](const json& change) { return change["path"] == "kind"; });
  ASSERT_NE(kind, first.end());
  EXPECT_EQ((*kind)["after"], "LOCAL_BOARD") << "as lists show it";
  EXPECT_THAT(Run({"council", "history", "test-council"}).out, HasSubstr("moved away"));
}

TEST_F(ClientRegistryTest, ARelationshipGoesThroughItsLife) {
  const json partner = Json({"partner", "create", "--display-name", "Testville", "--country", "FR",
                             "--level", "municipal"});
  const std::string council = "nelson-city";
  const json proposed = Json({"relationship", "propose", "--council", council, "--partner",
                              Id(partner["partner"]), "--kind", "sister-city"});
  EXPECT_EQ(proposed["relationship"]["status"], "PROPOSED");
  const std::string id = Id(proposed["relationship"]);
  const auto moved = [&](std::vector<std::string> words, int exit = 0) {
    words.insert(words.begin(), "relationship");
    words.insert(words.begin() + 2, {id, "--council", council});
    return Json(words, exit)["relationship"];
  };
  EXPECT_EQ(moved({"establish", "--since", "2026-10-01"})["status"], "ACTIVE");
  EXPECT_EQ(moved({"suspend", "--grounds", "review", "--on", "2026-10-05"})["status"], "SUSPENDED");
  moved({"establish", "--since", "2026-10-01"}, 10);  // Not proposed any more.
  EXPECT_EQ(moved({"resume", "--on", "2026-10-06"})["status"], "ACTIVE");
  EXPECT_EQ(moved({"end", "--on", "2026-10-07", "--why", "agreed"})["status"], "ENDED");
  const json read = Json({"relationship", "get", id, "--council", council});
  EXPECT_EQ(read["end_reason"], "agreed");
}

TEST_F(ClientRegistryTest, TheSameRequestIdGetsTheFirstAnswer) {
  const std::string request = "7d0f7c4e-8f0b-4c52-9a5e-0f4f2b1c9d11";
  const std::vector<std::string> create{"council", "create", "once-only",      "--display-name",
                                        "Once",    "--kind", "city",           "--request-id",
                                        request,   "--as",   "agency-approver"};
  const json first = Json(create);
  EXPECT_EQ(Json(create)["receipt"]["position"], first["receipt"]["position"]);
  std::vector<std::string> other = create;
  other[4] = "Twice";
  EXPECT_EQ(Json(other, 10)["error"]["reason"], "REQUEST_ID_REUSED");
}

TEST_F(ClientRegistryTest, ExitCodesTellWhatKindOfNoItWas) {
  EXPECT_EQ(Json({"council", "get", "no-such-council"}, 8)["error"]["code"], "NOT_FOUND");
  EXPECT_EQ(Json({"council", "update", "nelson-city", "--seat", "X", "--as", "auditor"},
                 9)["error"]["code"],
            "PERMISSION_DENIED");
  EXPECT_EQ(Json({"council", "create", "nelson-city", "--display-name", "X", "--kind", "city",
                  "--as", "agency-approver"},
                 10)["error"]["reason"],
            "COUNCIL_EXISTS");
  EXPECT_EQ(Json({"council", "list", "--filter", "mayor = X"}, 2)["error"]["code"],
            "INVALID_ARGUMENT");
}

TEST_F(ClientRegistryTest, WhatIsWrongIsSaidOnceAndARefusalNamesTheRolesThatMay) {
  const auto times = [](const std::string& text, const std::string& part) {
    int count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
  };
  const ClientRun filter = Run({"council", "list", "--filter", "mayor = X"});
  EXPECT_EQ(filter.exit, 2);
  EXPECT_EQ(times(filter.err, "'mayor' is no field"), 1) << filter.err;
  const ClientRun name = Run({"register", "--filter", "council = \"wellington-city\""});
  EXPECT_EQ(name.exit, 2);
  EXPECT_THAT(name.err, HasSubstr("write \"councils/wellington-city\""));
  const ClientRun two = Run({"partner", "create", "--id", "x", "--display-name", "X", "--country",
                             "japan", "--level", "municipal"});
  EXPECT_EQ(two.exit, 2);
  EXPECT_EQ(times(two.err, "'x' is no UUID"), 1) << two.err;
  EXPECT_EQ(times(two.err, "'japan' is no country code"), 1) << two.err;
  EXPECT_THAT(two.err, HasSubstr("2 things are wrong"));
  const ClientRun refused = Run({"council", "create", "new-city", "--display-name", "X", "--kind",
                                 "city", "--as", "agency-analyst"});
  EXPECT_EQ(refused.exit, 9);
  EXPECT_THAT(refused.err,
              HasSubstr("to register or merge a council takes the role agency-approver; you "
                        "are agency-analyst"));
}

TEST_F(ClientRegistryTest, AServerThatCannotBeReachedIsExitElevenWithWhatRepeatsTheWrite) {
  const ClientRun run =
      Run({"--server", "127.0.0.1:1", "council", "create", "never", "--display-name", "Never",
           "--kind", "city", "--as", "agency-approver"});
  EXPECT_EQ(run.exit, 11);
  EXPECT_THAT(run.err, HasSubstr("cannot reach 127.0.0.1:1 (flag --server)"));
  EXPECT_THAT(run.err, HasSubstr("--request-id "));
}

TEST_F(ClientRegistryTest, AServerThatIsNotThereIsToldOfLongBeforeTheTimeOut) {
  const auto start = std::chrono::steady_clock::now();
  const ClientRun run = Run({"--server", "127.0.0.1:1", "register"});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(25));
  EXPECT_EQ(run.exit, 11);
  EXPECT_THAT(run.err,
              HasSubstr("cannot reach 127.0.0.1:1 (flag --server): nothing listens there"));
  EXPECT_THAT(run.err, HasSubstr("--server HOST:PORT"));
}

TEST_F(ClientRegistryTest, CredentialsThatAreNoneAreExitNineAndNameTheFile) {
  const std::filesystem::path clients = folder_->path() / "data/identity/clients";
  const std::filesystem::path mixed = folder_->path() / "mixed";
  const auto mix = [&](const char* name, const std::string& text) {
    std::filesystem::remove_all(mixed);
    std::filesystem::copy(clients / "auditor", mixed);
    std::ofstream(mixed / name, std::ios::trunc) << text;
    const ClientRun run = Run({"--credentials", mixed.string(), "register"});
    EXPECT_EQ(run.exit, 9);
    return run.err;
  };
  const std::string other_key = support::ReadText(clients / "operator/key.pem");
  const std::string other_certificate = support::ReadText(clients / "operator/cert.pem");
  const std::string key = (mixed / "key.pem").string();
  EXPECT_THAT(mix("key.pem", other_key), HasSubstr(key + " is not the key of cert.pem"));
  EXPECT_THAT(mix("cert.pem", other_certificate), HasSubstr(key + " is not the key of cert.pem"));
  EXPECT_THAT(mix("key.pem", "-----BEGIN PRIVATE KEY-----\n"), HasSubstr(key + " is not the key"));
  EXPECT_THAT(mix("key.pem", "nothing"), HasSubstr(key + " cannot be read as PEM"));
  EXPECT_THAT(mix("ca.pem", other_certificate), HasSubstr("was not issued by ca.pem"));
  std::filesystem::remove_all(mixed);
  std::filesystem::copy(clients / "auditor", mixed);
  std::filesystem::permissions(mixed / "key.pem", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const ClientRun exposed = Run({"--credentials", mixed.string(), "register"});
  EXPECT_EQ(exposed.exit, 9);
  EXPECT_THAT(exposed.err, HasSubstr(key + " can be read by others"));
}

TEST_F(ClientRegistryTest, AnotherServersCredentialsAreExitNine) {
  support::ServerProcess other(folder_->path() / "other", folder_->path() / "other.log");
  const auto at = other.WaitUntilServing();
  ASSERT_TRUE(at.has_value()) << support::ReadText(folder_->path() / "other.log");
  const ClientRun run = Run({"--server", at->services, "register"});
  EXPECT_EQ(run.exit, 9);
  EXPECT_THAT(run.err, HasSubstr("is not one that data/identity/clients/agency-approver/ca.pem"));
  EXPECT_THAT(run.err, Not(HasSubstr("ssl_transport_security")));
}

TEST_F(ClientRegistryTest, TheAddressOfTheServerOnThisMachineIsShownWithItsSource) {
  const json shown = Json({"config", "show"});
  const auto server = std::ranges::find_if(
      shown["settings"], [](const json& setting) { return setting["name"] == "server"; });
  ASSERT_NE(server, shown["settings"].end());
  EXPECT_EQ((*server)["source"], "data/endpoint.json");
  EXPECT_THAT((*server)["value"].get<std::string>(), testing::StartsWith("127.0.0.1:"));
}

TEST_F(ClientRegistryTest, EveryFormOfOutputIsWhole) {
  for (const char* format : {"json", "jsonl", "csv", "table"}) {
    SCOPED_TRACE(format);
    const ClientRun run =
        Run({"council", "list", "--order-by", "population desc", "--limit", "3", "-o", format});
    EXPECT_EQ(run.exit, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("Auckland Council"));
    EXPECT_EQ(std::count(run.out.begin(), run.out.end(), '\x1b'), 0);
  }
}

}  // namespace
}  // namespace twinledger
