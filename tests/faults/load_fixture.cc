#include "tests/faults/load_fixture.h"

#include <csignal>
#include <iostream>

#include "platform/base/clock.h"
#include "platform/base/uuid.h"
#include "platform/identity/authority.h"
#include "tests/support/client_process.h"
#include "tests/support/number_asked.h"

namespace twinledger {
namespace {

constexpr std::chrono::seconds kPatience{120};

}  // namespace

LoadedServerTest::LoadedServerTest()
    : seed_(support::NumberAsked("TWINLEDGER_FAULT_SEED", std::random_device()())),
      random_(seed_) {}

LoadedServerTest::~LoadedServerTest() {
  server_.GiveUpLoad();
  if (!HasFailure()) return;
  const std::filesystem::path kept =
      std::filesystem::temp_directory_path() /
      (std::string("twinledger_") +
       ::testing::UnitTest::GetInstance()->current_test_info()->name());
  std::error_code error;
  std::filesystem::remove_all(kept, error);
  std::filesystem::copy(folder_.path(), kept, std::filesystem::copy_options::recursive, error);
  std::cout << "seed " << seed_ << "; data, history and log lines are kept in " << kept << "\n";
}

void LoadedServerTest::Start(const std::vector<std::string>& flags) {
  if (!std::filesystem::exists(server_.data())) {
    const support::ClientRun founded =
        support::Client(folder_.path())
            .Run({"log", "init", "--data-dir", server_.data().string(), "--partitions",
                  std::to_string(1 + seed_ % 4)});
    ASSERT_EQ(founded.exit, 0) << founded.err;
  }
  ASSERT_TRUE(server_.Start(flags)) << LogText();
}

void LoadedServerTest::Kill() {
  server().Signal(SIGKILL);
  ASSERT_EQ(server().Wait(), -SIGKILL) << LogText();
}

void LoadedServerTest::Stop() {
  server().Signal(SIGTERM);
  ASSERT_EQ(server().Wait(), 0) << LogText();
}

std::filesystem::path LoadedServerTest::MakeCouncil(const std::string& id) {
  registry::v1::CreateCouncilRequest request;
  request.set_council_id(id);
  request.mutable_council()->set_display_name(id);
  request.mutable_council()->set_kind(registry::v1::COUNCIL_KIND_CITY);
  request.set_request_id(RandomUuid(keys_));
  registry::v1::CreateCouncilResponse response;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  const grpc::Status made = registry::v1::RegistryService::NewStub(As("agency-approver"))
                                ->CreateCouncil(&context, request, &response);
  EXPECT_TRUE(made.ok()) << made.error_message();
  const SystemClock clock;
  auto authority = identity::Authority::OpenExisting(data() / "identity", {}, clock, keys_);
  EXPECT_TRUE(authority.ok());
  EXPECT_TRUE(authority->Issue({identity::Role::kCouncilOfficer, id, id}, root() / id).ok());
  return root() / id;
}

void LoadedServerTest::AwaitProgress() {
  ASSERT_TRUE(server_.WaitForMore(1)) << "no client was answered: " << server_.last_error();
}

void LoadedServerTest::FinishClients() {
  server_.EndLoad();
  std::cout << "seed " << seed_ << ", clients " << server_.clients() << ", acknowledged "
            << acknowledged() << ", unknown " << server_.unknown() << ", read back "
            << server_.read_back() << std::endl;
}

}  // namespace twinledger
