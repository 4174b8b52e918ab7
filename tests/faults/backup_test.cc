// A backup and an export that are made while 16 clients write councils and an officer records
// gifts: restored elsewhere, the copy verifies, holds all that was acknowledged before, opens what
// was sealed, serves and goes on; and with a later export it comes to the same rows as the
// original.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "platform/log/archive/log_path.h"
#include "tests/faults/gift_client.h"
#include "tests/faults/load_fixture.h"
#include "tests/support/client_process.h"
#include "tests/support/history_oracle.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;
using support::HistoryEvent;
using support::ServerProcess;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kWhileBackingUp = 16;
constexpr int kBackups = 2;

support::LogFacts FactsOf(const fs::path& data) {
  const auto path = log::ResolveLogPath(data);
  const auto log = log::OpenForReading(*path);
  const auto founding = log::FindFounding(**log, std::nullopt);
  return *support::ReadLogFacts(**log, *founding);
}

// What was acknowledged in `history` and is not in the log.
std::vector<std::string> Missing(const std::vector<HistoryEvent>& history,
                                 const support::LogFacts& facts) {
  std::set<std::string> there;
  for (const auto& [partition, commits] : facts.partitions) {
    for (const support::CommitFact& commit : commits) {
      there.insert(fmt::format("{}/{} {}", ToString(partition), commit.sequence, commit.hash));
    }
  }
  std::vector<std::string> missing;
  for (const HistoryEvent& event : history) {
    if (event.kind != HistoryEvent::Kind::kOk) continue;
    if (!there.contains(event.what + " " + event.commit_hash)) missing.push_back(event.request_id);
  }
  return missing;
}

bool IsPrefix(const support::LogFacts& copy, const support::LogFacts& whole) {
  return std::ranges::all_of(copy.partitions, [&](const auto& entry) {
    const auto& [partition, commits] = entry;
    const auto& all = whole.partitions.at(partition);
    return commits.size() <= all.size() &&
           std::ranges::equal(commits, std::span(all).first(commits.size()), {},
                              &support::CommitFact::hash, &support::CommitFact::hash);
  });
}

// By projection and partition: at which sequence, and the digest.
using Digests = std::map<std::string, std::string>;

class BackupTest : public LoadedServerTest {
 protected:
  nlohmann::json Run(const std::vector<std::string>& arguments, int exit = 0) {
    std::vector<std::string> words = arguments;
    words.insert(words.end(), {"-o", "json"});
    const support::ClientRun run = support::Client(root()).Run(words);
    EXPECT_EQ(run.exit, exit) << words[0] << " " << words[1] << ": " << run.err << run.out;
    return nlohmann::json::parse(run.out, nullptr, false);
  }

  std::string FoundingHash() const {
    std::string text = support::ReadText(data() / "keys" / "founding.sha256");
    return text.substr(0, 64);
  }

