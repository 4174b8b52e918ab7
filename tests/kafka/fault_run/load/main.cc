// kafka_fault_load --server HOST:PORT --server HOST:PORT --credentials DIR --history DIR --seed N
// [--clients N] [--until-fail]: the constant load of a fault run. Says "ready" once both replicas
// know the partners that its requests name, and goes on until its input ends; then every request is
// settled, and the latest of each client are asked for again. Exit 1 if one stays open.
//
// Half of the clients repeat by the client library; half send single attempts. Half are routed.
// Half keep to partitions 0 and 1, so that both replicas write to those all the time. Nobody but
// client 7 writes to partition 7, and one replica alone: what is late there may still be accepted.
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

namespace twinledger::faults {
namespace {

// Of what is open when the load ends, on a machine that is slow.
constexpr std::chrono::minutes kSettle{4};

// The first requests, before any fault.
void MakePartners(const ClientOptions& options) {
  Servers servers(options.servers, options.credentials, Patience::kRepeats);
  support::HistoryFile history(options.history / "partners");
  using Kind = support::HistoryEvent::Kind;
  for (int number = 0; number < kPartners; ++number) {
    const Call made = CreatePartner(number, options.seed);
    history.Write({Kind::kInvoke, made.request_id, made.key, "", 0});
    const Result<void> answer = servers.Call(0, made.method, *made.request, *made.response);
    if (!answer.ok()) std::cerr << answer.error().message << '\n';
    TL_CHECK(answer.ok());
    history.Write(
        {Kind::kOk, made.request_id, made.receipt().position(), made.receipt().commit_hash(), 0});
    for (std::size_t server = 0; server < servers.count(); ++server) {
      const Call read = ReadPartner(number);
      TL_CHECK(servers.Call(server, read.method, *read.request, *read.response).ok());
    }
  }
}

ClientOptions OptionsOf(int number, ClientOptions options) {
  const auto n = static_cast<unsigned>(number);
  if ((n & 1U) != 0 || options.until_fail) options.patience = Patience::kOnce;
  options.routed = (n & 2U) != 0;
  options.partitions = (n & 4U) == 0 ? Partitions{0, 2} : Partitions{0, 7};
  if ((n & 7U) == 7) {
    options.partitions = {7, 8};
    options.pause = std::chrono::milliseconds(20);  // Unhindered it would write most of the log.
  }
  return options;
}

int Run(const ClientOptions& options, int count) {
  MakePartners(options);
  std::vector<std::unique_ptr<Client>> clients;
  for (int number = 0; number < count; ++number) {
    clients.push_back(std::make_unique<Client>(number, OptionsOf(number, options)));
  }
  std::puts("ready");
  std::fflush(stdout);
  if (!options.until_fail) {
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
  twinledger::faults::ClientOptions options;
  int clients = 8;
  app.add_option("--server", options.servers)->required();
  app.add_option("--credentials", options.credentials)->required();
  app.add_option("--history", options.history)->required();
  app.add_option("--seed", options.seed)->required();
  app.add_option("--clients", clients);
  app.add_flag("--until-fail", options.until_fail);
  CLI11_PARSE(app, argc, argv);
  return twinledger::faults::Run(options, clients);
}
