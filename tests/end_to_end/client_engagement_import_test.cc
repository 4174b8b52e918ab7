// Engagements from a spreadsheet, against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/client_process.h"
#include "tests/support/read_metrics.h"
#include "tests/support/server_process.h"

namespace twinledger {
namespace {

using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::HasSubstr;

constexpr const char* kGifts =
    "record_key,council_id,kind,donor_key,donor_kind,donor_name,direction,recipient,gift_kind,"
    "description,amount,offered_on,disposition\n";

std::string Gift(const std::string& key, const std::string& amount = "80",
                 const std::string& council = "hutt-city") {
  return key + "," + council +
         ",gift,chamber,organisation,Example Chamber,offered_to_council,mayor,art,a vase," +
         amount + ",2026-05-01,retained\n";
}

constexpr int kManyRecords = 10'000;  // Several windows: no host is through before it is stopped.

// What engagements were told to record, and did.
double Recorded(const support::ServerAddresses& at) {
  return support::SumOf(support::MetricsOf(at),
                        "twinledger_writer_done_total{service=\"engagement\"");
}

// While an import runs: until so many more are.
void WaitForRecorded(const support::ServerAddresses& at, double more) {
  const double enough = Recorded(at) + more;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (Recorded(at) < enough && std::chrono::steady_clock::now() < until) continue;
}

// A server with two councils and an officer of one, for all tests of the suite.
class ClientEngagementImportTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    server_ = new support::ServerProcess(folder_->path() / "data", folder_->path() / "server.log",
                                         {"--services", "registry,engagement,audit"});
    const auto at = server_->WaitUntilServing();
    ASSERT_TRUE(at) << support::ReadText(folder_->path() / "server.log");
    at_ = *at;
    for (const char* council : {"hutt-city", "porirua-city"}) {
      ASSERT_EQ(Run("agency-approver",
                    {"council", "create", council, "--display-name", council, "--kind", "city"})
                    .exit,
                0);
    }
    for (const char* officer : {"officer-1", "officer-2"}) {
      ASSERT_EQ(Client(folder_->path()).IssueOfficer(officer, "hutt-city"), 0);
    }
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  static ClientRun Run(const std::string& account, std::vector<std::string> words,
                       const std::string& input = "") {
    words.insert(words.begin(), {"--as", account});
    return Client(folder_->path()).Run(words, input);
  }
  static json Json(const std::string& account, std::vector<std::string> words, int exit = 0) {
    words.insert(words.end(), {"-o", "json"});
    const ClientRun run = Run(account, words);
    EXPECT_EQ(run.exit, exit) << run.err;
    return json::parse(run.out, nullptr, false);
  }
  static json Import(const std::string& text, int exit = 0, std::vector<std::string> flags = {}) {
    std::ofstream(folder_->path() / "engagements.csv") << text;
    flags.insert(flags.begin(), {"import", "engagements", "engagements.csv"});
    return Json("officer-1", flags, exit);
  }
  // "accepted unchanged amended refused not_sent"
  static std::string Counts(const json& report) {
    std::string counts;
    for (const char* count : {"accepted", "unchanged", "amended", "refused", "not_sent"}) {
      counts += (counts.empty() ? "" : " ") + report[count].dump();
    }
    return counts;
  }
  static json ProblemOf(const json& report, const std::string& column) {
    for (const json& problem : report["problems"]) {
      if (problem["column"] == column) return problem;
    }
    return {};
  }
  // The one gift of this description.
  static std::string NameOfGift(const std::string& day) {
    return Json("officer-1", {"engagement", "list", "--council", "hutt-city", "--filter",
                              "occur_date = " + day})["records"][0]["name"];
  }