  // Of a server that nobody writes to.
  static Digests DigestsOf(const std::string& services, const fs::path& data) {
    const auto stub = operations::v1::OperationsService::NewStub(
        support::Connect(services, support::ClientFolder(data, "operator")));
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    operations::v1::ListProjectionsResponse response;
    const grpc::Status status = stub->ListProjections(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Digests digests;
    for (const auto& projection : response.projections()) {
      for (const auto& partition : projection.partitions()) {
        digests[fmt::format("{} {}/{}", projection.name(), partition.stream(),
                            partition.partition())] =
            fmt::format("{} {}", partition.sequence(), partition.digest());
      }
    }
    return digests;
  }

  // Writes to a copy for a while, and asks the oracle.
  void ExpectToServeAndGoOn(const fs::path& copy) {
    const fs::path own_history = root() / "history-of-copy";
    fs::remove_all(own_history);
    fs::create_directory(own_history);
    ServerProcess other(copy, root() / "stderr-of-copy");
    const auto at = other.WaitUntilServing(std::chrono::seconds(120));
    ASSERT_TRUE(at) << support::ReadText(root() / "stderr-of-copy");
    Acknowledgements acknowledgements;
    {
      // Numbers that the original has not given to anybody.
      CouncilClient client(
          1000, own_history,
          support::Connect(at->services, support::ClientFolder(copy, "agency-approver")),
          acknowledgements, AfterWrite::kReadBack);
      EXPECT_TRUE(acknowledgements.WaitForOne(std::chrono::seconds(120))) << client.last_error();
      client.Finish();
      client.Join();
    }
    ExpectTextsToOpen(at->services);
    other.Signal(SIGTERM);
    EXPECT_EQ(other.Wait(), 0);
    EXPECT_THAT(ViolationsOf(copy, own_history), IsEmpty());
  }

  // Gifts as their officer wrote them: what they say is sealed in the log.
  void ExpectTextsToOpen(const std::string& services) {
    const auto stub =
        engagement::v1::EngagementService::NewStub(support::Connect(services, root() / kCouncil));
    engagement::v1::ListRecordsRequest request;
    request.set_parent("councils/" + std::string(kCouncil));
    request.set_page_size(20);
    grpc::ClientContext listing;
    engagement::v1::ListRecordsResponse page;
    const grpc::Status listed = stub->ListRecords(&listing, request, &page);
    ASSERT_TRUE(listed.ok()) << listed.error_message();
    EXPECT_GT(page.records_size(), 0);
    for (const auto& record : page.records()) {
      engagement::v1::GetRecordRequest one;
      one.set_name(record.name());
      engagement::v1::GetRecordResponse answer;
      grpc::ClientContext reading;
      const grpc::Status read = stub->GetRecord(&reading, one, &answer);
      ASSERT_TRUE(read.ok()) << read.error_message();
      EXPECT_TRUE(answer.record().gift().description().starts_with("number "))
          << answer.ShortDebugString();
    }
  }

  static constexpr const char* kCouncil = "council-of-gifts";
};

TEST_F(BackupTest, ABackupUnderLoadHasAllThatWasAcknowledgedBeforeAndGoesOnElsewhere) {
  Start();
  const fs::path officer = MakeCouncil(kCouncil);
  StartClients(kWhileBackingUp);
  Acknowledgements gifts;
  GiftClient giver(kCouncil, at().services, officer, gifts);
  ASSERT_TRUE(gifts.WaitForOne(std::chrono::seconds(120)));
  std::size_t before_the_cut = 0;
  for (int round = 0; round < kBackups; ++round) {
    AwaitProgress();
    const std::vector<HistoryEvent> before = support::ReadHistory(history());
    const std::string name = "backup-" + std::to_string(round);
    Run({"backup", "create", name, "--data-dir", "data"});
    AwaitProgress();  // Goes on, and is not in it.
    EXPECT_EQ(Run({"backup", "verify", name, "--founding-hash", FoundingHash()})["verdict"],
              "valid");
    const fs::path restored = root() / ("restored-" + std::to_string(round));
    Run({"backup", "restore", name, "--data-dir", restored});
    const support::LogFacts facts = FactsOf(restored);
    EXPECT_THAT(Missing(before, facts), IsEmpty()) << "L1";
    // The control: what was acknowledged later is found to be missing.
    EXPECT_THAT(Missing(support::ReadHistory(history()), facts), Not(IsEmpty()));
    before_the_cut = before.size();
  }
  const std::string last = "restored-" + std::to_string(kBackups - 1);
  ExpectToServeAndGoOn(root() / last);
  giver.Finish();
  giver.Join();
  FinishClients();

  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
  EXPECT_TRUE(IsPrefix(FactsOf(root() / "restored-0"), FactsOf(data())));
  Run({"log", "export", "export-1", "--data-dir", "data"});
  Run({"log", "import", "export-1", "--data-dir", "restored-0", "--founding-hash", FoundingHash()});
  // Without the process of risk, which would record more.
  const std::vector<std::string> readers{"--services", "registry,engagement,reporting"};
  Start(readers);
  ServerProcess copy(root() / "restored-0", root() / "stderr-of-copy", readers);
  const auto copy_at = copy.WaitUntilServing(std::chrono::seconds(120));
  ASSERT_TRUE(copy_at) << support::ReadText(root() / "stderr-of-copy");
  EXPECT_EQ(DigestsOf(copy_at->services, root() / "restored-0"), DigestsOf(at().services, data()))
      << "L7";
  std::cout << "backups " << kBackups << ", lines of history before the last " << before_the_cut
            << ", gifts " << gifts.count() << "\n";
}

}  // namespace
}  // namespace twinledger
