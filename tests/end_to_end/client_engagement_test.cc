// Engagements through the client: template, submit, check, amend, retract, read, against a real
// server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
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

constexpr const char* kDonor = "0b1c9b5e-0000-4000-8000-000000000004";

// A server with one council and two of its officers, for all tests of the suite.
class ClientEngagementTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    server_ = new support::ServerProcess(folder_->path() / "data", folder_->path() / "server.log",
                                         {"--services", "registry,engagement,audit"});
    ASSERT_TRUE(server_->WaitUntilServing().has_value())
        << support::ReadText(folder_->path() / "server.log");
    ASSERT_EQ(Run("agency-approver", {"council", "create", "hutt-city", "--display-name",
                                      "Hutt City Council", "--kind", "city"})
                  .exit,
              0);
    ASSERT_EQ(Run("agency-approver", {"principal", "create", "--id", kDonor, "--kind",
                                      "organisation", "--display-name", "Example"})
                  .exit,
              0);
    for (const char* officer : {"officer-1", "officer-2"}) {
      ASSERT_EQ(Client(folder_->path()).IssueOfficer(officer, "hutt-city"), 0);
    }
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  static ClientRun Run(const std::string& account, std::vector<std::string> words) {
    words.insert(words.begin(), {"--as", account});
    return Client(folder_->path()).Run(words);
  }
  static json Json(const std::string& account, std::vector<std::string> words, int exit = 0) {
    words.insert(words.end(), {"-o", "json"});
    const ClientRun run = Run(account, words);
    EXPECT_EQ(run.exit, exit) << run.err;
    return json::parse(run.out, nullptr, false);
  }

  // A gift, submitted from a template that was filled in.
  static json Submitted() {
    const ClientRun blank = Run("officer-1", {"engagement", "template", "gift"});
    EXPECT_EQ(blank.exit, 0) << blank.err;
    std::ofstream(folder_->path() / "gift.txt")
        << blank.out << "gift.direction = offered_to_council\ngift.recipient.office = mayor\n"
        << "gift.donor.principal_id = " << kDonor << "\ngift.kind = art\n"
        << "gift.description = a vase\ngift.value.cents = 80000\ngift.value.currency = NZD\n"
        << "gift.offered_on = 1/5/2026\ngift.disposition = retained\n";
    return Json("officer-1", {"engagement", "submit", "gift.txt", "--council", "hutt-city"});
  }

  static support::TemporaryFolder* folder_;
  static support::ServerProcess* server_;
};

support::TemporaryFolder* ClientEngagementTest::folder_ = nullptr;
support::ServerProcess* ClientEngagementTest::server_ = nullptr;

TEST_F(ClientEngagementTest, ATemplateIsFilledInSubmittedAndVerifiedByAnotherOfficer) {
  const json submitted = Submitted();
  const std::string name = submitted["record"]["name"];
  EXPECT_EQ(submitted["record"]["state"], "SUBMITTED");
  EXPECT_EQ(submitted["record"]["gift"]["description"], "a vase");
  EXPECT_EQ(submitted["record"]["gift"]["value"]["nzd_cents"], 80000);
  EXPECT_THAT(submitted["notice"].get<std::string>(), HasSubstr("Notice is not approval"));

  EXPECT_EQ(Json("officer-1", {"engagement", "verify", name}, 10)["error"]["reason"], "OWN_RECORD");
  std::ofstream(folder_->path() / "register.csv") << "A-17,a vase\n";
  const json verified = Json("officer-2", {"engagement", "verify", name, "--note", "seen",
                                           "--evidence", "register.csv"})["record"];
  EXPECT_EQ(verified["state"], "VERIFIED");
  EXPECT_EQ(verified["check_evidence"][0]["title"], "register.csv");
  EXPECT_EQ(verified["reason"], "seen");
}

TEST_F(ClientEngagementTest, TheSameRequestAgainIsOfTheSameRecord) {
  Submitted();
  const std::vector<std::string> again = {"engagement",
                                          "submit",
                                          "gift.txt",
                                          "--council",
                                          "hutt-city",
                                          "--request-id",
                                          "0b1c9b5e-0000-4000-8000-000000000077"};
  const json first = Json("officer-1", again)["record"];
  EXPECT_EQ(Json("officer-1", again)["record"]["name"], first["name"]);
}

