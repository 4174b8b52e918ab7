// Reports through the client: the country, a council, a relationship, the register of gifts; as
// tables, CSV and JSON, now and as of a past time, against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
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
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// A server with two councils that have a relationship and a gift each, for all tests of the suite.
class ClientReportsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    server_ = new support::ServerProcess(folder_->path() / "data", folder_->path() / "server.log",
                                         {"--services", "registry,engagement,reporting"});
    ASSERT_TRUE(server_->WaitUntilServing().has_value())
        << support::ReadText(folder_->path() / "server.log");
    const json partner = Json("agency-approver", {"partner", "create", "--display-name", "Minoh",
                                                  "--level", "municipal", "--country", "JP"});
    const json donor = Json("agency-approver", {"principal", "create", "--kind", "organisation",
                                                "--display-name", "Minoh Port"});
    for (const std::string council : {"hutt-city", "nelson-city"}) {
      Json("agency-approver", {"council", "create", council, "--display-name",
                               "Council of " + council, "--kind", "city"});
      const std::string officer = council + "-1";
      ASSERT_EQ(Client(folder_->path()).IssueOfficer(officer, council), 0);
      const json relationship =
          Json(officer, {"relationship", "create", "--council", council, "--partner",
                         partner["partner"]["name"], "--kind", "sister_city", "--status", "active",
                         "--since", "1994"});
      relationships_[council] = relationship["relationship"]["name"];
      Submit(council, "1/5/2026", "retained", donor["principal"]["name"].get<std::string>());
    }
    donor_ = donor["principal"]["name"];
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  // A gift to the mayor, under the council's relationship if it has one here.
  static void Submit(const std::string& council, const std::string& day,
                     const std::string& disposition, const std::string& donor) {
    std::vector<std::string> words{
        "engagement", "submit",
        "--council",  council,
        "--set",      "gift.direction=offered_to_council",
        "--set",      "gift.recipient.office=mayor",
        "--set",      "gift.donor.principal_id=" + donor.substr(donor.rfind('/') + 1),
        "--set",      "gift.kind=art",
        "--set",      "gift.description=a canary",
        "--set",      "gift.circumstances=the canary sang",
        "--set",      "gift.value.cents=80000",
        "--set",      "gift.value.currency=NZD",
        "--set",      "gift.offered_on=" + day,
        "--set",      "gift.disposition=" + disposition};
    if (const auto found = relationships_.find(council); found != relationships_.end()) {
      words.insert(words.end(), {"--set", "relationship=" + found->second});
    }
    Json(council + "-1", words);
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

  static support::TemporaryFolder* folder_;
  static support::ServerProcess* server_;
  static std::map<std::string, std::string> relationships_;
  static std::string donor_;
};

support::TemporaryFolder* ClientReportsTest::folder_ = nullptr;
support::ServerProcess* ClientReportsTest::server_ = nullptr;
std::map<std::string, std::string> ClientReportsTest::relationships_;
std::string ClientReportsTest::donor_;

TEST_F(ClientReportsTest, AnOverviewIsNumbersAndWhatToLookAtFirst) {
  const ClientRun table = Run("agency-analyst", {"overview"});
  EXPECT_EQ(table.exit, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("COUNCILS       2, 2 with an engagement recorded"));
  EXPECT_THAT(table.out, HasSubstr("RETURNS        not known"));
  EXPECT_THAT(table.out, HasSubstr("BASELINE"));
  EXPECT_THAT(table.out, HasSubstr("A1 "));
  EXPECT_THAT(table.err, HasSubstr("2 relationships as of"));
  EXPECT_THAT(table.err, HasSubstr("by TL-1 "));

  const json overview = Json("agency-analyst", {"overview", "--explain"});
  EXPECT_THAT(overview["relationships"], SizeIs(2));
  EXPECT_EQ(overview["overview"]["relationships"], 2);
  EXPECT_TRUE(overview["overview"]["returns_expected"].is_null());
  EXPECT_THAT(overview["scoring"]["rule_set_digest"].get<std::string>(), SizeIs(64));
  for (const json& source : overview["relationships"][0]["sources"]) {
    if (source["field"] != "r") continue;
    EXPECT_THAT(source["events"][0].get<std::string>(), MatchesRegex("engagement/[0-9]+/[0-9]+"));
  }

  const ClientRun csv = Run("agency-analyst", {"overview", "-o", "csv"});
  EXPECT_THAT(csv.out, StartsWith("band,r,change,a,uncapped,council_display_name,"));
  EXPECT_THAT(csv.out, HasSubstr(relationships_["nelson-city"]));
}

