// Two replicas follow the same engagements: each looks at all of them, and what follows is recorded
// once.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <thread>

#include "tests/kafka/replicas.h"

namespace twinledger::testing {
namespace {

using nlohmann::json;

constexpr int kDonors = 12;

class AssessmentsOnKafkaTest : public TwoReplicasTest {
 protected:
  json Ask(const support::ServerAddresses& server, const std::string& account,
           std::vector<std::string> words) const {
    words.insert(words.begin(), {"--data-dir", Data("one").string(), "--as", account, "--server",
                                 server.services});
    return Json(std::move(words));
  }

  std::string Registered() const {
    Ask(one_, "agency-approver",
        {"council", "create", "hutt-city", "--display-name", "Hutt City Council", "--kind",
         "city"});
    Json({"identity", "issue", "officer-1", "--role", "council-officer", "--council", "hutt-city",
          "--data-dir", Data("one").string()});
    Json({"replica", "refresh", Data("two").string(), "--data-dir", Data("one").string()});
    const json partner = Ask(one_, "agency-approver",
                             {"partner", "create", "--display-name", "Minoh", "--level",
                              "municipal", "--country", "JP"});
    return Ask(one_, "agency-approver",
               {"relationship", "create", "--council", "hutt-city", "--partner",
                partner["partner"]["name"], "--kind", "sister_city", "--status",
                "active"})["relationship"]["name"];
  }

  static std::string Donor(int number) {
    return fmt::format("0b1c9b5e-0000-4000-8000-{:012}", number);
  }

  void RegisterDonors() const {
    for (int donor = 0; donor < kDonors; ++donor) {
      Ask(one_, "agency-approver",
          {"principal", "create", "--id", Donor(donor), "--kind", "organisation", "--display-name",
           "Donor " + Donor(donor)});
    }
  }

  void Give(const support::ServerAddresses& server, const std::string& relationship,
            int donor) const {
    Ask(server, "officer-1", {"engagement", "submit",
                              "--council",  "hutt-city",
                              "--set",      "relationship=" + relationship,
                              "--set",      "gift.direction=offered_to_council",
                              "--set",      "gift.recipient.office=mayor",
                              "--set",      "gift.donor.principal_id=" + Donor(donor),
                              "--set",      "gift.kind=art",
                              "--set",      "gift.value.cents=500000",
                              "--set",      "gift.value.currency=NZD",
                              "--set",      "gift.offered_on=2026-05-01",
                              "--set",      "gift.disposition=retained"});
  }

  // Receipts, oldest first, once the last one is of what is recorded now. At noon of UTC, where a
  // server's day begins, that is a minute late.
  std::vector<std::string> Receipts(const support::ServerAddresses& server,
                                    const std::string& subject) const {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    json answer;
    do {
      answer = Ask(server, "agency-analyst", {"risk", "explain", subject});
    } while (std::chrono::steady_clock::now() < give_up &&
             (!answer["receipt"].is_object() ||
              answer["receipt"]["facts_sha256"] != answer["facts_sha256"]));
    EXPECT_EQ(answer["receipt"]["facts_sha256"], answer["facts_sha256"]);
    std::vector<std::string> all;
    const json listed = Ask(server, "agency-analyst", {"risk", "receipts", subject});
    for (const json& receipt : listed["receipts"]) {
      all.insert(all.begin(), fmt::format("{} {}", receipt["receipt"].get<std::string>(),
                                          receipt["facts_sha256"].get<std::string>()));
    }
    return all;
  }
};

TEST_F(AssessmentsOnKafkaTest, BothAssessAndEachAssessmentIsRecordedOnce) {
  const std::string relationship = Registered();
  RegisterDonors();
  for (int donor = 0; donor < kDonors; ++donor) {
    Give(donor % 2 == 0 ? one_ : two_, relationship, donor);
  }
  for (const std::string& subject : {relationship, std::string("hutt-city")}) {
    const std::vector<std::string> receipts = Receipts(one_, subject);
    EXPECT_EQ(Receipts(two_, subject), receipts);
    std::set<std::string> facts;
    for (const std::string& receipt : receipts) {
      EXPECT_TRUE(facts.insert(receipt.substr(receipt.find(' '))).second) << "twice: " << receipt;
    }
  }
  for (const support::ServerAddresses& server : {one_, two_}) {
    const json again = Ask(server, "auditor", {"risk", "recompute", "--all"});
    EXPECT_EQ(again["mismatches"], 0);
    EXPECT_GE(again["checked"].get<int>(), 2);
  }
  // One that was late may still be told that another was faster, which is a commit too.
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (Digests(First("operator"), "risk") != Digests(Second("operator"), "risk")) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(EqualsItsRebuild(First("operator"), "risk"));
}

}  // namespace
}  // namespace twinledger::testing
