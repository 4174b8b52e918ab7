// The registry through the client: import, read, write, as of, against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
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
using testing::Not;

constexpr const char* kCouncils = TWINLEDGER_SOURCE_DIR "/tools/sample/councils.csv";
constexpr const char* kRelationships = TWINLEDGER_SOURCE_DIR "/tools/sample/relationships.csv";
constexpr const char* kHeader =
    "relationship_id,council_id,partner_city,partner_region,partner_country_iso2,kind,"
    "established_year,status,source\n";

// A server with the sample, for all tests of the suite.
class ClientRegistryTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    server_ = new support::ServerProcess(folder_->path() / "data", folder_->path() / "server.log",
                                         {"--services", "registry"});
    const auto at = server_->WaitUntilServing();
    ASSERT_TRUE(at) << support::ReadText(folder_->path() / "server.log");
    at_ = *at;
    // What is recorded says who did it, so somebody is named.
    std::ofstream(folder_->path() / "twinledger.conf") << "as = agency-approver\n";
    first_councils_ = Json({"import", "councils", kCouncils});
    first_relationships_ = Json({"import", "relationships", kRelationships});
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  static ClientRun Run(std::vector<std::string> words, const std::string& input = "") {
    return Client(folder_->path()).Run(words, input);
  }
  static json Json(std::vector<std::string> words, int exit = 0, const std::string& input = "") {
    words.insert(words.end(), {"-o", "json"});
    const ClientRun run = Run(words, input);
    EXPECT_EQ(run.exit, exit) << run.err;
    const json parsed = json::parse(run.out, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << run.out;
    return parsed;
  }
  static std::string Id(const json& row) {
    const std::string name = row["name"];
    return name.substr(name.rfind('/') + 1);
  }

  static void ExpectCounts(const json& report, int read, int accepted, int unchanged, int amended,
                           int refused, int not_sent) {
    EXPECT_EQ(report["read"], read) << report;
    EXPECT_EQ(report["accepted"], accepted) << report;
    EXPECT_EQ(report["unchanged"], unchanged) << report;
    EXPECT_EQ(report["amended"], amended) << report;
    EXPECT_EQ(report["refused"], refused) << report;
    EXPECT_EQ(report["unknown"], 0) << report;
    EXPECT_EQ(report["not_sent"], not_sent) << report;
  }

  // Relationships that were imported.
  static double Imported() {
    return support::SumOf(support::MetricsOf(at_),
                          "twinledger_rpc_calls_total{code=\"OK\",rpc=\"twinledger.registry.v1."
                          "RegistryService/RecordRelationship\"}");
  }

  static support::TemporaryFolder* folder_;
  static support::ServerProcess* server_;
  static support::ServerAddresses at_;
  static json first_councils_;
  static json first_relationships_;
};

support::TemporaryFolder* ClientRegistryTest::folder_ = nullptr;
support::ServerProcess* ClientRegistryTest::server_ = nullptr;
support::ServerAddresses ClientRegistryTest::at_;
json ClientRegistryTest::first_councils_;
json ClientRegistryTest::first_relationships_;

TEST_F(ClientRegistryTest, TheSampleIsTakenWholeAndASecondTimeChangesNothing) {
  ExpectCounts(first_councils_, 78, 78, 0, 0, 0, 0);
  ExpectCounts(first_relationships_, 169, 169, 0, 0, 0, 0);
  ExpectCounts(Json({"import", "councils", kCouncils}), 78, 0, 78, 0, 0, 0);
  const json again = Json({"import", "relationships", kRelationships});
  ExpectCounts(again, 169, 0, 169, 0, 0, 0);
  EXPECT_EQ(again["partners_registered"], 0);
}

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

TEST_F(ClientRegistryTest, AChangedRowAmendsAndChangesBackAsOften) {
  const auto row = [](const char* year) {
    return std::string(kHeader) + "rel-back,nelson-city,Exampleville,Kyoto,JP,sister_city," + year +
           ",active,test\n";
  };
  const std::vector<std::string> import{"import", "relationships", "-"};
  ExpectCounts(Json(import, 0, row("1976")), 1, 1, 0, 0, 0, 0);
  for (const char* year : {"1977", "1976", "1977", "1976"}) {
    SCOPED_TRACE(year);
    ExpectCounts(Json(import, 0, row(year)), 1, 0, 0, 1, 0, 0);
  }
  ExpectCounts(Json(import, 0, row("1976")), 1, 0, 1, 0, 0, 0);
  ExpectCounts(Json(import, 0, row("")), 1, 0, 0, 1, 0, 0);  // Empty: not known any more.
}