TEST_F(ClientEngagementTest, WhatIsReturnedIsAmendedAndRetracted) {
  const std::string name = Submitted()["record"]["name"];
  const std::string id = name.substr(name.rfind('/') + 1);
  EXPECT_EQ(Json("officer-2", {"engagement", "return", id, "--council", "hutt-city", "--reason",
                               "surrendered?"})["record"]["state"],
            "RETURNED");
  const json amended =
      Json("officer-1", {"engagement", "amend", id, "--council", "hutt-city", "--set",
                         "gift.disposition=surrendered", "--set", "gift.asset_number=A-17",
                         "--clear", "gift.value", "--reason", "entered in the register"})["record"];
  EXPECT_EQ(amended["state"], "SUBMITTED");
  EXPECT_EQ(amended["mitigations"][0]["kind"], "SURRENDERED");
  EXPECT_EQ(amended["mitigations"][0]["state"], "CLAIMED");
  EXPECT_TRUE(amended["gift"]["value"].is_null());
  EXPECT_EQ(Json("officer-1",
                 {"engagement", "retract", name, "--reason", "entered twice"})["record"]["state"],
            "RETRACTION_PENDING");
  EXPECT_EQ(Json("officer-1", {"engagement", "verify", name}, 10)["error"]["reason"], "OWN_RECORD");
  const json waiting = Json("officer-1", {"engagement", "list", "--council", "hutt-city",
                                          "--filter", "state = RETRACTION_PENDING"});
  EXPECT_EQ(waiting["records"][0]["name"], name);
  EXPECT_EQ(Json("officer-2", {"engagement", "verify", name})["record"]["state"], "RETRACTED");
  const json history = Json("officer-1", {"engagement", "history", name});
  EXPECT_EQ(history["versions"].size(), 5U);
  EXPECT_EQ(history["versions"][2]["reason"], "entered in the register");
}

TEST_F(ClientEngagementTest, AnAmountIsAmendedByItsCentsAloneAndItsHistoryIsReadable) {
  const std::string name = Submitted()["record"]["name"];
  const json amended = Json("officer-1", {"engagement", "amend", name, "--set",
                                          "gift.value.cents=12000", "--reason", "misread"});
  EXPECT_EQ(amended["record"]["gift"]["value"]["cents"], 12000);
  EXPECT_EQ(amended["record"]["gift"]["value"]["currency"], "NZD");
  const ClientRun history = Run("officer-1", {"engagement", "history", name});
  EXPECT_THAT(history.out, HasSubstr("NZD 800.00"));
  EXPECT_THAT(history.out, HasSubstr("NZD 120.00"));
  EXPECT_THAT(history.out, HasSubstr("office mayor"));
}

TEST_F(ClientEngagementTest, TextsAreReadFromStandardInput) {
  const std::string rest =
      "gift.direction = offered_to_council\ngift.recipient.office = mayor\n"
      "gift.donor.office = consul\ngift.kind = art\ngift.offered_on = 1/5/2026\n"
      "gift.disposition = retained\n";
  const auto submitted = [](const std::vector<std::string>& more, const std::string& input) {
    std::vector<std::string> words{"--as",      "officer-1", "engagement", "submit",
                                   "--council", "hutt-city", "-o",         "json"};
    words.insert(words.end(), more.begin(), more.end());
    const ClientRun run = Client(folder_->path()).Run(words, input);
    EXPECT_EQ(run.exit, 0) << run.err;
    return json::parse(run.out, nullptr, false)["record"]["gift"];
  };
  EXPECT_EQ(submitted({"-"}, rest + "gift.description = a bowl\n")["description"], "a bowl");
  std::ofstream(folder_->path() / "rest.txt") << rest;
  EXPECT_EQ(submitted({"rest.txt", "--set", "gift.description=-"}, "a = b\n")["description"],
            "a = b");
}

