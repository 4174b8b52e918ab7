#include "tests/faults/loaded_server.h"

#include <csignal>
#include <thread>
#include <utility>

#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

// A handshake each at every restart.
constexpr int kChannels = 4;

}  // namespace

LoadedServer::LoadedServer(std::filesystem::path data, const std::filesystem::path& notes,
                           std::vector<std::string> environment)
    : data_(std::move(data)),
      history_(notes / "history"),
      log_file_(notes / "stderr"),
      environment_(std::move(environment)) {
  std::filesystem::create_directory(history_);
}

LoadedServer::~LoadedServer() { GiveUpLoad(); }

bool LoadedServer::Start(const std::vector<std::string>& flags) {
  std::vector<std::string> all = {"--listen", listen_};
  all.insert(all.end(), flags.begin(), flags.end());
  process_ = std::make_unique<support::ServerProcess>(data_, log_file_, all, environment_);
  const auto at = process_->WaitUntilServing(std::chrono::seconds(120));
  if (!at) return false;
  at_ = *at;
  listen_ = "127.0.0.1" + at_.services.substr(at_.services.rfind(':'));
  return true;
}

bool LoadedServer::WaitForLine(const std::string& part) const {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (LogText().find(part) == std::string::npos) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

std::shared_ptr<grpc::Channel> LoadedServer::As(const std::string& account) const {
  return support::Connect(at_.services, support::ClientFolder(data_, account));
}

void LoadedServer::Load(int clients, AfterWrite after) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kChannels; ++i) channels.push_back(As("agency-approver"));
  for (int i = 0; i < clients; ++i) {
    clients_.push_back(std::make_unique<CouncilClient>(
        static_cast<int>(clients_.size()), history_,
        channels[static_cast<std::size_t>(i % kChannels)], acknowledgements_, after));
  }
}

bool LoadedServer::WaitForMore(int answers, std::chrono::seconds limit) const {
  const int wanted = acknowledgements_.count() + answers;
  const auto give_up = std::chrono::steady_clock::now() + limit;
  while (acknowledgements_.count() < wanted && std::chrono::steady_clock::now() < give_up) {
    acknowledgements_.WaitForOne(std::chrono::seconds(1));
  }
  return acknowledgements_.count() >= wanted;
}

int LoadedServer::Told(const std::string& reason) const {
  int times = 0;
  for (const auto& client : clients_) times += client->reasons()[reason];
  return times;
}

int LoadedServer::unknown() const {
  int times = 0;
  for (const auto& client : clients_) times += client->unknown();
  return times;
}

int LoadedServer::read_back() const {
  int times = 0;
  for (const auto& client : clients_) times += client->read_back();
  return times;
}

void LoadedServer::EndLoad() {
  for (const auto& client : clients_) client->Finish();
  for (const auto& client : clients_) client->Join();
}

// All at once: each may be in a call that nobody answers any more.
void LoadedServer::GiveUpLoad() {
  for (const auto& client : clients_) client->GiveUp();
  clients_.clear();
}

std::vector<std::string> LoadedServer::UnequalDigests() const {
  std::vector<std::string> unequal;
  const auto stub = operations::v1::OperationsService::NewStub(As("operator"));
  for (const std::string name : {"registry", "engagement", "risk", "reporting"}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5));
    operations::v1::RebuildProjectionRequest request;
    request.set_name(name);
    request.set_compare_only(true);  // What serves is what the faults met.
    const auto reader = stub->RebuildProjection(&context, request);
    operations::v1::RebuildProjectionResponse step;
    while (reader->Read(&step)) continue;
    const grpc::Status status = reader->Finish();
    if (!status.ok()) unequal.push_back("L7 " + name + ": " + status.error_message());
    if (status.ok() && !step.comparison().equal()) {
      unequal.push_back("L7 " + name + ": " + step.ShortDebugString());
    }
  }
  return unequal;
}

std::vector<std::string> LoadedServer::Violations() {
  process_->Signal(SIGTERM);
  const auto end = process_->Wait();
  if (end != 0) return {"it did not end in good order: " + LogText()};
  return ViolationsOf(data_, history_);
}

}  // namespace twinledger
