// Somebody with the right to produce, and without a writer's key, appends under load: records that
// follow the chain with a signature that is none, records of other histories, and garbage. Nothing
// of it is accepted, commands go on, and the operator is told.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <regex>
#include <thread>

#include "platform/crypto/hash.h"
#include "tests/kafka/acknowledgements.h"
#include "tests/kafka/foreign_hand.h"
#include "tests/kafka/forger.h"
#include "tests/kafka/replicas.h"
#include "tests/support/local_http.h"

namespace twinledger::testing {
namespace {

using ::testing::HasSubstr;

// Partitions 0 to 2, a client each. The client of the last one goes on when the forger has been
// there, so that what is chained on its tip is first.
constexpr std::uint32_t kAttacked = 3;
constexpr std::uint32_t kInTurn = kAttacked - 1;
constexpr auto kPatience = std::chrono::minutes(3);

// One client's councils, all of its own partition.
class Client {
 public:
  Client(std::uint32_t partition, std::shared_ptr<grpc::Channel> channel)
      : partition_(partition), channel_(std::move(channel)) {}

  void CreateNext() {
    council_ = CouncilsOf(partition_, council_ + 1, 1).front();
    registry::v1::CreateCouncilRequest request = Council(council_);
    request.set_request_id(fmt::format("{:08}-0000-4000-8000-{:012}", partition_, ++number_));
    const Created created = CreateSurely({channel_}, request);
    ASSERT_TRUE(created.status.ok()) << created.status.error_message();
    const std::string position = created.response.receipt().position();
    acknowledged_.push_back({request.request_id(),
                             {"registry", partition_},
                             std::stoull(position.substr(position.rfind('/') + 1)),
                             created.response.receipt().commit_hash()});
    ++count_;
  }

  int count() const { return count_; }
  const std::vector<Acknowledgement>& acknowledged() const { return acknowledged_; }

 private:
  const std::uint32_t partition_;
  const std::shared_ptr<grpc::Channel> channel_;
  int council_ = 0;
  int number_ = 0;
  std::vector<Acknowledgement> acknowledged_;
  std::atomic<int> count_ = 0;
};

class ForgedRecordsTest : public ReplicasTest {
 protected:
  void SetUp() override {
    Found();
    server_ = Start("one");
    const auto at = server_->WaitUntilServing();
    ASSERT_TRUE(at) << LogText("one");
    at_ = *at;
    address_ = *log::ParseKafkaAddress(log_);
    topics_ =
        OpenKafkaLog(address_, {{"registry", "engagement", "risk", "audit"}, kServerPartitions});
  }

  // Void records that the server says the registry read, by reason. Other services follow its
  // stream too, and count for themselves.
  std::map<std::string, std::uint64_t> VoidsRead() const {
    const std::string port = at_.metrics.substr(at_.metrics.rfind(':') + 1);
    const std::string text =
        support::Ask(static_cast<std::uint16_t>(std::stoul(port)), "GET /metrics HTTP/1.0\r\n\r\n");
    static const std::regex sample(
        R"re(twinledger_log_void_records_read_total\{service="registry"[^}]*reason="([A-Z_]+)"[^}]*\} ([0-9]+))re");
    std::map<std::string, std::uint64_t> voids;
    for (std::sregex_iterator i(text.begin(), text.end(), sample), end; i != end; ++i) {
      voids[(*i)[1]] += std::stoull((*i)[2]);
    }
    return voids;
  }

  std::unique_ptr<support::ServerProcess> server_;
  support::ServerAddresses at_;
  log::KafkaAddress address_;
  std::unique_ptr<log::KafkaLog> topics_;
};

TEST_F(ForgedRecordsTest, UnderLoadNoneIsAcceptedAllGoesOnAndTheOperatorIsTold) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::uint32_t i = 0; i < kAttacked; ++i) {
    clients.push_back(std::make_unique<Client>(i, As("agency-approver", at_)));
    clients.back()->CreateNext();  // Each partition has a record for the forger to copy.
  }
  std::atomic<bool> enough = false;
  std::vector<std::jthread> load;
  for (std::uint32_t i = 0; i < kInTurn; ++i) {
    load.emplace_back([&enough, &client = *clients[i]] {
      while (!enough && !HasFatalFailure()) client.CreateNext();
    });
  }

