// A council's officers, whose server comes and goes.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "platform/identity/authority.h"
#include "tests/support/client_process.h"
#include "tests/support/server_process.h"

namespace twinledger {

inline constexpr const char* kNowhere = "127.0.0.1:1";  // Where nothing listens.
inline constexpr const char* kTravel = "0b1c9b5e-0000-4000-8000-000000000012";
using Words = std::vector<std::string>;

// A data directory with one council and two of its officers, for all tests of the suite. Each test
// has a home, and so outboxes, of its own.
class ClientOutboxFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder();
    Start();
    const support::Client client(folder_->path());
    ASSERT_EQ(client
                  .Run({"--as", "agency-approver", "council", "create", "hutt-city",
                        "--display-name", "Hutt City Council", "--kind", "city"})
                  .exit,
              0);
    for (const char* officer : {"officer-1", "officer-2"}) {
      ASSERT_EQ(client.IssueOfficer(officer, "hutt-city"), 0);
    }
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }
  static void Start() {
    server_ = new support::ServerProcess(Data(), folder_->path() / "server.log",
                                         {"--services", "registry,engagement,audit"});
    const auto addresses = server_->WaitUntilServing();
    ASSERT_TRUE(addresses.has_value()) << support::ReadText(folder_->path() / "server.log");
    address_ = addresses->services;
  }
  // As by a power cut.
  static void Kill() {
    delete server_;
    server_ = nullptr;
  }
  // For one that stands between, and that clients trust.
  static identity::ServerCredential ServerCredential() {
    const std::filesystem::path identity = Data() / "identity";
    return {.authority_pem = support::ReadText(identity / "ca.pem"),
            .certificate_pem = support::ReadText(identity / "server.pem"),
            .key_pem = support::ReadText(identity / "server.key")};
  }
  static std::filesystem::path Data() { return folder_->path() / "data"; }

  support::ClientRun Run(Words words, const std::string& account = "officer-1",
                         const std::string& input = "") const {
    words.insert(words.begin(), {"--as", account, "--data-dir", Data().string()});
    return client_.Run(words, input);
  }
  nlohmann::json Json(Words words, int exit = 0, const std::string& account = "officer-1") const {
    words.insert(words.end(), {"-o", "json"});
    const support::ClientRun run = Run(words, account);
    EXPECT_EQ(run.exit, exit) << ::testing::PrintToString(words) << run.err;
    return nlohmann::json::parse(run.out, nullptr, false);
  }
  static Words Gift(const std::string& description, const Words& more = {}) {
    Words words{"engagement", "submit", "--queue-if-offline", "--council", "hutt-city"};
    for (const std::string& line :
         {std::string("direction=offered_to_council"), std::string("recipient.office=mayor"),
          std::string("donor.office=consul"), std::string("kind=art"),
          std::string("offered_on=2026-05-01"), std::string("disposition=retained"),
          "description=" + description}) {
      words.insert(words.end(), {"--set", "gift." + line});
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Words Device(const Words& more) {
    Words words{"engagement",
                "submit",
                "--queue-if-offline",
                "--council",
                "hutt-city",
                "--set",
                "occur_date=2026-03",
                "--set",
                "device.device_ref=L-1",
                "--set",
                "device.device_class=loan",
                "--set",
                std::string("device.travel_record_id=") + kTravel};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Words Offline(Words words) {
    words.insert(words.end(), {"--server", kNowhere, "--timeout", "300ms"});
    return words;
  }
  nlohmann::json Entries() const { return Json({"outbox", "list"})["entries"]; }
  // Of one record: how many versions it has; 0 where there is none.
  std::size_t Versions(const std::string& record) const {
    const support::ClientRun run = Run({"engagement", "history", record, "-o", "json"});
    if (run.exit == 8) return 0;
    EXPECT_EQ(run.exit, 0) << run.err;
    return nlohmann::json::parse(run.out, nullptr, false)["versions"].size();
  }
  // How many records tell of it.
  std::size_t Telling(const std::string& description) const {
    std::size_t telling = 0;
    const nlohmann::json records =
        Json({"engagement", "list", "--council", "hutt-city"})["records"];
    for (const nlohmann::json& record : records) {
      const nlohmann::json whole = Json({"engagement", "get", record["name"].get<std::string>()});
      if (whole["gift"].is_object() && whole["gift"]["description"] == description) ++telling;
    }
    return telling;
  }

  inline static support::TemporaryFolder* folder_ = nullptr;
  inline static support::ServerProcess* server_ = nullptr;
  inline static std::string address_;
  support::TemporaryFolder home_;
  const support::Client client_{home_.path()};
};

}  // namespace twinledger
