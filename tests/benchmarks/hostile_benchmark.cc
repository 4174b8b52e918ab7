// What a client that asks a hundred times as often as it may costs the others: how long their calls
// take without it, with one that keeps to its rate, and with the hostile one, by turns in one run.
//
//   hostile_benchmark [SECONDS of each turn]
//
// The hostile client is a process of its own that yields the processor to the server and the
// others: on a machine of its own it would take none of the server's. It never waits for an answer
// before it asks again, but for the hundred calls that a connection may have open.
#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/check.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "tests/benchmarks/served_system.h"
#include "tests/support/server_process.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int kRate = 50;  // Units a second that an account may ask for.
constexpr int kTimesTooOften = 100;
constexpr int kOthers = 4;  // Accounts that keep to half of their rate, reading and writing.
constexpr int kRounds = 5;
constexpr int kConnections = 4;  // Of the hostile client.

struct Counts {
  std::atomic<long> sent = 0;
  std::atomic<long> served = 0;
  std::atomic<long> refused = 0;
};

// Asks `rate` times a second for so long, whatever is answered.
void Flood(const std::string& address, const fs::path& bundle, int rate, seconds length) {
  std::vector<std::unique_ptr<registry::v1::RegistryService::Stub>> stubs;
  for (int i = 0; i < kConnections; ++i) {
    stubs.push_back(registry::v1::RegistryService::NewStub(support::Connect(address, bundle)));
  }
  struct Call {
    grpc::ClientContext context;
    registry::v1::GetCouncilRequest request;
    registry::v1::GetCouncilResponse response;
  };
  Counts counts;
  std::atomic<long> open = 0;
  constexpr long kOpenMost = 100L * kConnections;
  const auto began = Clock::now();
  while (Clock::now() - began < length) {
    const double passed = std::chrono::duration<double>(Clock::now() - began).count();
    const auto due = static_cast<long>(passed * rate) - counts.sent;
    for (long i = 0; i < due && open < kOpenMost; ++i) {
      auto call = std::make_shared<Call>();
      call->request.set_name("councils/none");
      call->context.set_deadline(std::chrono::system_clock::now() + seconds(30));
      ++open;
      stubs[static_cast<std::size_t>(counts.sent++) % stubs.size()]->async()->GetCouncil(
          &call->context, &call->request, &call->response,
          [call, &counts, &open](const grpc::Status& status) {
            const bool refused = status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
            ++(refused ? counts.refused : counts.served);
            --open;
          });
    }
    std::this_thread::sleep_for(microseconds(500));
  }
  while (open > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::printf("%ld %ld %ld\n", counts.sent.load(), counts.served.load(), counts.refused.load());
}

// Another process that floods, with less right to the processor.
class Flooder {
 public:
  Flooder(const std::string& address, const fs::path& bundle, int rate, seconds length) {
    std::array<int, 2> ends{};
    TL_CHECK(pipe(ends.data()) == 0);
    pid_ = fork();
    TL_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 5);
      execl("/proc/self/exe", "hostile_benchmark", "--flood", address.c_str(), bundle.c_str(),
            std::to_string(rate).c_str(), std::to_string(length.count()).c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }
  // Sent, served, refused.
  std::array<long, 3> Wait() {
    std::array<long, 3> told{};
    TL_CHECK(std::fscanf(out_, "%ld %ld %ld", &told[0], &told[1], &told[2]) == 3);
    std::fclose(out_);
    waitpid(pid_, nullptr, 0);
    return told;
  }

 private:
  pid_t pid_;
  std::FILE* out_ = nullptr;
};

// One of the others: a read and a write by turns, at half of its rate, each when the clock says.
void KeepToTheRate(const std::shared_ptr<grpc::Channel>& channel, const std::string& name,
                   seconds length, std::vector<microseconds>& took) {
  const auto stub = registry::v1::RegistryService::NewStub(channel);
  crypto::SystemRandom random;
  const auto began = Clock::now();
  for (int i = 0; Clock::now() - began < length; ++i) {
    std::this_thread::sleep_until(began + i * microseconds(2'000'000 / kRate));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    const auto asked = Clock::now();
    if (i % 2 == 0) {
      registry::v1::CreateCouncilRequest request;
      request.set_council_id(fmt::format("{}-{}", name, i));
      request.mutable_council()->set_display_name("A council");
      request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
      request.set_request_id(RandomUuid(random));
      registry::v1::CreateCouncilResponse response;
      TL_CHECK(stub->CreateCouncil(&context, request, &response).ok());
    } else {
      registry::v1::GetCouncilRequest request;
      request.set_name(fmt::format("councils/{}-{}", name, i - 1));
      registry::v1::GetCouncilResponse response;
      TL_CHECK(stub->GetCouncil(&context, request, &response).ok());
    }
    took.push_back(std::chrono::duration_cast<microseconds>(Clock::now() - asked));
  }
}

double Milliseconds(std::vector<microseconds> took, double share) {
  std::ranges::sort(took);
  const auto at = static_cast<std::size_t>(share * static_cast<double>(took.size() - 1));
  return static_cast<double>(took[at].count()) / 1000;
}

struct Turn {
  const char* name;
  int rate;  // Of the client beside the others; 0: there is none.
  std::vector<microseconds> took = {};
  std::array<long, 3> told = {};
};

void Run(seconds length) {
  const support::TemporaryFolder folder;
  support::ServerProcess server(folder.path() / "data", folder.path() / "stderr",
                                {"--account-units-per-second", std::to_string(kRate),
                                 "--account-units-burst", std::to_string(2 * kRate)});
  const auto at = server.WaitUntilServing();
  TL_CHECK(at.has_value());
  std::vector<std::shared_ptr<grpc::Channel>> others;
  for (int i = 0; i < kOthers; ++i) {
    const std::string account = "other-" + std::to_string(i);
    IssueBundle(folder.path() / "data", {identity::Role::kAgencyApprover, "", account},
                folder.path() / account);
    others.push_back(support::Connect(at->services, folder.path() / account));
  }
  const fs::path hostile = support::ClientFolder(folder.path() / "data", "agency-analyst");
  std::array<Turn, 3> turns{{{"without another", 0},
                             {"beside one that keeps to its rate", kRate / 2},
                             {"beside the hostile one", kRate * kTimesTooOften}}};
  for (int round = 0; round <= kRounds; ++round) {  // The first warms up.
    for (Turn& turn : turns) {
      std::unique_ptr<Flooder> flooder;
      if (turn.rate > 0) {
        flooder = std::make_unique<Flooder>(at->services, hostile, turn.rate, length);
      }
      std::vector<std::vector<microseconds>> took(kOthers);
      std::vector<std::thread> threads;
      for (int i = 0; i < kOthers; ++i) {
        threads.emplace_back([&, i] {
          KeepToTheRate(others[static_cast<std::size_t>(i)],
                        fmt::format("c{}-{}-{}", i, round, &turn - turns.data()), length,
                        took[static_cast<std::size_t>(i)]);
        });
      }
      for (std::thread& thread : threads) thread.join();
      const std::array<long, 3> told = flooder ? flooder->Wait() : std::array<long, 3>{};
      if (round == 0) continue;
      for (const auto& one : took) turn.took.insert(turn.took.end(), one.begin(), one.end());
      for (std::size_t i = 0; i < told.size(); ++i) turn.told[i] += told[i];
    }
  }
  const double all = static_cast<double>(length.count()) * kRounds;
  for (const Turn& turn : turns) {
    fmt::print("{:<34} {:6} calls  half {:6.2f} ms  99 % {:7.2f} ms ({:.2f} of the first)",
               turn.name, turn.took.size(), Milliseconds(turn.took, 0.5),
               Milliseconds(turn.took, 0.99),
               Milliseconds(turn.took, 0.99) / Milliseconds(turns[0].took, 0.99));
    if (turn.rate > 0) {
      fmt::print("  it asked {:.0f} times a second, {:.0f} were served",
                 static_cast<double>(turn.told[0]) / all, static_cast<double>(turn.told[1]) / all);
    }
    fmt::print("\n");
  }
}

}  // namespace
}  // namespace twinledger::testing

int main(int argc, char** argv) {
  using std::chrono::seconds;
  if (argc == 6 && std::string(argv[1]) == "--flood") {
    twinledger::testing::Flood(argv[2], argv[3], std::atoi(argv[4]), seconds(std::atoi(argv[5])));
    return 0;
  }
  twinledger::testing::Run(seconds(argc > 1 ? std::atoi(argv[1]) : 5));
}