TEST_F(ClientReportsTest, ATimeThatCannotBeAnsweredForIsNamedWithItsFlag) {
  const auto told = [](const char* as_of) {
    return Json("agency-analyst", {"overview", "--as-of", as_of}, 2)["error"]["message"]
        .get<std::string>();
  };
  EXPECT_THAT(told("2999-01-01"),
              StartsWith("--as-of \"2999-01-01\" is in the future, as a date means its end"));
  EXPECT_THAT(told("1900-01-01"), StartsWith("--as-of \"1900-01-01\" is before 1970"));
  EXPECT_THAT(told("soon"), StartsWith("--as-of \"soon\" is not a time"));
}

TEST_F(ClientReportsTest, ACouncilIsShownItsOwnAndNothingOfTheOthers) {
  const ClientRun own = Run("hutt-city-1", {"overview"});
  EXPECT_EQ(own.exit, 0) << own.err;
  EXPECT_THAT(own.out, HasSubstr("hutt-city"));
  const std::string nelson = relationships_["nelson-city"];
  for (const ClientRun& run :
       {own, Run("hutt-city-1", {"overview", "--council", "nelson-city"}),
        Run("hutt-city-1", {"scorecard", "nelson-city"}), Run("hutt-city-1", {"timeline", nelson}),
        Run("hutt-city-1", {"gifts", "-o", "csv"})}) {
    EXPECT_THAT(run.out, Not(HasSubstr("nelson"))) << run.out;
  }
  EXPECT_EQ(Run("hutt-city-1", {"scorecard", "nelson-city"}).exit, 8);
  EXPECT_EQ(Run("hutt-city-1", {"timeline", nelson}).exit, 8);
}

TEST_F(ClientReportsTest, AScorecardSaysWhyAndWhatToFixFirst) {
  const ClientRun table = Run("hutt-city-1", {"scorecard", "hutt-city"});
  EXPECT_EQ(table.exit, 0) << table.err;
  for (const char* part : {"Council of hutt-city", "LAST ACTIVITY", "BECAUSE", "FIX FIRST"}) {
    EXPECT_THAT(table.out, HasSubstr(part));
  }
  const json card = Json("hutt-city-1", {"scorecard", "hutt-city", "--explain"});
  EXPECT_EQ(card["council"], "councils/hutt-city");
  EXPECT_EQ(card["highest_relationship"], relationships_["hutt-city"]);
  EXPECT_GT(card["relationships"][0]["actions"][0]["drop"].get<int>(), 0);
  EXPECT_THAT(card["sources"], Not(IsEmpty()));
  EXPECT_THAT(Run("hutt-city-1", {"scorecard", "hutt-city", "-o", "csv"}).out,
              HasSubstr(relationships_["hutt-city"]));
}

TEST_F(ClientReportsTest, ATimelineIsReadNewestFirstNowAndAsOfAPastTime) {
  const std::string name = relationships_["hutt-city"];
  const json now = Json("agency-analyst", {"timeline", name});
  ASSERT_THAT(now["entries"], SizeIs(2));
  EXPECT_EQ(now["entries"][0]["summary"], "gift offered: ART, to mayor, NZD 800.00, RETAINED");
  EXPECT_EQ(now["entries"][1]["occur_date"], "1994");
  const std::string recorded = now["entries"][1]["record_time"];
  const json then = Json("agency-analyst", {"timeline", name, "--as-of", recorded});
  EXPECT_THAT(then["entries"], SizeIs(1));
  EXPECT_EQ(Run("agency-analyst", {"timeline", name, "--as-of", "2020-01-01"}).exit, 8);

  const std::string id = name.substr(name.rfind('/') + 1);
  const ClientRun table =
      Run("agency-analyst", {"timeline", id, "--council", "hutt-city", "--explain"});
  EXPECT_THAT(table.out, HasSubstr("gift offered"));
  EXPECT_THAT(table.out, HasSubstr("council/hutt-city/"));
  EXPECT_THAT(table.err, HasSubstr("2 events as of"));
  EXPECT_EQ(Run("agency-analyst", {"timeline", id}).exit, 2);
  EXPECT_THAT(Run("agency-analyst", {"timeline", name, "-o", "csv"}).out,
              StartsWith("record_time,when,summary,event,kind,"));
}

