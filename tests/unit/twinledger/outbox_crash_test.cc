// A program that uses an outbox is killed before each of its system calls; then another goes on.
// The register is a file here: it knows request ids, as a server does, and loses nothing.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "twinledger/outbox/delivery.h"
#include "twinledger/outbox/submission.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using engagement::v1::SubmitRecordRequest;
using engagement::v1::SubmitRecordResponse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TempDirectory;

constexpr const char* kFirst = "11111111-0000-4000-8000-000000000001";
constexpr const char* kSecond = "22222222-0000-4000-8000-000000000002";
constexpr const char* kAnew = "33333333-0000-4000-8000-000000000003";

void AppendLine(const fs::path& file, const std::string& line) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  TL_CHECK(fd >= 0);
  const std::string text = line + "\n";
  TL_CHECK(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  close(fd);
}

std::vector<std::string> LinesOf(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class OutboxCrashTest : public ::testing::Test {
 protected:
  // One user's machine and a register, for one crash.
  struct Place {
    TempDirectory folder;
    fs::path kept = folder.path() / "kept";           // Ids that Add has answered.
    fs::path register_ = folder.path() / "register";  // Ids of requests that were recorded.

    Outbox Open() const {
      return *Outbox::Open(folder.path() / "outbox",
                           {.account = "spiffe://twinledger.internal/agency-analyst/a",
                            .authority = std::string(32, 'a')});
    }
    // `lost`: the answers to what it records get lost.
    Delivery::Send Register(bool lost) const {
      return [this, lost](const SubmitRecordRequest& request) -> Result<SubmitRecordResponse> {
        const std::vector<std::string> known = LinesOf(register_);
        if (std::ranges::find(known, request.request_id()) == known.end()) {
          AppendLine(register_, request.request_id());
        }
        if (lost) return Error{.code = Code::kUnavailable, .message = "", .reason = "NOT_REACHED"};
        return SubmitRecordResponse();
      };
    }
  };

  static void Keep(const Place& place, Outbox& outbox, const char* id) {
    SubmitRecordRequest request;
    request.set_parent("councils/hutt-city");
    request.set_record_id(id);
    request.set_request_id(id);
    request.mutable_record()->mutable_gift()->set_description("a vase");
    if (outbox.Add(EntryOf(request, WallTime(5s)), {.longest = 60s})) AppendLine(place.kept, id);
  }

  // Two are queued; the answer to the first gets lost; both are sent.
  static void Work(const Place& place) {
    const support::ManualClock clock{WallTime(100s)};
    Outbox outbox = place.Open();
    Keep(place, outbox, kFirst);
    Keep(place, outbox, kSecond);
    const auto sending = outbox.LockSending({.longest = 60s});
    if (!sending) return;
    for (const bool lost : {true, false}) {
      Delivery(outbox, clock, place.Register(lost), [](const Sent&) {}).Flush();
    }
  }

  // Runs `work` and kills it before its `call`th system call. False if it ended before.
  static bool KilledAt(int call, const std::function<void()>& work) {
    const pid_t child = fork();
    TL_CHECK(child >= 0);
    if (child == 0) {
      if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(2);
      raise(SIGSTOP);
      work();
      _exit(0);
    }
    int status = 0;
    TL_CHECK(waitpid(child, &status, 0) == child && WIFSTOPPED(status));
    for (int stop = 0; stop < 2 * call - 1; ++stop) {  // Before and behind each.
      TL_CHECK(ptrace(PTRACE_SYSCALL, child, nullptr, nullptr) == 0);
      TL_CHECK(waitpid(child, &status, 0) == child);
      if (WIFEXITED(status)) {
        EXPECT_EQ(WEXITSTATUS(status), 0);
        return false;
      }
    }
    TL_CHECK(kill(child, SIGKILL) == 0);
    TL_CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    return true;
  }

  // What every crash must leave, by another program that goes on.
  static void ExpectNothingLostAndNothingTwice(const Place& place, int call) {
    SCOPED_TRACE("killed before call " + std::to_string(call));
    const support::ManualClock clock{WallTime(100s)};
    Outbox outbox = place.Open();
    const auto sending = outbox.LockSending({.longest = 60s});
    ASSERT_TRUE(sending.ok());
    const DeliveryReport report =
        Delivery(outbox, clock, place.Register(false), [](const Sent&) {}).Flush();
    EXPECT_FALSE(report.stopped.has_value());
    EXPECT_THAT(report.unreadable, IsEmpty());
    std::vector<std::string> files;
    for (const auto& file : fs::directory_iterator(outbox.folder())) {
      files.push_back(file.path().filename());
    }
    std::ranges::sort(files);
    EXPECT_THAT(files, ElementsAre("adding.lock", "sending.lock"));
    const std::vector<std::string> recorded = LinesOf(place.register_);
    const std::set<std::string> distinct(recorded.begin(), recorded.end());
    EXPECT_EQ(distinct.size(), recorded.size());
    for (const std::string& id : LinesOf(place.kept)) EXPECT_TRUE(distinct.contains(id)) << id;
    EXPECT_TRUE(std::ranges::is_sorted(recorded)) << "in the order of queueing";
  }
};

TEST_F(OutboxCrashTest, KilledAnywhereNothingThatWasKeptIsLostAndNothingIsRecordedTwice) {
  int call = 1;
  for (;; ++call) {
    const Place place;
    if (!KilledAt(call, [&] { Work(place); })) break;
    ExpectNothingLostAndNothingTwice(place, call);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(call, 50);
}

// A refusal, and the retry under an id of its own: the register has at most one of the two ids.
TEST_F(OutboxCrashTest, KilledWhileARefusedOneIsRetriedItIsRecordedOnce) {
  int call = 1;
  for (;; ++call) {
    const Place place;
    const support::ManualClock clock{WallTime(100s)};
    EntryName name;
    {
      Outbox outbox = place.Open();
      Keep(place, outbox, kFirst);
      name = outbox.Names()->front();
      const auto refuses = [](const SubmitRecordRequest&) -> Result<SubmitRecordResponse> {
        return Error{
            .code = Code::kFailedPrecondition, .message = "no", .reason = "COUNCIL_NOT_ACTIVE"};
      };
      Delivery(outbox, clock, refuses, [](const Sent&) {}).Flush();
    }
    const auto retry = [&] {
      Outbox outbox = place.Open();
      const auto sending = outbox.LockSending({.longest = 60s});
      const auto retried =
          Delivery(outbox, clock, place.Register(false), [](const Sent&) {}).Retry(name, kAnew);
    };
    const bool killed = KilledAt(call, retry);
    Outbox outbox = place.Open();
    if (!outbox.Names()->empty()) {
      const auto retried =
          Delivery(outbox, clock, place.Register(false), [](const Sent&) {}).Retry(name, kAnew);
      EXPECT_TRUE(retried.ok()) << call;
    }
    EXPECT_THAT(*outbox.Names(), IsEmpty()) << call;
    EXPECT_THAT(LinesOf(place.register_), ElementsAre(kAnew)) << call;
    if (!killed) break;
  }
  EXPECT_GT(call, 15);
}

}  // namespace
}  // namespace twinledger::client
