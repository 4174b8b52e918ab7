// A server of the registry with the sample, and its client.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/client_process.h"
#include "tests/support/read_metrics.h"
#include "tests/support/server_process.h"

namespace twinledger {

inline constexpr const char* kSampleCouncils = TWINLEDGER_SOURCE_DIR "/tools/sample/councils.csv";
inline constexpr const char* kSampleRelationships =
    TWINLEDGER_SOURCE_DIR "/tools/sample/relationships.csv";

// One of each, for all tests of a suite.
class ClientRegistryFixture : public ::testing::Test {
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
    first_councils_ = Json({"import", "councils", kSampleCouncils});
    first_relationships_ = Json({"import", "relationships", kSampleRelationships});
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }

  static support::ClientRun Run(std::vector<std::string> words, const std::string& input = "") {
    return support::Client(folder_->path()).Run(words, input);
  }
  static nlohmann::json Json(std::vector<std::string> words, int exit = 0,
                             const std::string& input = "") {
    words.insert(words.end(), {"-o", "json"});
    const support::ClientRun run = Run(words, input);
    EXPECT_EQ(run.exit, exit) << run.err;
    const nlohmann::json parsed = nlohmann::json::parse(run.out, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << run.out;
    return parsed;
  }
  static std::string Id(const nlohmann::json& row) {
    const std::string name = row["name"];
    return name.substr(name.rfind('/') + 1);
  }

  static void ExpectCounts(const nlohmann::json& report, int read, int accepted, int unchanged,
                           int amended, int refused, int not_sent) {
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

  inline static support::TemporaryFolder* folder_ = nullptr;
  inline static support::ServerProcess* server_ = nullptr;
  inline static support::ServerAddresses at_;
  inline static nlohmann::json first_councils_;
  inline static nlohmann::json first_relationships_;
};

}  // namespace twinledger
