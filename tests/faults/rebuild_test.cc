// Projections that are rebuilt and exchanged while 16 clients write, each of which reads back what
// it wrote, and while a list is read page by page; and kill -9 while that goes on, at random times
// and at the moment at which the folders are exchanged.
#include <gmock/gmock.h>
#include <sys/inotify.h>
#include <sys/poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <future>
#include <iostream>
#include <optional>
#include <set>
#include <thread>

#include "tests/faults/load_fixture.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kWhileRebuilding = 16;
constexpr int kRebuilds = 4;
constexpr int kKills = 9;
constexpr std::chrono::seconds kRebuildPatience{60};

// The comparison that it ended with; nothing if it did not.
std::optional<operations::v1::RebuildComparison> Rebuild(
    grpc::ClientContext& context, const std::shared_ptr<grpc::Channel>& channel,
    const std::string& name) {
  const auto stub = operations::v1::OperationsService::NewStub(channel);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5));
  operations::v1::RebuildProjectionRequest request;
  request.set_name(name);
  const auto reader = stub->RebuildProjection(&context, request);
  operations::v1::RebuildProjectionResponse step;
  while (reader->Read(&step)) continue;
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return std::nullopt;
  return step.comparison();
}

// Tells of names that appear in a folder.
class Watch {
 public:
  explicit Watch(const fs::path& folder) : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    inotify_add_watch(fd_, folder.c_str(), IN_CREATE | IN_MOVED_TO);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { close(fd_); }

  bool WaitFor(const std::string& name, std::chrono::milliseconds wait) const {
    const auto until = std::chrono::steady_clock::now() + wait;
    while (std::chrono::steady_clock::now() < until) {
      pollfd ready{fd_, POLLIN, 0};
      if (poll(&ready, 1, 10) <= 0) continue;
      alignas(inotify_event) std::array<char, 4096> block;
      const ssize_t bytes = read(fd_, block.data(), block.size());
      for (ssize_t at = 0; at < bytes;) {
        const auto* const event = reinterpret_cast<const inotify_event*>(block.data() + at);
        if (event->len > 0 && name == event->name) return true;
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return false;
  }

 private:
  const int fd_;
};

// Reads all councils again and again, in small pages, so that some lists begin before an exchange
// and end behind it: none may lack what an earlier one had, or name one twice.
class PageReader {
 public:
  explicit PageReader(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(registry::v1::RegistryService::NewStub(channel)), thread_([this] { Run(); }) {}
  ~PageReader() { ending_ = true; }
  int Finish() {
    ending_ = true;
    thread_.join();
    return lists_;
  }

 private:
  void Run() {
    std::set<std::string> before;
    while (!ending_) {
      std::set<std::string> names;
      registry::v1::ListCouncilsRequest request;
      request.set_page_size(100);
      do {
        const registry::v1::ListCouncilsResponse page = Ask(request);
        for (const auto& council : page.councils()) {
          EXPECT_TRUE(names.insert(council.name()).second) << council.name() << " is listed twice";
        }
        request.set_page_token(page.next_page_token());
      } while (!request.page_token().empty());
      EXPECT_TRUE(std::ranges::includes(names, before)) << "a list lacks what an earlier one had";
      before = std::move(names);
      ++lists_;
    }
  }

  // Again, where the account's rate is used up.
  registry::v1::ListCouncilsResponse Ask(const registry::v1::ListCouncilsRequest& request) {
    registry::v1::ListCouncilsResponse page;
    grpc::Status status;
    do {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
      status = stub_->ListCouncils(&context, request, &page);
    } while (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return page;
  }

  const std::unique_ptr<registry::v1::RegistryService::Stub> stub_;
  std::atomic<bool> ending_ = false;
  int lists_ = 0;  // Of its thread.
  std::jthread thread_;
};

class RebuildTest : public LoadedServerTest {
 protected:
  std::vector<std::string> Folders(const std::string& projection) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(data() / "projections")) {
      const std::string name = entry.path().filename();
      if (entry.is_directory() && name.starts_with(projection)) names.push_back(name);
    }
    return names;
  }

  void ExpectEqualRebuild(const std::string& projection, bool replaced = true) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    const auto comparison = Rebuild(context, As("operator"), projection);
    ASSERT_TRUE(comparison) << projection << " was not rebuilt";
    EXPECT_TRUE(comparison->equal())
        << "L7 " << projection << " " << comparison->ShortDebugString();
    EXPECT_EQ(comparison->replaced(), replaced);
  }
};

TEST_F(RebuildTest, WhatIsRebuiltUnderLoadServesWithoutAWrongAnswer) {
  Start();
  StartClients(kWhileRebuilding);
  AwaitProgress();
  PageReader pages(As("auditor"));
  const int before = acknowledged();
  for (int round = 0; round < kRebuilds; ++round) {
    AwaitProgress();
    ExpectEqualRebuild("registry");
    ExpectEqualRebuild(round % 2 == 0 ? "reporting" : "engagement");
  }
  EXPECT_GT(acknowledged(), before) << "nothing was written meanwhile";
  const int lists = pages.Finish();
  EXPECT_GT(lists, 0);
  FinishClients();
  std::cout << "exchanged " << 2 * kRebuilds << ", lists " << lists << "\n";
  EXPECT_THAT(Folders("registry"), SizeIs(1));
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());

  const std::size_t lines = LogText().size();
  Start();
  EXPECT_EQ(LogText().find("PROJECTION_REBUILT", lines), std::string::npos)
      << "what served before the stop was not found by the start";
}

TEST_F(RebuildTest, ARebuildThatIsKilledLeavesNothingThatAStartTripsOver) {
  Start();
  StartClients(kWhileRebuilding);
  AwaitProgress();
  const auto started = std::chrono::steady_clock::now();
  ExpectEqualRebuild("registry");
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  int at_exchange = 0;
  int exchanged = 0;
  for (int round = 0; round < kKills; ++round) {
    AwaitProgress();
    const fs::path pointer = data() / "projections" / "registry.serving";
    const std::string named = support::ReadText(pointer);
    const Watch watch(data() / "projections");
    // By this server: a call that waited for one would have the next rebuild.
    const std::shared_ptr<grpc::Channel> channel = As("operator");
    ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + kRebuildPatience));
    std::future<void> rebuild = std::async(std::launch::async, [&channel] {
      grpc::ClientContext context;
      Rebuild(context, channel, "registry");
    });
    // The draft of the name, its renaming, or any time at all.
    const std::array<std::string, 2> moments{"registry.serving.new", "registry.serving"};
    if (round % 3 < 2) {
      if (watch.WaitFor(moments[static_cast<std::size_t>(round % 3)], kRebuildPatience)) {
        ++at_exchange;
      }
    } else {
      std::uniform_int_distribution<int> milliseconds(0, static_cast<int>(took.count()));
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random())));
    }
    Kill();
    exchanged += support::ReadText(pointer) == named ? 0 : 1;
    Start();
    EXPECT_THAT(Folders("registry"), SizeIs(1)) << "round " << round;
    rebuild.get();
  }
  FinishClients();
  std::cout << "kills " << kKills << ", at the exchange " << at_exchange << ", exchanged "
            << exchanged << "\n";
  EXPECT_GT(at_exchange, 0);
  EXPECT_GT(exchanged, 0);
  for (const std::string projection : {"registry", "engagement", "risk", "reporting"}) {
    ExpectEqualRebuild(projection);
  }
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
}

}  // namespace
}  // namespace twinledger
