// What follows from what a council recorded, by the client: explained, recorded once, computed
// again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/check.h"
#include "tests/support/client_process.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

class ClientAssessmentsTest : public testing::Test {
 protected:
  ClientAssessmentsTest() { Start(); }

  void Start() {
    server_ = std::make_unique<support::ServerProcess>(folder_.path() / "data",
                                                       folder_.path() / "server.log");
    TL_CHECK(server_->WaitUntilServing().has_value());
  }
  void Kill() {
    server_->Signal(SIGKILL);
    server_->Wait();
  }

  ClientRun Run(const std::string& account, std::vector<std::string> words) {
    words.insert(words.begin(), {"--as", account});
    return Client(folder_.path()).Run(words);
  }
  json Json(const std::string& account, std::vector<std::string> words, int exit = 0) {
    words.insert(words.end(), {"-o", "json"});
    const ClientRun run = Run(account, words);
    EXPECT_EQ(run.exit, exit) << run.err;
    return json::parse(run.out, nullptr, false);
  }

  static std::string DonorOf(int donor) {
    return "0b1c9b5e-0000-4000-8000-00000000000" + std::to_string(donor);
  }

  // A council with an officer, those who give to it, and a relationship; its name.
  std::string Registered() {
    for (int donor = 0; donor < 4; ++donor) {
      EXPECT_EQ(Run("agency-approver", {"principal", "create", "--id", DonorOf(donor), "--kind",
                                        "organisation", "--display-name", "Example"})
                    .exit,
                0);
    }
    EXPECT_EQ(Run("agency-approver", {"council", "create", "hutt-city", "--display-name",
                                      "Hutt City Council", "--kind", "city"})
                  .exit,
              0);
    EXPECT_EQ(Client(folder_.path()).IssueOfficer("officer-1", "hutt-city"), 0);
    const json partner = Json("agency-approver", {"partner", "create", "--display-name", "Minoh",
                                                  "--level", "municipal", "--country", "JP"});
    const json recorded =
        Json("agency-approver",
             {"relationship", "create", "--council", "hutt-city", "--partner",
              partner["partner"]["name"], "--kind", "sister_city", "--status", "active"});
    return recorded["relationship"]["name"];
  }
  void Give(const std::string& relationship, int donor) {
    const ClientRun run =
        Run("officer-1", {"engagement", "submit",
                          "--council",  "hutt-city",
                          "--set",      "relationship=" + relationship,
                          "--set",      "gift.direction=offered_to_council",
                          "--set",      "gift.recipient.office=mayor",
                          "--set",      "gift.donor.principal_id=" + DonorOf(donor),
                          "--set",      "gift.kind=art",
                          "--set",      "gift.value.cents=500000",
                          "--set",      "gift.value.currency=NZD",
                          "--set",      "gift.offered_on=2026-05-01",
                          "--set",      "gift.disposition=retained"});
    EXPECT_EQ(run.exit, 0) << run.err;
  }

  // Once what is recorded now has its receipt. At noon of UTC, where a server's day begins, that is
  // a minute late.
  json Explained(const std::string& subject) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    while (true) {
      json answer = Json("agency-analyst", {"risk", "explain", subject});
      if (answer["receipt"].is_object() &&
          answer["receipt"]["facts_sha256"] == answer["facts_sha256"]) {
        return answer;
      }
      if (std::chrono::steady_clock::now() > until) {
        ADD_FAILURE() << "no receipt of what is recorded: " << answer.dump(2);
        return answer;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  support::TemporaryFolder folder_;
  std::unique_ptr<support::ServerProcess> server_;
};

TEST_F(ClientAssessmentsTest, AScoreIsExplainedRecordedOnceAndComputedAgain) {
  const std::string relationship = Registered();
  for (int donor = 0; donor < 4; ++donor) Give(relationship, donor);
  const json answer = Explained(relationship);
  Explained("hutt-city");
  EXPECT_EQ(answer["assessment"]["band"], "GUARDED");
  EXPECT_EQ(answer["assessment_sha256"], answer["receipt"]["assessment_sha256"]);

  const ClientRun text = Run("officer-1", {"risk", "explain", relationship});
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_THAT(text.out,
              AllOf(HasSubstr("GUARDED, "), HasSubstr("What it is made of:"),
                    HasSubstr("NZ$5000.00 after decay and mitigation, on the curve: 10.000"),
                    HasSubstr("What lowers it most:"), HasSubstr("Where it comes from:"),
                    HasSubstr("councils/hutt-city/records/"), HasSubstr("(engagement/"),
                    HasSubstr("Not extracted:"), HasSubstr("E1  Networked equipment"),
                    HasSubstr("Last receipt: risk/"), HasSubstr("(as now)")));

  const ClientRun alerts = Run("agency-analyst", {"risk", "alerts", "--council", "hutt-city"});
  EXPECT_THAT(alerts.out, AllOf(HasSubstr("BASELINE"), HasSubstr("GUARDED"),
                                HasSubstr(relationship), ContainsRegex(" [0-9]+\\.[0-9]  ")));
  EXPECT_THAT(Run("officer-1", {"risk", "receipts", relationship}).out,
              ContainsRegex("GUARDED +[0-9]+\\.[0-9] +[0-9]+\\.[0-9] "));
  const json receipts = Json("officer-1", {"risk", "receipts", "hutt-city"});
  EXPECT_GE(receipts["receipts"].size(), 1U);
  const json again = Json("auditor", {"risk", "recompute", "--all"});
  EXPECT_EQ(again["mismatches"], 0);
  EXPECT_GE(again["checked"].get<int>(), 2);

  Kill();
  Start();
  EXPECT_EQ(Explained(relationship)["receipt"], answer["receipt"]);
  EXPECT_EQ(Json("auditor", {"risk", "recompute", "--all"})["checked"], again["checked"]);
  EXPECT_EQ(Json("operator", {"projection", "rebuild", "risk"})["equal"], true);
}

TEST_F(ClientAssessmentsTest, WhatIsTypedWrongIsSaidWithTheRemedy) {
  const std::string relationship = Registered();
  EXPECT_THAT(Run("agency-analyst", {"risk", "explain", "hutt-city", "--day", "soon"}).err,
              HasSubstr("2026-06-30"));
  EXPECT_EQ(
      Json("agency-analyst", {"risk", "explain", relationship.substr(relationship.rfind('/') + 1)},
           2)["error"]["reason"],
      "COUNCIL_MISSING");
  EXPECT_EQ(Run("agency-analyst", {"risk", "explain", "nowhere"}).exit, 8);
  EXPECT_EQ(Run("agency-analyst", {"risk", "receipts", "hutt-city"}).exit, 8);
  EXPECT_EQ(Run("agency-analyst", {"risk", "recompute"}).exit, 2);
  // Subjects without receipts are passed over by --all alone.
  EXPECT_EQ(Run("auditor", {"risk", "recompute", "hutt-city"}).exit, 8);
  EXPECT_EQ(Json("auditor", {"risk", "recompute", "--all"})["checked"], 0);
  EXPECT_EQ(Run("operator", {"risk", "alerts"}).exit, 9);
  EXPECT_EQ(Run("agency-analyst", {"risk", "alerts", "--council", "hut-city"}).exit, 8);
  EXPECT_THAT(Run("agency-analyst", {"risk", "explain", "hutt-city"}).out,
              HasSubstr("No receipt is recorded."));
}

}  // namespace
}  // namespace twinledger
