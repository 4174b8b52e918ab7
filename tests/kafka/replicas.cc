#include "tests/kafka/replicas.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/log/partition.h"

namespace twinledger::testing {
namespace {

// `twinledger` ends with it where brokers did not answer in time: the same command again is safe.
constexpr int kUnavailable = 11;
constexpr std::chrono::minutes kPatience{2};  // Of what a slow machine's brokers answer late.

void Limit(grpc::ClientContext& context, std::chrono::seconds limit) {
  context.set_deadline(std::chrono::system_clock::now() + limit);
}

// How `call`, which changes nothing, ends. It is made again while a server says UNAVAILABLE, as
// clients do: brokers of a slow machine answer late.
template <class Call>
grpc::Status UntilAvailable(const Call& call) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    grpc::ClientContext context;
    Limit(context, std::chrono::seconds(120));
    const grpc::Status status = call(context);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return status;
    if (std::chrono::steady_clock::now() > give_up) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

}  // namespace

std::string TextOf(const log::KafkaAddress& address) {
  return fmt::format("kafka://{}/{}?replication={}", address.brokers, address.prefix,
                     address.replication);
}

nlohmann::json ReplicasTest::Json(std::vector<std::string> words, int exit) const {
  words.insert(words.end(), {"-o", "json"});
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  support::ClientRun run = support::Client(folder_.path()).Run(words);
  while (run.exit == kUnavailable && exit != kUnavailable &&
         std::chrono::steady_clock::now() < give_up) {
    run = support::Client(folder_.path()).Run(words);
  }
  EXPECT_EQ(run.exit, exit) << ::testing::PrintToString(words) << run.out << run.err;
  return nlohmann::json::parse(run.out, nullptr, false);
}

std::unique_ptr<support::ServerProcess> ReplicasTest::Start(const std::string& name,
                                                            std::vector<std::string> flags) const {
  flags.insert(flags.begin(), {"--log", log_});
  return std::make_unique<support::ServerProcess>(Data(name), LogFile(name), flags);
}

bool ReplicasTest::WaitForLine(const std::string& name, const std::string& part) const {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (LogText(name).find(part) == std::string::npos) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

void TwoReplicasTest::SetUp() {
  Found();
  first_ = Start("one");
  const auto one = first_->WaitUntilServing();
  ASSERT_TRUE(one) << LogText("one");
  one_ = *one;
  Json({"replica", "create", Data("two").string(), "--data-dir", Data("one").string()});
  second_ = Start("two", second_flags_);
  const auto two = second_->WaitUntilServing();
  ASSERT_TRUE(two) << LogText("two");
  two_ = *two;
}

void TwoReplicasTest::ExpectEqualDigests() const {
  rpc::v1::ReadOptions latest;
  latest.set_latest(true);
  Read(First("agency-analyst"), "councils/council-1", latest);
  Read(Second("agency-analyst"), "councils/council-1", latest);
  EXPECT_EQ(Digests(First("operator"), "registry"), Digests(Second("operator"), "registry"));
  EXPECT_TRUE(EqualsItsRebuild(First("operator"), "registry"));
  EXPECT_TRUE(EqualsItsRebuild(Second("operator"), "registry"));
}

bool WaitForProbe(const support::ServerAddresses& at, int expected, const std::string& service) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (std::chrono::steady_clock::now() < give_up) {
    if (support::Probe(at.health, service) == expected) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

registry::v1::CreateCouncilRequest Council(int number) {
  crypto::SystemRandom random;
  registry::v1::CreateCouncilRequest request;
  request.set_council_id(fmt::format("council-{}", number));
  request.mutable_council()->set_display_name(fmt::format("Council {}", number));
  request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
  request.set_request_id(RandomUuid(random));
  return request;
}

std::vector<int> CouncilsOf(std::uint32_t partition, int first, std::size_t count) {
  std::vector<int> numbers;
  for (int i = first; numbers.size() < count; ++i) {
    log::v1::EntityKey key;
    key.set_type("council");
    key.set_id(Council(i).council_id());
    if (log::PartitionOf(key, kServerPartitions) == partition) numbers.push_back(i);
  }
  return numbers;
}

Created Create(const std::shared_ptr<grpc::Channel>& channel,
               const registry::v1::CreateCouncilRequest& request, std::chrono::seconds limit) {
  grpc::ClientContext context;
  Limit(context, limit);
  Created created;
  created.status = registry::v1::RegistryService::NewStub(channel)->CreateCouncil(
      &context, request, &created.response);
  return created;
}

Created CreateSurely(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                     const registry::v1::CreateCouncilRequest& request) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  Created created;
  for (std::size_t i = 0; std::chrono::steady_clock::now() < give_up; ++i) {
    created = Create(channels[i % channels.size()], request, std::chrono::seconds(5));
    const grpc::StatusCode code = created.status.error_code();
    if (code != grpc::StatusCode::UNAVAILABLE && code != grpc::StatusCode::DEADLINE_EXCEEDED) break;
  }
  return created;
}

registry::v1::GetCouncilResponse Read(const std::shared_ptr<grpc::Channel>& channel,
                                      const std::string& name,
                                      const rpc::v1::ReadOptions& options) {
  registry::v1::GetCouncilRequest request;
  request.set_name(name);
  *request.mutable_read_options() = options;
  registry::v1::GetCouncilResponse response;
  const auto stub = registry::v1::RegistryService::NewStub(channel);
  const grpc::Status status = UntilAvailable(
      [&](grpc::ClientContext& context) { return stub->GetCouncil(&context, request, &response); });
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

std::vector<std::string> Digests(const std::shared_ptr<grpc::Channel>& channel,
                                 const std::string& projection) {
  operations::v1::ListProjectionsResponse response;
  const auto stub = operations::v1::OperationsService::NewStub(channel);
  const grpc::Status status = UntilAvailable(
      [&](grpc::ClientContext& context) { return stub->ListProjections(&context, {}, &response); });
  EXPECT_TRUE(status.ok()) << status.error_message();
  std::vector<std::string> digests;
  for (const operations::v1::Projection& each : response.projections()) {
    if (each.name() != projection) continue;
    for (const operations::v1::ProjectionPartition& partition : each.partitions()) {
      digests.push_back(fmt::format("{}/{} {} {}", partition.stream(), partition.partition(),
                                    partition.sequence(), partition.digest()));
    }
  }
  EXPECT_FALSE(digests.empty());
  return digests;
}

bool EqualsItsRebuild(const std::shared_ptr<grpc::Channel>& channel,
                      const std::string& projection) {
  operations::v1::RebuildProjectionRequest request;
  request.set_name(projection);
  const auto stub = operations::v1::OperationsService::NewStub(channel);
  bool equal = false;
  const grpc::Status status = UntilAvailable([&](grpc::ClientContext& context) {
    const auto reader = stub->RebuildProjection(&context, request);
    operations::v1::RebuildProjectionResponse step;
    while (reader->Read(&step)) equal = step.has_comparison() && step.comparison().equal();
    return reader->Finish();
  });
  EXPECT_TRUE(status.ok()) << status.error_message();
  return equal;
}

}  // namespace twinledger::testing