TEST_F(ClientRegistryTest, ABadRowKeepsTheFileFromBeingSentUnlessItIsToBeSkipped) {
  const std::string file =
      std::string(kHeader) +
      "rel-good,nelson-city,Goodville,Ontario,CA,sister_city,1996,active,test\n"
      "rel-bad,nelson-city,Nowhere,,XX,sister_city,96,active,test\n"
      "rel-lost,no-such-council,Somewhere,,JP,other,,,test\n";
  const std::vector<std::string> import{"import", "relationships", "-"};
  const json held = Json(import, 2, file);
  ExpectCounts(held, 3, 0, 0, 0, 1, 2);
  ASSERT_EQ(held["problems"].size(), 2U);
  EXPECT_EQ(held["problems"][0]["row"], 3);
  EXPECT_EQ(held["problems"][0]["column"], "partner_country_iso2");
  EXPECT_EQ(held["problems"][0]["value"], "XX");
  EXPECT_EQ(held["problems"][1]["column"], "established_year");
  std::vector<std::string> skipping = import;
  skipping.emplace_back("--skip-invalid");
  const json rest = Json(skipping, 3, file);
  ExpectCounts(rest, 3, 1, 0, 0, 2, 0);
  EXPECT_EQ(rest["problems"][2]["column"], "council_id");
}

TEST_F(ClientRegistryTest, WhatTheServerRefusesNamesColumnAndValueToo) {
  const std::string file = std::string(kHeader) +
                           "rel-late,nelson-city,Latetown,,DE,other,2999,active,test\n" +
                           "rel-long,nelson-city," + std::string(3000, 'x') + ",,DE,other,,,test\n";
  const json refused = Json({"import", "relationships", "-"}, 3, file);
  ASSERT_EQ(refused["problems"].size(), 2U);
  EXPECT_EQ(refused["problems"][0]["column"], "established_year");
  EXPECT_EQ(refused["problems"][0]["value"], "2999");
  EXPECT_EQ(refused["problems"][1]["column"], "partner_city");
  EXPECT_EQ(refused["problems"][1]["value"], std::string(3000, 'x'));
  EXPECT_EQ(refused["partners_registered"], 0) << "nobody needs the partner of a refused row";
  EXPECT_THAT(Run({"partner", "list", "--filter", "display_name : \"Latetown\""}).out,
              Not(HasSubstr("Latetown")));
}

TEST_F(ClientRegistryTest, ValidateOnlyChecksByTheServerAndRecordsNothing) {
  const std::string file =
      std::string(kHeader) + "rel-dry,nelson-city,Drytown,,DE,other,2001,active,test\n";
  const std::vector<std::string> import{"import", "relationships", "-", "--validate-only"};
  ExpectCounts(Json(import, 0, file), 1, 1, 0, 0, 0, 0);
  ExpectCounts(Json(import, 0, file), 1, 1, 0, 0, 0, 0);  // Still new.
}

TEST_F(ClientRegistryTest, ValidateOnlyFindsWhatTheImportWouldRefuse) {
  const std::string file = std::string(kHeader) +
                           "rel-late,nelson-city,Farville,,DE,other,2199,active,test\n" +
                           "rel-one,nelson-city,Twinville,,DE,other,2001,active,test\n" +
                           "rel-two,nelson-city,Twinville,,DE,other,2002,active,test\n";
  const json dry = Json({"import", "relationships", "-", "--validate-only"}, 3, file);
  ExpectCounts(dry, 3, 1, 0, 0, 2, 0);
  EXPECT_EQ(dry["problems"][0]["column"], "established_year");
  EXPECT_EQ(dry["problems"][1]["row"], 4);
  EXPECT_EQ(dry["problems"][1]["column"], "partner_city");
  const json real = Json({"import", "relationships", "-"}, 3, file);
  ExpectCounts(real, 3, 1, 0, 0, 2, 0);
}