  static support::TemporaryFolder* folder_;
  static support::ServerProcess* server_;
  static support::ServerAddresses at_;
};

support::TemporaryFolder* ClientEngagementImportTest::folder_ = nullptr;
support::ServerProcess* ClientEngagementImportTest::server_ = nullptr;
support::ServerAddresses ClientEngagementImportTest::at_;

TEST_F(ClientEngagementImportTest, TheTemplateOfEveryKindIsTakenAndASecondTimeChangesNothing) {
  for (const char* kind : {"gift", "hospitality", "travel", "device", "delegation"}) {
    SCOPED_TRACE(kind);
    std::string text = Run("officer-1", {"import", "engagements", "--template", kind}).out;
    for (auto at = text.find("wellington-city"); at != std::string::npos;
         at = text.find("wellington-city")) {
      text.replace(at, 15, "hutt-city");
    }
    EXPECT_EQ(Counts(Import(text, 0, {"--validate-only"})), "1 0 0 0 0");
    EXPECT_EQ(Counts(Import(text)), "1 0 0 0 0");
    EXPECT_EQ(Counts(Import(text)), "0 1 0 0 0");
  }
  const json principals = Json("officer-1", {"principal", "list"});
  EXPECT_THAT(principals.dump(), HasSubstr("Example Chamber of Commerce"));
}

TEST_F(ClientEngagementImportTest, OneEditedRowIsOneAmendment) {
  const std::string others = Gift("edit-2") + Gift("edit-3");
  const json first = Import(kGifts + Gift("edit-1") + others);
  EXPECT_EQ(Counts(first), "3 0 0 0 0");
  EXPECT_EQ(Counts(Import(kGifts + Gift("edit-1", "90") + others)), "0 2 1 0 0");
  EXPECT_EQ(Counts(Import(kGifts + Gift("edit-1", "90") + others)), "0 3 0 0 0");
  EXPECT_EQ(Counts(Import(kGifts + Gift("edit-1") + others)), "0 2 1 0 0");  // And back.
}

TEST_F(ClientEngagementImportTest, WhatAPersonAmendedStays) {
  const std::string header =
      "record_key,council_id,kind,direction,recipient,donor,gift_kind,description,offered_on,"
      "disposition\n";
  const std::string begin = "hand-1,hutt-city,gift,offered_to_council,mayor,consul,art,";
  EXPECT_EQ(Counts(Import(header + begin + "a vase,2026-04-11,retained\n")), "1 0 0 0 0");
  const std::string name = NameOfGift("2026-04-11");
  Json("officer-2", {"engagement", "amend", name, "--set", "gift.disposition=surrendered",
                     "--reason", "handed in"});
  // The file is as it was.
  EXPECT_EQ(Counts(Import(header + begin + "a vase,2026-04-11,retained\n")), "0 1 0 0 0");
  // It has changed, elsewhere.
  EXPECT_EQ(Counts(Import(header + begin + "two vases,2026-04-11,retained\n")), "0 0 1 0 0");
  const json record = Json("officer-1", {"engagement", "get", name});
  EXPECT_EQ(record["gift"]["disposition"], "SURRENDERED");
  EXPECT_EQ(record["gift"]["description"], "two vases");
}

TEST_F(ClientEngagementImportTest, WhatAPersonAndTheFileBothChangedIsForAPersonToDecide) {
  const std::string header =
      "record_key,council_id,kind,direction,recipient,donor,gift_kind,description,offered_on,"
      "disposition\n";
  const std::string begin =
      "hand-2,hutt-city,gift,offered_to_council,mayor,consul,art,a vase,2026-04-12,";
  Import(header + begin + "retained\n");
  const std::string name = NameOfGift("2026-04-12");
  Json("officer-2", {"engagement", "amend", name, "--set", "gift.disposition=surrendered",
                     "--reason", "handed in"});
  const json report = Import(header + begin + "destroyed\n", 3);
  EXPECT_EQ(Counts(report), "0 0 0 1 0");
  const json problem = ProblemOf(report, "disposition");
  EXPECT_EQ(problem["row"], 2);
  EXPECT_EQ(problem["value"], "destroyed");
  EXPECT_THAT(problem["remedy"].get<std::string>(), HasSubstr("amended by council/hutt-city/"));
  EXPECT_EQ(Json("officer-1", {"engagement", "get", name})["gift"]["disposition"], "SURRENDERED");
  EXPECT_EQ(Counts(Import(header + begin + "surrendered\n")), "0 1 0 0 0");
}

TEST_F(ClientEngagementImportTest, ARowThatWasRetractedIsNotSubmittedAgain) {
  const std::string header =
      "record_key,council_id,kind,direction,recipient,donor,gift_kind,offered_on,disposition\n";
  const std::string row =
      "gone-1,hutt-city,gift,offered_to_council,mayor,consul,art,2026-04-13,retained\n";
  Import(header + row);
  Json("officer-1", {"engagement", "retract", NameOfGift("2026-04-13"), "--reason", "twice"});
  const json report = Import(header + row, 3);
  EXPECT_EQ(Counts(report), "0 0 0 1 0");
  EXPECT_THAT(ProblemOf(report, "record_key")["remedy"].get<std::string>(), HasSubstr("retracted"));
}

TEST_F(ClientEngagementImportTest, RowsThatAreWrongKeepTheFileFromBeingSentUnlessTheyAreSkipped) {
  const std::string text = kGifts + Gift("skip-1") + Gift("skip-2", "x") +
                           Gift("skip-3", "80", "porirua-city") + Gift("skip-4", "80", "no-city");
  const json held = Import(text, 2);
  EXPECT_EQ(Counts(held), "0 0 0 1 3");
  const json taken = Import(text, 3, {"--skip-invalid"});
  EXPECT_EQ(Counts(taken), "1 0 0 3 0");
  EXPECT_EQ(taken["problems"][0]["column"], "amount");
  EXPECT_EQ(taken["problems"][1]["column"], "council_id");
  EXPECT_THAT(taken["problems"][1]["remedy"].get<std::string>(),
              HasSubstr("is not yours: check the spelling, or pass over what is of others with "
                        "--council hutt-city"));
  EXPECT_EQ(taken["problems"][2]["value"], "no-city");
  // Another council's rows are left to that council.
  EXPECT_EQ(Counts(Import(kGifts + Gift("skip-1") + Gift("skip-3", "80", "porirua-city"), 0,
                          {"--council", "hutt-city"})),
            "0 1 0 0 0");
  const json none = Import(kGifts + Gift("skip-1"), 2, {"--council", "nowhere"});
  EXPECT_THAT(none["error"]["message"].get<std::string>(),
              HasSubstr("1 record of other councils passed over; none is of \"nowhere\""));
}

TEST_F(ClientEngagementImportTest, OfAKeyInTwoPlacesNothingIsSent) {
  const std::string text = kGifts + Gift("again-1") + Gift("again-2") + Gift("again-1");
  const json taken = Import(text, 3, {"--skip-invalid"});
  EXPECT_EQ(Counts(taken), "1 0 0 2 0");
  EXPECT_EQ(taken["problems"][0]["row"], 2);
  EXPECT_EQ(taken["problems"][1]["row"], 4);
  EXPECT_EQ(Counts(Import(kGifts + Gift("again-1") + Gift("again-2"))), "1 1 0 0 0");
}

TEST_F(ClientEngagementImportTest, WhatTheServerRefusesIsToldByItsCell) {
  const std::string header =
      "record_key,council_id,kind,relationship_key,travel_key,donor_key,direction,recipient,donor,"
      "gift_kind,offered_on,disposition,occur_date,device_ref,device_class\n";
  const std::string gift = ",,,offered_to_council,mayor,consul,art,";
  const json report =
      Import(header + "no-1,hutt-city,gift,nothing" + gift + "2026,retained,,,\n" +
                 "no-2,hutt-city,gift," + gift + "2099,retained,,,\n" +
                 "no-3,hutt-city,device,,no-trip,,,,,,,,2026-03-01,L-1,loan\n" +
                 "no-4,hutt-city,gift,,,stranger,offered_to_council,mayor,,art,2026,retained,,,\n",
             3);
  EXPECT_EQ(Counts(report), "0 0 0 4 0");
  std::vector<std::string> columns;
  for (const json& problem : report["problems"]) columns.push_back(problem["column"]);
  EXPECT_THAT(columns,
              testing::ElementsAre("relationship_key", "offered_on", "travel_key", "donor_key"));
}

TEST_F(ClientEngagementImportTest, AHandleOfNobodyIsToldByItsCell) {
  const std::string nobody = "0b1c9b5e-0000-4000-8000-0000000000aa";
  const json report = Import(
      "record_key,council_id,kind,occur_date,direction,purpose,requested_by,member_person,"
      "site_asset_id\n"
      "nobody-1,hutt-city,delegation,2026,in,talks,partner,official:" +
          nobody + ",\n" +
          "nobody-2,hutt-city,delegation,2026,in,talks,partner,mayor,\n"
          "nobody-2,,,,,,,principal:" +
          nobody + ",\n" + "nobody-3,hutt-city,delegation,2026,in,talks,partner,mayor," + nobody +
          "\n",
      3);
  std::vector<std::string> places;
  for (const json& problem : report["problems"]) {
    places.push_back(problem["row"].dump() + " " + problem["column"].get<std::string>());
  }
  EXPECT_THAT(places,
              testing::ElementsAre("2 member_person", "4 member_person", "5 site_asset_id"));
}

TEST_F(ClientEngagementImportTest, ADeviceFindsTheJourneyOfItsOwnFileWhereverThatStands) {
  const std::string text =
      "record_key,council_id,kind,travel_key,occur_date,device_ref,device_class,traveller,purpose,"
      "depart_on\n"
      "own-d,hutt-city,device,own-t,2026-03-01,L-1,loan,,,\n"
      "own-t,hutt-city,travel,,,,,mayor,fair,2026-03\n";
  EXPECT_EQ(Counts(Import(text, 0, {"--validate-only"})), "2 0 0 0 0");
  EXPECT_EQ(Counts(Import(text)), "2 0 0 0 0");
  EXPECT_EQ(Counts(Import(text)), "0 2 0 0 0");
}

TEST_F(ClientEngagementImportTest, ADeviceIsTakenOnceItsJourneyHasComeTheSameDayToo) {
  const std::string device =
      "record_key,council_id,kind,travel_key,occur_date,device_ref,device_class\n"
      "late-d,hutt-city,device,late-t,2026-03-01,L-1,loan\n";
  EXPECT_EQ(Counts(Import(device, 3)), "0 0 0 1 0");
  EXPECT_EQ(Counts(Import("record_key,council_id,kind,traveller,purpose,depart_on\n"
                          "late-t,hutt-city,travel,mayor,fair,2026-03\n")),
            "1 0 0 0 0");
  EXPECT_EQ(Counts(Import(device)), "1 0 0 0 0");
  EXPECT_EQ(Counts(Import(device)), "0 1 0 0 0");
}

TEST_F(ClientEngagementImportTest, AKeyThatAnotherFileGaveToSomebodyElseIsRefused) {
  const auto file = [](const std::string& record, const std::string& kind,
                       const std::string& name) {
    return kGifts + record + ",hutt-city,gift,d-7," + kind + "," + name +
           ",offered_to_council,mayor,art,a vase,80,2026-05-01,retained\n";
  };
  EXPECT_EQ(Counts(Import(file("d-7-1", "organisation", "Example Works"))), "1 0 0 0 0");
  for (const auto& [kind, name] :
       {std::pair("organisation", "Another Body"), std::pair("person", "Example Works")}) {
    const json report = Import(file("d-7-2", kind, name), 3);
    EXPECT_EQ(Counts(report), "0 0 0 1 0");
    EXPECT_EQ(report["problems"][0]["column"], "donor_key");
    EXPECT_THAT(report["problems"][0].dump(), HasSubstr("another name or kind"));
  }
  // The name is corrected, and the files stay as they were.
  const json all = Json("agency-approver", {"principal", "list"});
  for (const json& principal : all["principals"]) {
    if (principal["display_name"] != "Example Works") continue;
    Json("agency-approver", {"principal", "update", principal["name"].get<std::string>(),
                             "--display-name", "Example Works Ltd"});
  }
  EXPECT_EQ(Counts(Import(file("d-7-1", "organisation", "Example Works"))), "0 1 0 0 0");
}

TEST_F(ClientEngagementImportTest, APersonWhoGaveIsSealed) {
  Import(
      "record_key,council_id,kind,donor_key,donor_kind,donor_name,direction,recipient,gift_kind,"
      "offered_on,disposition\n"
      "person-1,hutt-city,gift,p-1,person,Canary Example,offered_to_council,mayor,art,2026,"
      "retained\n");
  EXPECT_THAT(Run("officer-1", {"principal", "list", "-o", "json"}).out,
              HasSubstr("Canary Example"));
  const std::string replay =
      Run("auditor", {"log", "replay", "--stream", "registry", "-o", "jsonl"}).out;
  EXPECT_THAT(replay, HasSubstr("principal_registered"));
  EXPECT_THAT(replay, testing::Not(HasSubstr("Canary")));
}

TEST_F(ClientEngagementImportTest, StandardInputIsReadAsOftenAsIsNeeded) {
  const ClientRun run = Run("officer-1", {"import", "engagements", "-", "-o", "json"},
                            kGifts + Gift("stdin-1") + Gift("stdin-2"));
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(Counts(json::parse(run.out)), "2 0 0 0 0");
}

TEST_F(ClientEngagementImportTest, TenThousandBadRowsAreAllToldAndSoon) {
  std::string text = kGifts;
  for (int i = 0; i < 10'000; ++i) text += Gift("bad-" + std::to_string(i), "-1");
  const auto begin = std::chrono::steady_clock::now();
  const json report = Import(text, 2);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
  EXPECT_EQ(Counts(report), "0 0 0 10000 0");
  EXPECT_EQ(report["problems"].size(), 10'000U);
  EXPECT_EQ(report["problems"][9'999]["row"], 10'001);
}

TEST_F(ClientEngagementImportTest, AnInterruptedImportGoesOnWhereItStopped) {
  std::string text = kGifts;
  for (int i = 0; i < kManyRecords; ++i) text += Gift("cut-" + std::to_string(i));
  std::ofstream(folder_->path() / "cut.csv") << text;
  const Client client(folder_->path());
  const pid_t importing =
      client.Start({"--as", "officer-1", "-o", "json", "import", "engagements", "cut.csv"});
  WaitForRecorded(at_, 100);
  kill(importing, SIGINT);
  const ClientRun run = client.Finish(importing);
  EXPECT_EQ(run.exit, 130);
  const json report = json::parse(run.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << run.out << run.err;
  EXPECT_GT(report["not_sent"], 0);
  const int accepted = report["accepted"];
  EXPECT_EQ(accepted + report["unknown"].get<int>() + report["not_sent"].get<int>(), kManyRecords);
  EXPECT_THAT(run.err, HasSubstr("import engagements cut.csv"));

  const json rest = Json("officer-1", {"import", "engagements", "cut.csv"});
  EXPECT_GE(rest["unchanged"], accepted);
  EXPECT_EQ(rest["accepted"].get<int>() + rest["unchanged"].get<int>(), kManyRecords);
}

// A server of its own, which dies.
TEST(ClientEngagementImportKillTest, AServerThatIsKilledLosesNothingThatWasAnswered) {
  const support::TemporaryFolder folder;
  const auto run = [&](const std::string& account, std::vector<std::string> words) {
    words.insert(words.begin(), {"--as", account});
    return Client(folder.path()).Run(words);
  };
  support::ServerAddresses at;
  const auto start = [&] {
    auto server = std::make_unique<support::ServerProcess>(
        folder.path() / "data", folder.path() / "server.log",
        std::vector<std::string>{"--services", "registry,engagement"});
    const auto serves = server->WaitUntilServing();
    EXPECT_TRUE(serves) << support::ReadText(folder.path() / "server.log");
    at = serves.value_or(at);
    return server;
  };
  auto server = start();
  ASSERT_EQ(run("agency-approver",
                {"council", "create", "hutt-city", "--display-name", "hutt-city", "--kind", "city"})
                .exit,
            0);
  ASSERT_EQ(Client(folder.path()).IssueOfficer("officer-1", "hutt-city"), 0);
  std::string text = kGifts;
  for (int i = 0; i < kManyRecords; ++i) text += Gift("killed-" + std::to_string(i));
  std::ofstream(folder.path() / "killed.csv") << text;
  const auto listed = [&] {
    const support::TemporaryFolder aside;
    const ClientRun list =
        Client(aside.path())
            .Run({"--as", "officer-1", "--data-dir", (folder.path() / "data").string(),
                  "engagement", "list", "--council", "hutt-city", "-o", "jsonl"});
    return std::count(list.out.begin(), list.out.end(), '\n');
  };
  const Client client(folder.path());
  const pid_t importing = client.Start({"--as", "officer-1", "--timeout", "10s", "-o", "json",
                                        "import", "engagements", "killed.csv"});
  WaitForRecorded(at, 100);
  server->Signal(SIGKILL);
  ASSERT_TRUE(server->Wait().has_value());
  const ClientRun cut = client.Finish(importing);
  EXPECT_EQ(cut.exit, 11) << cut.err;
  const json report = json::parse(cut.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << cut.out << cut.err;
  const int accepted = report["accepted"];
  EXPECT_EQ(accepted + report["unknown"].get<int>() + report["not_sent"].get<int>(), kManyRecords);

  server = start();
  const ClientRun rest = run("officer-1", {"import", "engagements", "killed.csv", "-o", "json"});
  EXPECT_EQ(rest.exit, 0) << rest.err;
  const json whole = json::parse(rest.out, nullptr, false);
  EXPECT_GE(whole["unchanged"], accepted);
  EXPECT_EQ(whole["accepted"].get<int>() + whole["unchanged"].get<int>(), kManyRecords);
  EXPECT_EQ(listed(), kManyRecords);
}

TEST_F(ClientEngagementImportTest, WhatIsGeneratedIsImportedAndAmended) {
  const ClientRun run = Client(folder_->path())
                            .Run({"generate", "--councils", "3", "--engagements", "200", "--seed",
                                  "7", "--out", "load", "-o", "json"});
  ASSERT_EQ(run.exit, 0) << run.err;
  const json generated = json::parse(run.out, nullptr, false);
  EXPECT_EQ(generated["amended"], 10);
  EXPECT_EQ(generated["late"], 20);
  const json councils = Json("agency-approver", {"import", "councils", "load/councils.csv"});
  EXPECT_EQ(councils["accepted"], 3);
  Json("agency-approver", {"import", "relationships", "load/relationships.csv"});
  int read = 0;
  int amended = 0;
  for (const std::string council :
       {"example-council-0001", "example-council-0002", "example-council-0003"}) {
    SCOPED_TRACE(council);
    ASSERT_EQ(Client(folder_->path()).IssueOfficer(council, council), 0);
    const auto import = [&](const std::string& file, std::vector<std::string> flags) {
      flags.insert(flags.begin(), {"import", "engagements", "load/" + file, "--council", council});
      return Json(council, flags);
    };
    const json tried = import("engagements.csv", {"--validate-only"});
    const json taken = import("engagements.csv", {});
    EXPECT_EQ(tried["accepted"], tried["read"]);
    EXPECT_EQ(taken["accepted"], taken["read"]);
    const json second = import("engagements-amended.csv", {});
    EXPECT_EQ(second["amended"], second["read"]);
    read += taken["read"].get<int>();
    amended += second["amended"].get<int>();
  }
  EXPECT_EQ(read, 200);
  EXPECT_EQ(amended, 10);
}

}  // namespace
}  // namespace twinledger