TEST_F(ClientEngagementTest, ListsAndOneRecordAreReadAsTablesToo) {
  const std::string name = Submitted()["record"]["name"];
  const ClientRun list = Run("agency-analyst", {"engagement", "list", "--filter", "kind = GIFT"});
  EXPECT_EQ(list.exit, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("SUBMITTED"));
  EXPECT_THAT(list.out, HasSubstr(name));
  EXPECT_THAT(list.out, Not(HasSubstr("vase")));
  EXPECT_THAT(list.err, HasSubstr("Notice is not approval"));
  EXPECT_THAT(Run("agency-analyst", {"engagement", "list", "-o", "csv"}).out,
              testing::StartsWith("name,kind,state,occur_date,relationship,update_time\r\n"));
  const ClientRun one = Run("agency-analyst", {"engagement", "get", name});
  EXPECT_EQ(one.exit, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("gift.description"));
  EXPECT_THAT(one.out, HasSubstr("a vase"));
  EXPECT_THAT(one.out, Not(HasSubstr("travel")));
  EXPECT_THAT(Json("agency-analyst", {"engagement", "get", name})["notice"].get<std::string>(),
              HasSubstr("Notice is not approval"));
}

TEST_F(ClientEngagementTest, ARecordOfASpreadsheetIsNamedByItsKey) {
  std::ofstream(folder_->path() / "gifts.csv")
      << "record_key,council_id,kind,direction,recipient,donor,gift_kind,offered_on,disposition\n"
         "2026/14,hutt-city,gift,offered_to_council,mayor,consul,art,2026,retained\n";
  Json("officer-1", {"import", "engagements", "gifts.csv"});
  const std::string by_council = "key:2026/14";
  const std::string whole = "councils/hutt-city/records/key:2026/14";
  const json record =
      Json("officer-1", {"engagement", "get", by_council, "--council", "hutt-city"});
  EXPECT_EQ(record["gift"]["recipient"]["office"], "mayor");
  EXPECT_EQ(Json("officer-1", {"engagement", "history", whole})["versions"].size(), 1U);
  Json("officer-2",
       {"engagement", "return", by_council, "--council", "hutt-city", "--reason", "which?"});
  Json("officer-1", {"engagement", "amend", whole, "--set", "gift.disposition=surrendered",
                     "--reason", "handed in"});
  Json("officer-2", {"engagement", "verify", whole});
  Json("officer-1", {"engagement", "retract", whole, "--reason", "twice"});
  EXPECT_EQ(Json("officer-1", {"engagement", "get", record["name"]})["state"],
            "RETRACTION_PENDING");
  EXPECT_EQ(Json("officer-1", {"engagement", "get", by_council}, 2)["error"]["reason"],
            "COUNCIL_MISSING");
}

TEST_F(ClientEngagementTest, EveryWrongFieldIsNamedWithItsRemedy) {
  const json refused = Json("officer-1",
                            {"engagement", "submit", "--council", "hutt-city", "--set",
                             "gift.kind=art", "--set", "gift.recipient.office=jane-doe"},
                            2);
  std::string violations;
  for (const json& violation : refused["error"]["violations"]) {
    violations += violation["field"].get<std::string>() + "\n";
  }
  for (const char* field : {"record.gift.direction", "record.gift.recipient.office",
                            "record.gift.donor", "record.gift.offered_on"}) {
    EXPECT_THAT(violations, HasSubstr(field));
  }
}

// What an auditor replays: events by their type, and texts only as they are sealed.
TEST_F(ClientEngagementTest, AReplayShowsEventsAndNoTexts) {
  Submitted();
  const ClientRun replay =
      Run("auditor", {"log", "replay", "--stream", "engagement", "-o", "jsonl"});
  EXPECT_EQ(replay.exit, 0) << replay.err;
  EXPECT_THAT(replay.out, HasSubstr("record_submitted"));
  EXPECT_THAT(replay.out, HasSubstr("description_sealed"));
  EXPECT_THAT(replay.out, Not(HasSubstr("vase")));
}

// Of rows that follow two streams.
TEST_F(ClientEngagementTest, ARebuildGivesTheSameRows) {
  Submitted();
  EXPECT_EQ(Json("operator", {"projection", "rebuild", "engagement"})["equal"], true);
}

}  // namespace
}  // namespace twinledger