  const ForeignHand hand(address_);
  const std::string topic = address_.TopicOf("registry");
  std::vector<std::unique_ptr<Forger>> forgers;
  for (std::uint32_t i = 0; i < kAttacked; ++i) {
    forgers.push_back(std::make_unique<Forger>(*topics_, log::PartitionId{"registry", i}));
  }
  std::uint64_t appended = 0;
  const auto attack = [&] {
    for (std::uint32_t i = 0; i < kAttacked; ++i) {
      Forger& forger = *forgers[i];
      forger.Follow();
      const std::vector<std::string> records = {forger.ForgedSignature(),
                                                forger.WrongHash(),
                                                forger.SignedByAnotherLog(),
                                                forger.LateCopy(),
                                                "no record",
                                                std::string(),
                                                forgers[(i + 1) % kAttacked]->LateCopy()};
      hand.Append(topic, i, records);
      appended += records.size();
    }
    clients[kInTurn]->CreateNext();
  };
  // Until the server met each kind of them, and clients were answered all the while.
  const auto wanted = {"SIGNATURE", "PREVIOUS_HASH", "UNKNOWN_KEY",
                       "SEQUENCE",  "UNPARSABLE",    "OTHER_PARTITION"};
  const auto met = [&] {
    const auto voids = VoidsRead();
    return std::ranges::all_of(wanted, [&](const char* reason) {
      return voids.contains(reason) && voids.at(reason) >= 20;
    });
  };
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  const auto answered = [&](int more) {
    return std::ranges::all_of(clients, [&](const auto& each) { return each->count() >= more; });
  };
  while (!(met() && answered(20)) && std::chrono::steady_clock::now() < give_up) attack();
  enough = true;
  load.clear();
  EXPECT_TRUE(met()) << ::testing::PrintToString(VoidsRead());
  EXPECT_TRUE(answered(20));

  // All that was appended is void and counted; the checker, which shares no code, says the same.
  std::vector<Acknowledgement> acknowledged;
  for (const auto& client : clients) {
    acknowledged.insert(acknowledged.end(), client->acknowledged().begin(),
                        client->acknowledged().end());
  }
  const std::filesystem::path file = folder_.path() / "acknowledged";
  WriteAcknowledgements(file, address_, forgers[0]->founding().root_hash, acknowledged);
  const Checked checked = CheckTopics(file);
  EXPECT_EQ(checked.exit, 0) << checked.said;
  std::uint64_t read = 0;
  for (const auto& [reason, count] : VoidsRead()) read += count;
  EXPECT_GE(read, appended);
  EXPECT_THAT(checked.said, HasSubstr(fmt::format("{} void,", read)));
  std::printf("%zu acknowledged beside %llu forged records; the checker: %s", acknowledged.size(),
              static_cast<unsigned long long>(appended), checked.said.c_str());
  std::fflush(stdout);

  EXPECT_TRUE(EqualsItsRebuild(As("operator", at_), "registry"));
  EXPECT_EQ(support::Probe(at_.health, ""), 1);
  // The server looks once a second.
  const auto told = [&](std::uint32_t partition) {
    const std::string lines = LogText("one");
    return lines.find(fmt::format("others than this log's writers append to registry/{}: ",
                                  partition)) != std::string::npos;
  };
  for (std::uint32_t i = 0; i < kAttacked; ++i) {
    while (!told(i) && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    EXPECT_TRUE(told(i)) << LogText("one");
  }
}

}  // namespace
}  // namespace twinledger::testing
