// Spreadsheets of councils and relationships through the client, against a real server.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "tests/end_to_end/client_registry_fixture.h"

namespace twinledger {
namespace {

using nlohmann::json;
using support::Client;
using support::ClientRun;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHeader =
    "relationship_id,council_id,partner_city,partner_region,partner_country_iso2,kind,"
    "established_year,status,source\n";

class ClientRegistryImportTest : public ClientRegistryFixture {};

TEST_F(ClientRegistryImportTest, TheSampleIsTakenWholeAndASecondTimeChangesNothing) {
  ExpectCounts(first_councils_, 78, 78, 0, 0, 0, 0);
  ExpectCounts(first_relationships_, 169, 169, 0, 0, 0, 0);
  ExpectCounts(Json({"import", "councils", kSampleCouncils}), 78, 0, 78, 0, 0, 0);
  const json again = Json({"import", "relationships", kSampleRelationships});
  ExpectCounts(again, 169, 0, 169, 0, 0, 0);
  EXPECT_EQ(again["partners_registered"], 0);
}

TEST_F(ClientRegistryImportTest, AChangedRowAmendsAndChangesBackAsOften) {
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

TEST_F(ClientRegistryImportTest, ABadRowKeepsTheFileFromBeingSentUnlessItIsToBeSkipped) {
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

TEST_F(ClientRegistryImportTest, WhatTheServerRefusesNamesColumnAndValueToo) {
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

TEST_F(ClientRegistryImportTest, ValidateOnlyChecksByTheServerAndRecordsNothing) {
  const std::string file =
      std::string(kHeader) + "rel-dry,nelson-city,Drytown,,DE,other,2001,active,test\n";
  const std::vector<std::string> import{"import", "relationships", "-", "--validate-only"};
  ExpectCounts(Json(import, 0, file), 1, 1, 0, 0, 0, 0);
  ExpectCounts(Json(import, 0, file), 1, 1, 0, 0, 0, 0);  // Still new.
}

TEST_F(ClientRegistryImportTest, ValidateOnlyFindsWhatTheImportWouldRefuse) {
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
TEST_F(ClientRegistryImportTest, TheFileDecidesWhichOfSeveralRowsStands) {
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

TEST_F(ClientRegistryImportTest, ValidateOnlyAsksTheServerBesideRowsThatAreWrongByThemselves) {
  const std::string file = std::string(kHeader) +
                           "rel-both-1,nelson-city,Bothville,,DE,other,2199,active,test\n" +
                           "rel-both-2,nelson-city,Bothville,,Germany,other,2001,active,test\n";
  const json dry = Json({"import", "relationships", "-", "--validate-only"}, 2, file);
  ExpectCounts(dry, 2, 0, 0, 0, 2, 0);
  EXPECT_EQ(dry["problems"][0]["row"], 2);
  EXPECT_EQ(dry["problems"][1]["row"], 3);
}

// Long enough that Ctrl-C comes in the midst of it.
TEST_F(ClientRegistryImportTest, AnInterruptedImportCountsEveryRowAndSaysHowToGoOn) {
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
TEST_F(ClientRegistryImportTest, AnImportThatIsInterruptedWhileItReadsSaysSoAtOnce) {
  const Client client(folder_->path());
  for (const auto& [signal, exit] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    SCOPED_TRACE(signal);
    server_->Signal(SIGSTOP);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const pid_t importing = client.Start(
        {"-o", "json", "import", "relationships", kSampleRelationships, "--skip-invalid"});
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
                                   kSampleRelationships + " --skip-invalid"));
  }
}

// More than a page of them, of which the client then reads only what a file names.
TEST_F(ClientRegistryImportTest, RowsOfALargeCouncilAreComparedWithWhatIsRecordedOfThem) {
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

}  // namespace
}  // namespace twinledger