// Of rows that exclude each other the first one of the file stands, whatever the network does, and
// the check says the same as the import.
TEST_F(ClientRegistryTest, TheFileDecidesWhichOfSeveralRowsStands) {
  std::string file = kHeader;
  for (int i = 1; i <= 8; ++i) {
    file += "rel-rank-" + std::to_string(i) + ",nelson-city,Rankville,,DE,other,2001,active,test\n";
  }
  std::vector<int> refused_rows{3, 4, 5, 6, 7, 8, 9};
  for (const char* const flag : {"--validate-only", "--skip-invalid"}) {
    const json report = Json({"import", "relationships", "-", flag}, 3, file);
    ExpectCounts(report, 8, 1, 0, 0, 7, 0);
    std::vector<int> refused;
    for (const json& problem : report["problems"]) refused.push_back(problem["row"]);
    EXPECT_EQ(refused, refused_rows) << flag;
  }
}

TEST_F(ClientRegistryTest, ValidateOnlyAsksTheServerBesideRowsThatAreWrongByThemselves) {
  const std::string file = std::string(kHeader) +
                           "rel-both-1,nelson-city,Bothville,,DE,other,2199,active,test\n" +
                           "rel-both-2,nelson-city,Bothville,,Germany,other,2001,active,test\n";
  const json dry = Json({"import", "relationships", "-", "--validate-only"}, 2, file);
  ExpectCounts(dry, 2, 0, 0, 0, 2, 0);
  EXPECT_EQ(dry["problems"][0]["row"], 2);
  EXPECT_EQ(dry["problems"][1]["row"], 3);
}

