// The outbox: what it keeps, in which order, for whom, and through which accidents.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "platform/base/uuid.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/system_random.h"
#include "tests/support/temp_directory.h"
#include "twinledger/outbox/entry_file.h"
#include "twinledger/outbox/owner.h"
#include "twinledger/outbox/store.h"
#include "twinledger/outbox/submission.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ReadFile;
using ::testing::SizeIs;
using testing::TempDirectory;
using testing::WriteFile;

const LockWait kSoon{.longest = 60s};
const LockWait kNow{.longest = 0ms};

std::string SomeUuid() {
  crypto::SystemRandom random;
  return RandomUuid(random);
}

// A gift of which `text` tells.
outbox::v1::Entry Gift(const std::string& id, const std::string& text = "a vase") {
  engagement::v1::SubmitRecordRequest request;
  request.set_parent("councils/hutt-city");
  request.set_record_id(id);
  request.set_request_id(id);
  request.mutable_record()->mutable_gift()->set_description(text);
  return EntryOf(request, WallTime(5s));
}

mode_t ModeOf(const fs::path& path) {
  struct stat status {};
  TL_CHECK(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

class OutboxTest : public ::testing::Test {
 protected:
  Outbox Open(const std::string& account = "officer-1") const {
    return *Outbox::Open(root_, OwnerNamed(account));
  }
  static OutboxOwner OwnerNamed(const std::string& account) {
    return {.account = "spiffe://twinledger.internal/council/hutt-city/officer/" + account,
            .authority = std::string(32, 'a')};
  }
  // By the texts of what can be read, in order.
  static std::vector<std::string> TextsIn(const Outbox& outbox) {
    std::vector<std::string> texts;
    const std::vector<EntryName> names = *outbox.Names();
    for (const EntryName& name : names) {
      const auto entry = outbox.Load(name);
      if (entry) texts.push_back(SubmissionIn(*entry)->record().gift().description());
    }
    return texts;
  }

  TempDirectory folder_;
  fs::path root_ = folder_.path() / "share/twinledger/outbox";
};

TEST_F(OutboxTest, EntriesComeBackInTheOrderOfQueueing) {
  Outbox outbox = Open();
  for (const char* text : {"one", "two", "three"})
    ASSERT_TRUE(outbox.Add(Gift(SomeUuid(), text), kSoon));
  EXPECT_THAT(TextsIn(outbox), ElementsAre("one", "two", "three"));
  ASSERT_TRUE(outbox.Remove(outbox.Names()->front()));
  ASSERT_TRUE(outbox.Add(Gift(SomeUuid(), "four"), kSoon));
  EXPECT_THAT(TextsIn(Open()), ElementsAre("two", "three", "four"));
}

TEST_F(OutboxTest, OthersCanReadNeitherFilesNorFolders) {
  const mode_t before = umask(0);
  Outbox outbox = Open();
  const EntryName name = *outbox.Add(Gift(SomeUuid()), kSoon);
  const auto sending = outbox.LockSending(kSoon);
  umask(before);
  ASSERT_TRUE(sending);
  EXPECT_EQ(ModeOf(outbox.folder()), 0700U);
  EXPECT_EQ(ModeOf(root_), 0700U);
  for (const auto& file : fs::directory_iterator(outbox.folder())) {
    EXPECT_EQ(ModeOf(file.path()), 0600U) << file.path();
  }
}

TEST_F(OutboxTest, WhatOthersMayReadOrWriteIsNotSent) {
  Outbox outbox = Open();
  const EntryName name = *outbox.Add(Gift(SomeUuid()), kSoon);
  ASSERT_EQ(chmod(outbox.PathOf(name).c_str(), 0620), 0);
  EXPECT_EQ(outbox.Load(name).error().reason, "ENTRY_EXPOSED");
  EXPECT_THAT(outbox.Load(name).error().message, HasSubstr(outbox.PathOf(name).string()));
  ASSERT_EQ(chmod(outbox.folder().c_str(), 0770), 0);
  EXPECT_EQ(Outbox::Open(root_, OwnerNamed("officer-1")).error().reason, "OUTBOX_EXPOSED");
}

// Another account, and the same name at another register.
TEST_F(OutboxTest, EachAccountOfEachRegisterHasItsOwn) {
  Outbox mine = Open();
  const EntryName name = *mine.Add(Gift(SomeUuid()), kSoon);
  OutboxOwner elsewhere = OwnerNamed("officer-1");
  elsewhere.authority = std::string(32, 'b');
  for (const OutboxOwner& owner : {OwnerNamed("officer-2"), elsewhere}) {
    const Outbox other = *Outbox::Open(root_, owner);
    EXPECT_THAT(*other.Names(), IsEmpty());
    fs::copy_file(mine.PathOf(name), other.PathOf(name));
    EXPECT_EQ(other.Load(name).error().reason, "ENTRY_OF_ANOTHER");
  }
  const std::vector<OtherOutbox> others = mine.Others();
  ASSERT_THAT(others, SizeIs(2)) << "they are named to each other";
  EXPECT_EQ(others[0].waiting, 1U);
  EXPECT_EQ(others[0].folder.parent_path(), root_);
}

TEST_F(OutboxTest, AFileThatDiffersInAnyByteIsNamedAndHidesNoOther) {
  Outbox outbox = Open();
  const EntryName damaged = *outbox.Add(Gift(SomeUuid(), "damaged"), kSoon);
  ASSERT_TRUE(outbox.Add(Gift(SomeUuid(), "whole"), kSoon));
  const fs::path path = outbox.PathOf(damaged);
  const std::string contents = ReadFile(path);
  const auto expect_named = [&](const std::string& bytes, const std::string& what) {
    WriteFile(path, bytes);
    const auto entry = outbox.Load(damaged);
    ASSERT_FALSE(entry.ok()) << what;
    EXPECT_THAT(entry.error().message, HasSubstr(path.string())) << what;
    EXPECT_THAT(TextsIn(outbox), ElementsAre("whole")) << what;
  };
  for (std::size_t at = 0; at < contents.size(); ++at) {
    std::string bytes = contents;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    expect_named(bytes, "byte " + std::to_string(at));
    expect_named(contents.substr(0, at), "cut at " + std::to_string(at));
  }
  expect_named(contents + '\0', "one more");
  WriteFile(path, contents);
  EXPECT_THAT(TextsIn(outbox), ElementsAre("damaged", "whole"));
}

TEST_F(OutboxTest, AnEntryOfALaterClientIsNoDamage) {
  EXPECT_EQ(DecodeEntry("twinledger outbox 2\nanything", "f").error().reason, "ENTRY_NEWER");
  EXPECT_EQ(DecodeEntry("twinledger outbox 1\nanything", "f").error().reason, "ENTRY_DAMAGED");
  outbox::v1::Entry entry = Gift(SomeUuid());
  entry.set_method("/twinledger.engagement.v1.EngagementService/Later");
  EXPECT_EQ(SubmissionIn(entry).error().reason, "ENTRY_NEWER");
}

// What a client of the first version wrote.
TEST_F(OutboxTest, AnEntryOfTheFirstFormatIsRead) {
  const std::string bytes =
      "\n\x24"
      "5d0f6b1e-2c47-4f19-9a3e-8b7c6d5e4f30"
      "\x38\x01";
  const std::string hash = "8f932941815dfa5bc5815dfdcc4580bc8a54e46f8d1f0d22dc52f4d880d9b7e9";
  const auto entry = DecodeEntry("twinledger outbox 1\n" + hash + "\n" + bytes, "f");
  ASSERT_TRUE(entry.ok()) << crypto::Hex(crypto::Sha256(bytes));
  EXPECT_EQ(entry->id(), "5d0f6b1e-2c47-4f19-9a3e-8b7c6d5e4f30");
  EXPECT_EQ(entry->state(), outbox::v1::STATE_WAITING);
}

TEST_F(OutboxTest, NamesOfFilesAreReadStrictly) {
  const EntryName name{.sequence = 42, .id = "5d0f6b1e-2c47-4f19-9a3e-8b7c6d5e4f30"};
  const std::string file = FileNameOf(name);
  EXPECT_EQ(file, "00000000000000000042-5d0f6b1e-2c47-4f19-9a3e-8b7c6d5e4f30.entry");
  EXPECT_EQ(ParseEntryName(file), name);
  for (const std::string& wrong : {file + ".new", file + "~", "0" + file, file.substr(1),
                                   std::string("x") + file.substr(1), std::string(".entry")}) {
    EXPECT_EQ(ParseEntryName(wrong), std::nullopt) << wrong;
  }
}

TEST_F(OutboxTest, FilesThatAreNoEntriesAreNamed) {
  Outbox outbox = Open();
  ASSERT_TRUE(outbox.Add(Gift(SomeUuid()), kSoon));
  WriteFile(outbox.folder() / "notes.txt", "mine");
  EXPECT_THAT(*outbox.Strangers(), ElementsAre("notes.txt"));
  EXPECT_THAT(*outbox.Names(), SizeIs(1));
}

TEST_F(OutboxTest, TheSameRequestWaitsOnceAndItsIdIsOfNoOther) {
  Outbox outbox = Open();
  const std::string id = SomeUuid();
  const EntryName name = *outbox.Add(Gift(id), kSoon);
  EXPECT_EQ(*outbox.Add(Gift(id), kSoon), name);
  EXPECT_EQ(outbox.Add(Gift(id, "another"), kSoon).error().reason, "REQUEST_ID_REUSED");
  EXPECT_THAT(TextsIn(outbox), ElementsAre("a vase"));
}

TEST_F(OutboxTest, ARequestIsNotSaidToDifferFromOneThatCannotBeRead) {
  Outbox outbox = Open();
  const std::string id = SomeUuid();
  const EntryName name = *outbox.Add(Gift(id), kSoon);
  ASSERT_EQ(chmod(outbox.PathOf(name).c_str(), 0620), 0);
  EXPECT_EQ(outbox.Add(Gift(id), kSoon).error().reason, "ENTRY_EXPOSED");
  ASSERT_EQ(chmod(outbox.PathOf(name).c_str(), 0600), 0);
  WriteFile(outbox.PathOf(name), "twinledger outbox 1\nanything");
  EXPECT_EQ(outbox.Add(Gift(id), kSoon).error().reason, "ENTRY_DAMAGED");
  WriteFile(outbox.PathOf(name), "twinledger outbox 2\nanything");
  EXPECT_EQ(outbox.Add(Gift(id), kSoon).error().reason, "ENTRY_NEWER");
  EXPECT_THAT(*outbox.Names(), ElementsAre(name));
}

TEST_F(OutboxTest, AnIdIsFoundByItsBeginning) {
  Outbox outbox = Open();
  const EntryName one = *outbox.Add(Gift("11111111-0000-4000-8000-000000000001"), kSoon);
  const EntryName two = *outbox.Add(Gift("11112222-0000-4000-8000-000000000002"), kSoon);
  EXPECT_EQ(*outbox.Find("11112"), two);
  EXPECT_EQ(*outbox.Find(one.id), one);
  EXPECT_EQ(outbox.Find("1111").error().reason, "ENTRY_AMBIGUOUS");
  EXPECT_EQ(outbox.Find("2").error().reason, "ENTRY_UNKNOWN");
  EXPECT_EQ(outbox.Find("").error().reason, "ENTRY_UNKNOWN");
}

TEST_F(OutboxTest, WhatNoServerWouldTakeIsNotKept) {
  Outbox outbox = Open();
  const std::size_t most = OutboxLimits().request_bytes_max;
  EXPECT_EQ(outbox.Add(Gift(SomeUuid(), std::string(most, 'x')), kSoon).error().reason,
            "TOO_LARGE");
  EXPECT_TRUE(outbox.Add(Gift(SomeUuid(), std::string(most - 200, 'x')), kSoon));
}

TEST_F(OutboxTest, AFullOneSaysHowToEmptyIt) {
  Outbox outbox = *Outbox::Open(root_, OwnerNamed("officer-1"), {.entries_max = 2});
  EXPECT_EQ(OutboxLimits().entries_max, 10'000U);
  ASSERT_TRUE(outbox.Add(Gift(SomeUuid()), kSoon));
  ASSERT_TRUE(outbox.Add(Gift(SomeUuid()), kSoon));
  const auto kept = outbox.Add(Gift(SomeUuid()), kSoon);
  EXPECT_EQ(kept.error().reason, "OUTBOX_FULL");
  EXPECT_THAT(kept.error().message, HasSubstr("twinledger outbox flush"));
}

// The system refuses to write more than so much into any file, at each number of bytes.
TEST_F(OutboxTest, AFileThatCannotBeWrittenWholeIsNoEntryAndIsTold) {
  Outbox outbox = Open();
  ASSERT_TRUE(outbox.Add(Gift(SomeUuid(), "first"), kSoon));
  const std::string id = SomeUuid();
  struct rlimit before {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  std::size_t refused = 0;
  for (rlim_t bytes = 0;; bytes += 7) {
    struct rlimit limit = before;
    limit.rlim_cur = bytes;
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto kept = outbox.Add(Gift(id, "second"), kSoon);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    if (kept.ok()) break;
    ++refused;
    EXPECT_EQ(kept.error().reason, "OUTBOX_DISK");
    EXPECT_THAT(kept.error().message, HasSubstr("nothing was sent"));
    EXPECT_THAT(TextsIn(outbox), ElementsAre("first"));
    EXPECT_THAT(*outbox.Strangers(), IsEmpty());
  }
  std::signal(SIGXFSZ, handler);
  EXPECT_GT(refused, 10U);
  EXPECT_THAT(TextsIn(outbox), ElementsAre("first", "second"));
}

// A change that fails leaves what was.
TEST_F(OutboxTest, AnEntryThatCannotBeReplacedStaysAsItWas) {
  Outbox outbox = Open();
  const EntryName name = *outbox.Add(Gift(SomeUuid(), "as it was"), kSoon);
  struct rlimit before {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit = before;
  limit.rlim_cur = 100;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto replaced = outbox.Replace(name, Gift(name.id, "changed"));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_FALSE(replaced.ok());
  EXPECT_THAT(TextsIn(outbox), ElementsAre("as it was"));
}

// Runs `act` in a process of its own; its exit code.
int InAProcess(const std::function<int()>& act) {
  const pid_t child = fork();
  TL_CHECK(child >= 0);
  if (child == 0) _exit(act());
  int status = 0;
  TL_CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(OutboxTest, TwoProgramsDoNotSendAtOnce) {
  std::optional<Result<FolderLock>> sending = Open().LockSending(kSoon);
  ASSERT_TRUE(sending->ok());
  const auto lock_elsewhere = [this] {
    const auto lock = Open().LockSending(kNow);
    return lock.ok() ? 0 : lock.error().reason == "OUTBOX_BUSY" ? 1 : 2;
  };
  EXPECT_EQ(InAProcess(lock_elsewhere), 1);
  const auto add_elsewhere = [this] { return Open().Add(Gift(SomeUuid()), kNow).ok() ? 0 : 1; };
  EXPECT_EQ(InAProcess(add_elsewhere), 0) << "keeping waits for nobody who sends";
  sending.reset();
  EXPECT_EQ(InAProcess(lock_elsewhere), 0);
  const auto die_with_it = [this] {
    const auto lock = Open().LockSending(kNow);
    if (lock.ok()) kill(getpid(), SIGKILL);
    return 0;
  };
  EXPECT_EQ(InAProcess(die_with_it), -1);
  EXPECT_EQ(InAProcess(lock_elsewhere), 0) << "who died holds nothing";
}

TEST_F(OutboxTest, AWaitForALockCanBeEnded) {
  const auto sending = Open().LockSending(kSoon);
  ASSERT_TRUE(sending.ok());
  const auto ended = Open().LockSending({.longest = 60s, .stopped = [] { return true; }});
  EXPECT_EQ(ended.error().code, Code::kCancelled);
}

TEST_F(OutboxTest, ProgramsThatAddAtOnceLoseNothing) {
  constexpr int kPrograms = 4;
  constexpr int kEach = 25;
  std::vector<pid_t> children;
  for (int program = 0; program < kPrograms; ++program) {
    children.push_back(fork());
    TL_CHECK(children.back() >= 0);
    if (children.back() != 0) continue;
    Outbox outbox = Open();
    bool all = true;
    for (int i = 0; i < kEach; ++i) all = outbox.Add(Gift(SomeUuid()), kSoon).ok() && all;
    _exit(all ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const std::vector<EntryName> names = *Open().Names();
  ASSERT_THAT(names, SizeIs(kPrograms * kEach));
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i].sequence, i + 1);
}

TEST_F(OutboxTest, AnUnfinishedDraftIsNoEntryAndIsRemovedBeforeSending) {
  Outbox outbox = Open();
  const EntryName name = *outbox.Add(Gift(SomeUuid(), "whole"), kSoon);
  const fs::path draft = outbox.PathOf({.sequence = 2, .id = SomeUuid()}).string() + ".new";
  WriteFile(draft, ReadFile(outbox.PathOf(name)).substr(0, 50));
  EXPECT_THAT(TextsIn(outbox), ElementsAre("whole"));
  EXPECT_THAT(*outbox.Strangers(), IsEmpty());
  ASSERT_TRUE(outbox.LockSending(kSoon));
  EXPECT_FALSE(fs::exists(draft));
}

TEST_F(OutboxTest, ItsPlaceIsTheUsersOwn) {
  const auto root = [](std::map<std::string, std::string> variables) {
    return OutboxRoot([variables](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    });
  };
  EXPECT_EQ(*root({{"HOME", "/home/o"}, {"XDG_DATA_HOME", "/d"}}), "/d/twinledger/outbox");
  EXPECT_EQ(*root({{"HOME", "/home/o"}}), "/home/o/.local/share/twinledger/outbox");
  EXPECT_EQ(*root({{"HOME", "/home/o"}, {"XDG_DATA_HOME", "relative"}}),
            "/home/o/.local/share/twinledger/outbox");
  EXPECT_EQ(root({}).error().reason, "OUTBOX_NO_PLACE");
}

}  // namespace
}  // namespace twinledger::client
