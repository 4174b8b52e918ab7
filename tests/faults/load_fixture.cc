#include "tests/faults/load_fixture.h"

#include <csignal>
#include <iostream>

#include "platform/base/clock.h"
#include "platform/base/uuid.h"
#include "platform/identity/authority.h"
#include "tests/support/number_asked.h"

namespace twinledger {
namespace {

constexpr int kChannels = 4;  // A handshake each at every restart.
constexpr std::chrono::seconds kPatience{120};

}  // namespace

LoadedServerTest::LoadedServerTest()
    : seed_(support::NumberAsked("TWINLEDGER_FAULT_SEED", std::random_device()())), random_(seed_) {
  std::filesystem::create_directory(history());
}

LoadedServerTest::~LoadedServerTest() {
  clients_.clear();
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
  std::vector<std::string> all = flags;
  if (!at_.services.empty()) all.insert(all.end(), {"--listen", at_.services});
  server_ = std::make_unique<support::ServerProcess>(data(), log_file(), all);
  const auto at = server_->WaitUntilServing(kPatience);
  ASSERT_TRUE(at) << support::ReadText(log_file());
  at_ = *at;
}

void LoadedServerTest::Kill() {
  server_->Signal(SIGKILL);
  ASSERT_EQ(server_->Wait(), -SIGKILL) << support::ReadText(log_file());
}

void LoadedServerTest::Stop() {
  server_->Signal(SIGTERM);
  ASSERT_EQ(server_->Wait(), 0) << support::ReadText(log_file());
}

std::shared_ptr<grpc::Channel> LoadedServerTest::As(const std::string& role) const {
  return support::Connect(at_.services, support::ClientFolder(data(), role));
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

void LoadedServerTest::StartClients(int count, AfterWrite after) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kChannels; ++i) channels.push_back(As("agency-approver"));
  for (int i = 0; i < count; ++i) {
    clients_.push_back(std::make_unique<CouncilClient>(
        i, history(), channels[static_cast<std::size_t>(i % kChannels)], acknowledgements_, after));
  }
}

void LoadedServerTest::AwaitProgress() {
  ASSERT_TRUE(acknowledgements_.WaitForOne(kPatience))
      << "no client was answered: " << clients_.front()->last_error();
}

void LoadedServerTest::FinishClients() {
  int unknown = 0;
  int read_back = 0;
  for (const auto& client : clients_) client->Finish();
  for (const auto& client : clients_) {
    client->Join();
    unknown += client->unknown();
    read_back += client->read_back();
  }
  std::cout << "seed " << seed_ << ", clients " << clients_.size() << ", acknowledged "
            << acknowledged() << ", unknown " << unknown << ", read back " << read_back
            << std::endl;
}

}  // namespace twinledger
