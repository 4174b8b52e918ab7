#include "tests/benchmarks/served_system.h"

#include <absl/synchronization/notification.h>
#include <fcntl.h>
#include <grpcpp/client_context.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/clock.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "tests/benchmarks/repeated_call.h"
#include "tests/support/client_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kAccounts = 16;
constexpr std::chrono::seconds kDeadline{60};

void Founded(const fs::path& folder, const fs::path& data, const std::string& log) {
  const support::ClientRun run =
      support::Client(folder).Run({"log", "init", "--data-dir", data.string(), "--log", log});
  if (run.exit != 0) std::fprintf(stderr, "%s\n", run.err.c_str());
  TL_CHECK(run.exit == 0);
}

}  // namespace

void IssueBundle(const fs::path& data, const identity::Principal& to, const fs::path& folder) {
  const SystemClock clock;
  crypto::SystemRandom random;
  Result<identity::Authority> authority =
      identity::Authority::OpenExisting(data / "identity", {}, clock, random);
  TL_CHECK(authority.ok());
  TL_CHECK(authority->Issue(to, folder).ok());
}

Callers::Callers(const fs::path& data, const std::string& address) {
  const support::TemporaryFolder bundles;
  for (int i = 0; i < kAccounts; ++i) {
    // The echo has its accounts from the same authority.
    const std::string account = address.substr(address.find(':') + 1) + "-" + std::to_string(i);
    IssueBundle(data, {identity::Role::kAgencyApprover, "", account}, bundles.path() / account);
    stubs_.push_back(registry::v1::RegistryService::NewStub(
        support::Connect(address, bundles.path() / account)));
  }
}

void Callers::Create(const std::string& name, int number, const std::function<void()>& done) {
  crypto::SystemRandom random;
  registry::v1::CreateCouncilRequest request;
  request.set_council_id(name);
  request.mutable_council()->set_display_name("Council " + name);
  request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
  // As the client makes it.
  request.set_request_id(TimeOrderedUuid(SystemClock().Now(), random));
  registry::v1::RegistryService::Stub& stub =
      *stubs_[static_cast<std::size_t>(number) % stubs_.size()];
  CallUntilAnswered<registry::v1::CreateCouncilRequest, registry::v1::CreateCouncilResponse>(
      std::move(request),
      [&stub](auto* context, const auto* asked, auto* answer, auto then) {
        stub.async()->CreateCouncil(context, asked, answer, std::move(then));
      },
      repeats_, done);
}

void Callers::CreateAndWait(const std::string& name, int number) {
  absl::Notification done;
  Create(name, number, [&done] { done.Notify(); });
  done.WaitForNotification();
}

ServedSystem::ServedSystem(const std::optional<std::string>& kafka) {
  std::vector<std::string> flags;
  if (kafka) {
    Founded(folder_.path(), data(), *kafka);
    flags = {"--log", *kafka};
  }
  process_ = std::make_unique<support::ServerProcess>(data(), folder_.path() / "stderr", flags);
  const auto at = process_->WaitUntilServing();
  if (!at) std::fprintf(stderr, "%s\n", support::ReadText(folder_.path() / "stderr").c_str());
  TL_CHECK(at.has_value());
  at_ = *at;
  callers_ = std::make_unique<Callers>(data(), at_.services);
}

std::uint64_t ServedSystem::RecordsInLog() const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  operations::v1::ListProjectionsResponse response;
  const auto channel = support::Connect(at_.services, support::ClientFolder(data(), "operator"));
  const grpc::Status status =
      operations::v1::OperationsService::NewStub(channel)->ListProjections(&context, {}, &response);
  TL_CHECK(status.ok());
  std::uint64_t records = 0;
  for (const operations::v1::Projection& projection : response.projections()) {
    if (projection.name() != "registry") continue;
    for (const auto& partition : projection.partitions()) records += partition.next_offset();
  }
  return records;
}

EchoSystem::EchoSystem(const fs::path& data) {
  const std::string program = TWINLEDGER_BIN_DIR "/echo_server";
  const std::string folder = data / "identity";
  int ends[2];
  TL_CHECK(pipe2(ends, O_CLOEXEC) == 0);
  pid_ = fork();
  TL_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execl(program.c_str(), program.c_str(), folder.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string address;
  for (char byte = 0; read(ends[0], &byte, 1) == 1 && byte != '\n';) address += byte;
  close(ends[0]);
  TL_CHECK(!address.empty());
  callers_ = std::make_unique<Callers>(data, address);
}

EchoSystem::~EchoSystem() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace twinledger::testing