TEST_F(ClientReportsTest, TheRegisterOfGiftsIsOfAPeriodAndForAnAudience) {
  const ClientRun table = Run("agency-analyst", {"gifts", "--council", "hutt-city"});
  EXPECT_EQ(table.exit, 0) << table.err;
  for (const char* part :
       {"2026-05-01", "Minoh Port", "mayor", "ART", "800.00", "RETAINED", "withheld"}) {
    EXPECT_THAT(table.out, HasSubstr(part));
  }
  EXPECT_THAT(table.out, Not(HasSubstr("canary")));
  EXPECT_THAT(Json("agency-analyst", {"gifts", "--from", "2026-06-01"})["rows"], IsEmpty());
  EXPECT_THAT(Json("agency-analyst", {"gifts", "--to", "1/5/2026"})["rows"], SizeIs(2));
  const json for_all = Json("agency-analyst", {"gifts", "--for", "public"});
  EXPECT_THAT(for_all["rows"], IsEmpty());
  EXPECT_EQ(for_all["withheld"][0]["count"], 2);
  EXPECT_EQ(for_all["withheld"][0]["release_class"], "COUNCIL_AND_AGENCY");
  EXPECT_THAT(Run("agency-analyst", {"gifts", "--for", "public"}).err,
              HasSubstr("withheld: 2, of release class COUNCIL_AND_AGENCY"));
  EXPECT_THAT(Run("agency-analyst", {"gifts", "-o", "csv"}).out,
              StartsWith("offered_on,council,donor,recipient,what,value_cents,decision,"));
  EXPECT_EQ(Run("agency-analyst", {"gifts", "--from", "soon"}).exit, 2);
}

// A council of its own, behind the tests that count all councils.
TEST_F(ClientReportsTest, AScorecardSaysOnceWhatCountsInSeveralRelationships) {
  Json("agency-approver", {"council", "create", "timaru-district", "--display-name",
                           "Council of timaru-district", "--kind", "district"});
  ASSERT_EQ(Client(folder_->path()).IssueOfficer("timaru-district-1", "timaru-district"), 0);
  for (const std::string partner : {"Eniwa", "Weihai"}) {
    const json made = Json("agency-approver", {"partner", "create", "--display-name", partner,
                                               "--level", "municipal", "--country", "JP"});
    Json("timaru-district-1",
         {"relationship", "create", "--council", "timaru-district", "--partner",
          made["partner"]["name"], "--kind", "sister_city", "--status", "active"});
  }
  Submit("timaru-district", "1/5/2026", "retained", donor_);
  Submit("timaru-district", "1/5/2026", "retained", donor_);  // Alike, and another one.
  const ClientRun table = Run("timaru-district-1", {"scorecard", "timaru-district"});
  EXPECT_EQ(table.exit, 0) << table.err;
  const std::string because = table.out.substr(table.out.find("BECAUSE"));
  EXPECT_THAT(because, HasSubstr("2 relationships"));
  EXPECT_THAT(because, HasSubstr("councils/timaru-district/records/"));
  EXPECT_THAT(because, Not(HasSubstr("Eniwa")));
  EXPECT_THAT(because, Not(HasSubstr("4 relationships")));
}

TEST_F(ClientReportsTest, ACouncilThatNobodyRegisteredHasNoListNotAnEmptyOne) {
  const std::vector<std::vector<std::string>> lists = {{"engagement", "list"},
                                                       {"gifts"},
                                                       {"relationship", "list"},
                                                       {"official", "list"},
                                                       {"asset", "list"}};
  for (std::vector<std::string> list : lists) {
    SCOPED_TRACE(list.front());
    list.insert(list.end(), {"--council", "hut-city"});
    const json error = Json("agency-analyst", list, 8)["error"];
    EXPECT_EQ(error["reason"], "NOT_FOUND");
    EXPECT_THAT(error["message"].get<std::string>(), HasSubstr("councils/hut-city"));
    list.back() = "hutt-city";
    EXPECT_TRUE(Json("agency-analyst", list).is_object());
  }
}

// Of rows that follow three streams.
TEST_F(ClientReportsTest, ARebuildGivesTheSameRows) {
  EXPECT_EQ(Json("operator", {"projection", "rebuild", "reporting"})["equal"], true);
}

// What the help of a list shows is a filter of that list.
TEST_F(ClientReportsTest, TheExampleOfEachFilterIsOneThatTheServerTakes) {
  const std::vector<std::vector<std::string>> kLists = {
      {"council", "list"}, {"partner", "list"},   {"relationship", "list"}, {"official", "list"},
      {"asset", "list"},   {"principal", "list"}, {"engagement", "list"},   {"overview"},
      {"gifts"},           {"register"}};
  const std::regex example("rows to list: *'([^']*)'");
  for (std::vector<std::string> words : kLists) {
    SCOPED_TRACE(words[0]);
    std::vector<std::string> help = words;
    help.emplace_back("--help");
    const std::string text =
        std::regex_replace(Client(folder_->path()).Run(help).out, std::regex("\\s+"), " ");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(text, found, example)) << text;
    words.insert(words.end(), {"--as", "agency-analyst", "--filter", found[1]});
    const ClientRun run = Client(folder_->path()).Run(words);
    EXPECT_EQ(run.exit, 0) << found[1] << run.err;
  }
}

}  // namespace
}  // namespace twinledger