// Long enough that Ctrl-C comes in the midst of it.
TEST_F(ClientRegistryTest, AnInterruptedImportCountsEveryRowAndSaysHowToGoOn) {
  constexpr int kRows = 4000;
  std::string file = kHeader;
  for (int i = 0; i < kRows; ++i) {
    const std::string number = std::to_string(i);
    file += "rel-cut-" + number + ",kaipara-district,Cutville " + number;
    file += ",,DE,other,2001,active,test\n";
  }
  std::ofstream(folder_->path() / "cut file.csv") << file;
  const std::filesystem::path aside = folder_->path() / "aside";
  std::filesystem::create_directory(aside);
  const Client watcher(aside);
  const auto recorded = [&] {
    const ClientRun run =
        watcher.Run({"--data-dir", (folder_->path() / "data").string(), "relationship", "list",
                     "--council", "kaipara-district", "-o", "jsonl"});
    return std::count(run.out.begin(), run.out.end(), '\n');
  };
  const auto before = recorded();
  const double imported = Imported();
  const Client client(folder_->path());
  const pid_t importing = client.Start(
      {"--as", "agency-analyst", "-o", "json", "import", "relationships", "cut file.csv"});
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (Imported() < imported + 100 && std::chrono::steady_clock::now() < until) continue;
  kill(importing, SIGINT);
  const ClientRun run = client.Finish(importing);
  EXPECT_EQ(run.exit, 130);
  const json report = json::parse(run.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << run.out << run.err;
  EXPECT_EQ(report["stopped"]["code"], "CANCELLED");
  EXPECT_GT(report["not_sent"], 0);
  EXPECT_EQ(report["accepted"].get<int>() + report["unchanged"].get<int>() +
                report["amended"].get<int>() + report["refused"].get<int>() +
                report["unknown"].get<int>() + report["not_sent"].get<int>(),
            kRows)
      << report;
  const auto there = recorded() - before;
  EXPECT_GE(there, report["accepted"].get<int>());
  EXPECT_LE(there, report["accepted"].get<int>() + report["unknown"].get<int>());
  EXPECT_THAT(run.err, HasSubstr("twinledger --as agency-analyst --output json import "
                                 "relationships 'cut file.csv'"));
}

// Whether the client that `timeout` runs looks at a signal itself. Until the client is there, its
// process is a copy of `timeout`, which does.
bool Catches(int signal, pid_t timeout) {
  const std::string process = "/proc/" + std::to_string(timeout);
  std::ifstream children(process + "/task/" + std::to_string(timeout) + "/children");
  std::string child;
  if (!(children >> child)) return false;
  std::ifstream status("/proc/" + child + "/status");
  bool is_client = false;
  for (std::string word; status >> word;) {
    is_client = is_client || word == "twinledger";
    if (word != "SigCgt:") continue;
    status >> word;
    return is_client && (std::stoull(word, nullptr, 16) >> (signal - 1) & 1) != 0;
  }
  return false;
}

// The server answers nothing, so the client still reads what is recorded.
TEST_F(ClientRegistryTest, AnImportThatIsInterruptedWhileItReadsSaysSoAtOnce) {
  const Client client(folder_->path());
  for (const auto& [signal, exit] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    SCOPED_TRACE(signal);
    server_->Signal(SIGSTOP);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const pid_t importing =
        client.Start({"-o", "json", "import", "relationships", kRelationships, "--skip-invalid"});
    while (!Catches(signal, importing) && std::chrono::steady_clock::now() < give_up) {
    }
    const auto told = std::chrono::steady_clock::now();
    kill(importing, signal);
    const ClientRun run = client.Finish(importing);
    server_->Signal(SIGCONT);
    EXPECT_LT(std::chrono::steady_clock::now() - told, std::chrono::seconds(20));
    EXPECT_EQ(run.exit, exit);
    const json report = json::parse(run.out, nullptr, false);
    ASSERT_TRUE(report.is_object()) << run.out << run.err;
    ExpectCounts(report, 169, 0, 0, 0, 0, 169);
    EXPECT_EQ(report["stopped"]["code"], "CANCELLED");
    EXPECT_THAT(run.err, HasSubstr("169 rows not sent"));
    EXPECT_THAT(run.err, HasSubstr(std::string("twinledger --output json import relationships ") +
                                   kRelationships + " --skip-invalid"));
  }
}

// More than a page of them, of which the client then reads only what a file names.
TEST_F(ClientRegistryTest, RowsOfALargeCouncilAreComparedWithWhatIsRecordedOfThem) {
  const auto row = [](int number, const char* city, const char* year) {
    return "rel-large-" + std::to_string(number) + ",gore-district," + city +
           std::to_string(number) + ",,DE,other," + year + ",active,test\n";
  };
  std::string large = kHeader;
  for (int i = 0; i < 1200; ++i) large += row(i, "Largeville ", "2001");
  const std::vector<std::string> import{"import", "relationships", "-"};
  ExpectCounts(Json(import, 0, large), 1200, 1200, 0, 0, 0, 0);
  const std::string few = kHeader + row(3, "Largeville ", "2001") + row(7, "Largeville ", "2002") +
                          row(1100, "Otherville ", "2001") + row(1200, "Newville ", "2001");
  std::vector<std::string> dry = import;
  dry.emplace_back("--validate-only");
  ExpectCounts(Json(dry, 0, few), 4, 1, 1, 2, 0, 0);
  const json taken = Json(import, 0, few);
  ExpectCounts(taken, 4, 1, 1, 2, 0, 0);
  EXPECT_EQ(taken["partners_registered"], 2);
  ExpectCounts(Json(import, 0, few), 4, 0, 4, 0, 0, 0);
  // As many rows as make filters dearer than the whole.
  std::string many = kHeader;
  for (int i = 500; i < 560; ++i) many += row(i, "Largeville ", i < 510 ? "2003" : "2001");
  ExpectCounts(Json(import, 0, many), 60, 0, 50, 10, 0, 0);

  const json some = Json({"relationship", "list", "--council", "gore-district", "--limit", "5"});
  ASSERT_EQ(some["relationships"].size(), 5U);
  for (const json& listed : some["relationships"]) {
    EXPECT_TRUE(listed["partner_display_name"].is_string()) << listed;
  }
  const json all = Json({"relationship", "list", "--council", "gore-district"})["relationships"];
  EXPECT_GT(all.size(), 1200U);
  EXPECT_TRUE(std::ranges::all_of(
      all, [](const json& listed) { return listed["partner_display_name"].is_string(); }));
  EXPECT_TRUE(std::ranges::is_sorted(
      all, {}, [](const json& listed) { return listed["name"].get<std::string>(); }));
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
