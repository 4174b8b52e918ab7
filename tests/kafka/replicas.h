// Replicas of a server on one log on Kafka, each with a data directory of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/kafka/broker.h"
#include "tests/support/client_process.h"
#include "tests/support/server_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger::testing {

// As it is written for programs.
std::string TextOf(const log::KafkaAddress& address);

class ReplicasTest : public ::testing::Test {
 protected:
  // What the client says, of an exit code that is expected.
  nlohmann::json Json(std::vector<std::string> words, int exit = 0) const;

  void Found() { Json({"log", "init", "--data-dir", Data("one").string(), "--log", log_}); }
  std::filesystem::path Data(const std::string& name) const { return folder_.path() / name; }
  std::filesystem::path LogFile(const std::string& name) const {
    return folder_.path() / (name + ".log");
  }
  std::string LogText(const std::string& name) const { return support::ReadText(LogFile(name)); }
  // Whether a line of its log has `part`, now or soon: lines are written behind the answers that
  // they tell of.
  bool WaitForLine(const std::string& name, const std::string& part) const;

  // A server in the data directory of that name, on the log.
  std::unique_ptr<support::ServerProcess> Start(const std::string& name,
                                                std::vector<std::string> flags = {}) const;

  // As an account of the first replica's authority.
  std::shared_ptr<grpc::Channel> As(const std::string& role,
                                    const support::ServerAddresses& at) const {
    return support::Connect(at.services, support::ClientFolder(Data("one"), role));
  }

  support::TemporaryFolder folder_;
  const std::string log_ = TextOf(FreshKafkaAddress());
};

// Two of them that serve, "one" and "two".
class TwoReplicasTest : public ReplicasTest {
 protected:
  void SetUp() override;

  std::shared_ptr<grpc::Channel> First(const std::string& role = "agency-approver") const {
    return As(role, one_);
  }
  std::shared_ptr<grpc::Channel> Second(const std::string& role = "agency-approver") const {
    return As(role, two_);
  }

  // What both hold of the register, once each has read all of the log.
  void ExpectEqualDigests() const;

  std::unique_ptr<support::ServerProcess> first_;
  std::unique_ptr<support::ServerProcess> second_;
  support::ServerAddresses one_;
  support::ServerAddresses two_;
  std::vector<std::string> second_flags_;  // Of the server program.
};

// Whether its probe says of a service, or of all of them, 1, serving, or 2, not serving, in time.
bool WaitForProbe(const support::ServerAddresses& at, int expected,
                  const std::string& service = "");

// A council named by its number, with a request id of its own.
registry::v1::CreateCouncilRequest Council(int number);

inline constexpr std::uint32_t kServerPartitions = 8;  // As servers found their logs.

// Numbers of councils that stand in a partition, from `first` on.
std::vector<int> CouncilsOf(std::uint32_t partition, int first, std::size_t count);

struct Created {
  grpc::Status status;
  registry::v1::CreateCouncilResponse response;
};
Created Create(const std::shared_ptr<grpc::Channel>& channel,
               const registry::v1::CreateCouncilRequest& request,
               std::chrono::seconds limit = std::chrono::seconds(30));

// Until an outcome is told, as clients do; by any of the channels in turn.
Created CreateSurely(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                     const registry::v1::CreateCouncilRequest& request);

registry::v1::GetCouncilResponse Read(const std::shared_ptr<grpc::Channel>& channel,
                                      const std::string& name, const rpc::v1::ReadOptions& options);

// "registry/3 sequence digest" of every partition of a projection.
std::vector<std::string> Digests(const std::shared_ptr<grpc::Channel>& channel,
                                 const std::string& projection);

// Whether it equals what a rebuild from the log makes.
bool EqualsItsRebuild(const std::shared_ptr<grpc::Channel>& channel, const std::string& projection);

}  // namespace twinledger::testing
