// kafka_fault_load --server HOST:PORT --server HOST:PORT --credentials DIR --history DIR --seed N
// [--clients N] [--engaged COUNCIL]... [--until-fail]: the constant load of a fault run. Says
// "ready" once both replicas know the partners that its requests name, and goes on until its input
// ends; then every request is settled, and the latest of each client are asked for again. Exit 1 if
// one stays open.
//
// Half of the clients repeat by the client library; half send single attempts. Half are routed.
// Half keep to partitions 0 and 1, so that both replicas write to those all the time. Nobody but
// client 7 writes to partition 7, and one replica alone: what is late there may still be accepted.
// Each engaged council has a client more, which records gifts as its officer and its approver;
// their credentials are beside the others.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/check.h"
#include "tests/kafka/fault_run/load/client.h"
#include "tests/kafka/fault_run/load/engagement_commands.h"
#include "tests/kafka/fault_run/load/registry_commands.h"

namespace twinledger::faults {
namespace {

// Of what is open when the load ends, on a machine that is slow.
constexpr std::chrono::minutes kSettle{4};
// A council that engages is assessed anew behind each of its requests, with all that it recorded.
constexpr std::chrono::milliseconds kBetweenEngagements{150};

struct LoadOptions {
  ClientOptions clients;
  int count = 8;
  std::vector<std::string> engaged;             // Councils.
  std::vector<std::string> engagement_servers;  // Where they are others.
};

// The first requests, before any fault.
class Beginning {
 public:
  explicit Beginning(const ClientOptions& options)
      : servers_(options.servers, options.credentials.front(), Patience::kRepeats),
        history_(options.history / "beginning") {}

  void Make(const Call& call) {
    using Kind = support::HistoryEvent::Kind;
    history_.Write({Kind::kInvoke, call.request_id, call.key, "", 0});
    const Result<void> answer = servers_.Call(0, call.method, *call.request, *call.response);
    if (!answer.ok()) std::cerr << answer.error().message << '\n';
    TL_CHECK(answer.ok());
    history_.Write(
        {Kind::kOk, call.request_id, call.receipt().position(), call.receipt().commit_hash(), 0});
  }

  void MakePartner(int number, std::uint64_t seed) {
    Make(CreatePartner(number, seed));
    for (std::size_t server = 0; server < servers_.count(); ++server) {
      const Call read = ReadPartner(number);
      TL_CHECK(servers_.Call(server, read.method, *read.request, *read.response).ok());
    }
  }

 private:
  Servers servers_;
  support::HistoryFile history_;
};

void Begin(const LoadOptions& options) {
  Beginning beginning(options.clients);
  for (int number = 0; number < kPartners; ++number) {
    beginning.MakePartner(number, options.clients.seed);
  }
  for (const std::string& council : options.engaged) {
    beginning.Make(CreateEngagedCouncil(council));
    beginning.Make(RelateEngagedCouncil(council));
  }
}

ClientOptions OptionsOf(int number, ClientOptions options) {
  const auto n = static_cast<unsigned>(number);
  if ((n & 1U) != 0 || options.until_fail) options.patience = Patience::kOnce;
  options.routed = (n & 2U) != 0;
  // Unhindered it would write most of the log.
  if ((n & 7U) == 7) options.pause = std::chrono::milliseconds(20);
  return options;
}

Partitions PartitionsOf(int number) {
  const auto n = static_cast<unsigned>(number);
  if ((n & 7U) == 7) return {7, 8};
  return (n & 4U) == 0 ? Partitions{0, 2} : Partitions{0, 7};
}

ClientOptions OptionsOfEngaged(int number, const std::string& council, const LoadOptions& load) {
  ClientOptions options = OptionsOf(number, load.clients);
  if (!load.engagement_servers.empty()) options.servers = load.engagement_servers;
  const std::filesystem::path accounts = load.clients.credentials.front().parent_path();
  options.credentials = {accounts / (council + "-officer"), accounts / (council + "-approver")};
  options.pause = kBetweenEngagements;
  return options;
}

std::vector<std::unique_ptr<Client>> MakeClients(const LoadOptions& options) {
  std::vector<std::unique_ptr<Client>> clients;
  const std::uint64_t seed = options.clients.seed;
  int number = 0;
  for (; number < options.count; ++number) {
    clients.push_back(std::make_unique<Client>(
        number, OptionsOf(number, options.clients),
        std::make_unique<RegistryCommands>(number, seed, PartitionsOf(number))));
  }
  for (const std::string& council : options.engaged) {
    clients.push_back(
        std::make_unique<Client>(number, OptionsOfEngaged(number, council, options),
                                 std::make_unique<EngagementCommands>(council, number, seed)));
    ++number;
  }
  return clients;
}

int Run(const LoadOptions& options) {
  Begin(options);
  const std::vector<std::unique_ptr<Client>> clients = MakeClients(options);
  std::puts("ready");
  std::fflush(stdout);
  if (!options.clients.until_fail) {
    while (std::getchar() != EOF) continue;
    for (const auto& client : clients) client->Finish();
  }
  auto joined = std::async(std::launch::async, [&] {
    for (const auto& client : clients) client->Join();
  });
  if (joined.wait_for(kSettle) == std::future_status::ready) return 0;
  std::fputs("requests are still open\n", stderr);
  for (const auto& client : clients) client->GiveUp();
  return 1;
}

}  // namespace
}  // namespace twinledger::faults

int main(int argc, char** argv) {
  CLI::App app("the constant load of a fault run");
  twinledger::faults::LoadOptions options;
  app.add_option("--server", options.clients.servers)->required();
  app.add_option("--engagement-server", options.engagement_servers);
  app.add_option("--credentials", options.clients.credentials)->required();
  app.add_option("--history", options.clients.history)->required();
  app.add_option("--seed", options.clients.seed)->required();
  app.add_option("--clients", options.count);
  app.add_option("--engaged", options.engaged);
  app.add_flag("--until-fail", options.clients.until_fail);
  CLI11_PARSE(app, argc, argv);
  return twinledger::faults::Run(options);
}
