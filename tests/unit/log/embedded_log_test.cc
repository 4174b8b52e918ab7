#include "platform/log/embedded/embedded_log.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "platform/crypto/hash.h"
#include "tests/support/log_calls.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;
using testing::AppendAndWait;
using testing::ChainWriter;
using Records = std::vector<std::string>;
using testing::KeyNamed;
using testing::ReadAll;
using testing::TempDirectory;

const PartitionId kFirst{"registry", 0};
const PartitionId kSecond{"risk", 0};

EmbeddedOptions Small() {
  EmbeddedOptions options;
  options.segment_bytes = 4096;
  options.fill_ahead_bytes = 1024;
  return options;
}

// Bytes that zstd cannot make smaller.
std::string Noise(std::size_t size, const std::string& seed) {
  testing::SeededRandom random(seed);
  return random.Bytes(size);
}

class EmbeddedLogTest : public ::testing::Test {
 protected:
  EmbeddedLogTest() {
    EXPECT_TRUE(EmbeddedLog::Create(directory).ok());
    Reopen();
  }

  void Reopen(const EmbeddedOptions& options = Small()) {
    log.reset();
    auto opened = EmbeddedLog::Open(directory, options);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    log = *std::move(opened);
  }

  AppendOutcome Append(const std::string& record, const PartitionId& to = kFirst) {
    return AppendAndWait(*log, to, record);
  }

  const TempDirectory temp;
  const std::filesystem::path directory = temp.path() / "log";
  std::unique_ptr<EmbeddedLog> log;
  ChainWriter first{kFirst, KeyNamed("first")};
  ChainWriter second{kSecond, KeyNamed("second")};
};

TEST_F(EmbeddedLogTest, WhatIsAppendedIsReadBackAlsoAfterReopening) {
  const std::string a = first.Next();
  const std::string b = first.Next(3);
  const std::string c = second.Next();
  EXPECT_EQ(Append(a).kind, AppendOutcome::Kind::kAppended);
  EXPECT_EQ(Append(c, kSecond).offset, 0u);
  EXPECT_EQ(Append(b).offset, 1u);
  EXPECT_EQ(ReadAll(*log, kFirst).records, (Records{a, b}));
  Reopen();
  EXPECT_EQ(ReadAll(*log, kFirst).records, (Records{a, b}));
  EXPECT_EQ(ReadAll(*log, kSecond).records, (Records{c}));
  EXPECT_EQ(ReadAll(*log, kFirst, 1).records, (Records{b}));
  EXPECT_EQ(*log->Tail(kFirst), 2u);
  EXPECT_EQ(*log->Tail({"audit", 0}), 0u);
  EXPECT_EQ(log->Partitions(), (std::vector<PartitionId>{kFirst, kSecond}));
}

TEST_F(EmbeddedLogTest, ARecordThatDoesNotFollowTheTipIsNotAppended) {
  const std::string a = first.Next();
  const std::string rival = first.Make({first.NextCommit()});
  const std::string b = first.Next();
  ASSERT_EQ(Append(a).kind, AppendOutcome::Kind::kAppended);
  ASSERT_EQ(Append(b).kind, AppendOutcome::Kind::kAppended);
  for (const std::string& stale : {a, rival, b}) {
    const AppendOutcome outcome = Append(stale);
    EXPECT_EQ(outcome.kind, AppendOutcome::Kind::kNotAppended);
    EXPECT_EQ(outcome.error.code, Code::kAborted);
    EXPECT_EQ(outcome.error.reason, "NOT_AT_TIP");
  }
  EXPECT_EQ(ReadAll(*log, kFirst).records, (Records{a, b}));
}

TEST_F(EmbeddedLogTest, WhatIsNoRecordOfThePartitionIsNotAppended) {
  const struct {
    const char* name;
    std::string bytes;
  } kCases[] = {
      {"no bytes", ""},
      {"no record", "\xff\xff"},
      {"of another partition", second.Make({second.NextCommit()})},
      {"without commits", first.Make({})},
      {"too long", std::string(kRecordBytesMax + 1, '\0')},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.name);
    const AppendOutcome outcome = Append(test.bytes);
    EXPECT_EQ(outcome.kind, AppendOutcome::Kind::kNotAppended);
    EXPECT_EQ(outcome.error.code, Code::kInvalidArgument);
  }
  EXPECT_EQ(*log->Tail(kFirst), 0u);
}

TEST_F(EmbeddedLogTest, ManySegmentsAreReadFromAnyOffset) {
  std::vector<std::string> records;
  for (int i = 0; i < 40; ++i) {
    first.set_payload(Noise(700, std::to_string(i)));
    records.push_back(first.Next());
    ASSERT_EQ(Append(records.back()).kind, AppendOutcome::Kind::kAppended);
    if (i % 10 == 0) {
      ASSERT_EQ(Append(second.Next(), kSecond).kind, AppendOutcome::Kind::kAppended);
    }
  }
  EXPECT_GT(*LastSegment(directory), 5u);
  for (const bool reopened : {false, true}) {
    if (reopened) Reopen();
    for (Offset offset = 0; offset <= records.size(); ++offset) {
      SCOPED_TRACE(offset);
      const auto from = records.begin() + static_cast<std::ptrdiff_t>(offset);
      EXPECT_EQ(ReadAll(*log, kFirst, offset).records,
                std::vector<std::string>(from, records.end()));
    }
    EXPECT_EQ(ReadAll(*log, kSecond).records.size(), 4u);
  }
}

TEST_F(EmbeddedLogTest, ARecordLargerThanASegmentHasOneOfItsOwn) {
  first.set_payload(Noise(100'000, "large"));
  const std::string large = first.Next();
  ASSERT_EQ(Append(large).kind, AppendOutcome::Kind::kAppended);
  const std::string next = first.Next();
  ASSERT_EQ(Append(next).kind, AppendOutcome::Kind::kAppended);
  Reopen();
  EXPECT_EQ(ReadAll(*log, kFirst).records, (Records{large, next}));
}

TEST_F(EmbeddedLogTest, AReaderWaitsForWhatIsAppendedLater) {
  auto reader = log->OpenReader({{kFirst, 0}, {kSecond, 0}});
  ASSERT_TRUE(reader.ok());
  EXPECT_TRUE((*(*reader)->Next(milliseconds(1))).empty());
  const std::string a = first.Next();
  std::jthread appender([&] { Append(a); });
  std::vector<StoredRecord> read = *(*reader)->Next(milliseconds(20'000));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].partition, kFirst);
  EXPECT_EQ(read[0].bytes, a);
}

TEST_F(EmbeddedLogTest, AReaderBeyondTheEndIsRefused) {
  ASSERT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
  const auto reader = log->OpenReader({{kFirst, 2}});
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, Code::kOutOfRange);
  EXPECT_EQ(reader.error().metadata.at("partition"), "registry/0");
}

// A founding is read at each start, and stands before all that others wrote.
TEST_F(EmbeddedLogTest, TheFirstRecordOfAPartitionIsReadWithoutTheWholeLog) {
  Reopen(EmbeddedOptions{});
  const std::string founding = second.Next();
  ASSERT_EQ(Append(founding, kSecond).kind, AppendOutcome::Kind::kAppended);
  for (int i = 0; i < 10; ++i) {
    first.set_payload(Noise(300'000, std::to_string(i)));
    ASSERT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
  }
  const std::string late = second.Next();
  ASSERT_EQ(Append(late, kSecond).kind, AppendOutcome::Kind::kAppended);
  const auto reader = *log->OpenReader({{kSecond, 0}});
  std::vector<StoredRecord> read = *reader->Next(milliseconds(0));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].bytes, founding);
  read = *reader->Next(milliseconds(0));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].bytes, late);
}

// Who checks a cursor at each start reads no more of a log that is long.
TEST_F(EmbeddedLogTest, TheLastRecordOfAPartitionIsReadWithoutThoseBeforeIt) {
  const std::string last = second.Next();
  ASSERT_EQ(Append(last, kSecond).kind, AppendOutcome::Kind::kAppended);
  std::string newest;
  for (int i = 0; i < 10; ++i) {
    first.set_payload(Noise(1500, std::to_string(i)));
    newest = first.Next();
    ASSERT_EQ(Append(newest).kind, AppendOutcome::Kind::kAppended);
  }
  Reopen();
  ASSERT_TRUE(std::filesystem::exists(directory / "00000000000000000003.seg"));
  {
    const auto old = *log->OpenReader({{kSecond, 0}});
    EXPECT_EQ((*old->Next(milliseconds(0)))[0].bytes, last);
  }
  // The header of a frame before it, behind that of its segment: whoever reads from there on meets
  // damage.
  const Offset tail = *log->Tail(kFirst);
  const auto reader = *log->OpenReader({{kFirst, tail - 1}});
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".seg") continue;
    const auto scanner = *SegmentScanner::Open(directory, std::stoull(entry.path().stem()));
    const auto begin = static_cast<std::streamoff>(scanner.header().size);
    std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(begin + 4);
    file.put('?');
  }
  EXPECT_EQ((*reader->Next(milliseconds(0)))[0].bytes, newest);
  EXPECT_FALSE((*log->OpenReader({{kFirst, 0}}))->Next(milliseconds(0)).ok());
  // What is appended is read on from there.
  ASSERT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
  const std::vector<StoredRecord> next = *reader->Next(milliseconds(20'000));
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].offset, tail);
}

TEST_F(EmbeddedLogTest, AppendsOfAllPartitionsThatWaitShareOneSync) {
  struct HeldSync {
    std::atomic<int> calls = 0;
    std::atomic<bool> hold = false;
  };
  const auto held = std::make_shared<HeldSync>();  // The log outlives this function.
  EmbeddedOptions options;
  options.fill_ahead_bytes = 0;
  options.head_interval = std::chrono::hours(1);
  options.sync = [held](int descriptor) {
    ++held->calls;
    while (held->hold) std::this_thread::yield();
    return ::fdatasync(descriptor);
  };
  Reopen(options);
  auto session = log->OpenSession();
  ASSERT_TRUE(session.ok());
  ASSERT_EQ(AppendAndWait(**session, kSecond, second.Next()).kind, AppendOutcome::Kind::kAppended);
  held->hold = true;
  const int before = held->calls;
  std::atomic<int> reported = 0;
  const auto count = [&](const AppendOutcome& outcome) {
    if (outcome.kind == AppendOutcome::Kind::kAppended) ++reported;
  };
  (*session)->Append(kFirst, first.Next(), count);
  while (held->calls == before) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) {
    (*session)->Append(kFirst, first.Next(), count);
    (*session)->Append(kSecond, second.Next(), count);
  }
  held->hold = false;
  while (reported < 41) std::this_thread::yield();
  EXPECT_EQ(held->calls, before + 2);
}

TEST_F(EmbeddedLogTest, AppendsThatAreHeldShareOneSync) {
  constexpr int kTimes = 50;
  const auto syncs = std::make_shared<std::atomic<int>>(0);  // The log outlives this function.
  EmbeddedOptions options;
  options.fill_ahead_bytes = 0;
  options.head_interval = std::chrono::hours(1);
  options.sync = [syncs](int descriptor) {
    ++*syncs;
    return ::fdatasync(descriptor);
  };
  Reopen(options);
  auto session = log->OpenSession();
  ASSERT_TRUE(session.ok());
  std::atomic<int> reported = 0;
  const auto count = [&](const AppendOutcome& outcome) {
    if (outcome.kind == AppendOutcome::Kind::kAppended) ++reported;
  };
  const int before = *syncs;
  for (int time = 1; time <= kTimes; ++time) {
    auto held = log->HoldAppends();
    auto once_more = log->HoldAppends();
    (*session)->Append(kFirst, first.Next(), count);
    held.reset();
    std::this_thread::yield();
    (*session)->Append(kSecond, second.Next(), count);
    once_more.reset();
    while (reported < 2 * time) std::this_thread::yield();
  }
  EXPECT_EQ(*syncs, before + kTimes);
}

TEST_F(EmbeddedLogTest, AWriteThatTheDiskDoesNotDoIsToldUntilItIsDone) {
  const auto hold = std::make_shared<std::atomic<bool>>(false);  // The log outlives this function.
  EmbeddedOptions options;
  options.hangs_after = milliseconds(20);
  options.sync = [hold](int descriptor) {
    while (*hold) std::this_thread::yield();
    return ::fdatasync(descriptor);
  };
  Reopen(options);
  ASSERT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
  while (!log->Verdict().ok()) std::this_thread::yield();  // Nothing is left to be written.
  *hold = true;
  std::atomic<bool> reported = false;
  auto session = log->OpenSession();
  ASSERT_TRUE(session.ok());
  (*session)->Append(kFirst, first.Next(), [&](const AppendOutcome&) { reported = true; });
  while (log->Verdict().ok()) std::this_thread::yield();
  EXPECT_EQ(log->Verdict().error().reason, "DISK_HANGS");
  EXPECT_EQ(log->Verdict().error().code, Code::kUnavailable);
  EXPECT_EQ(ReadAll(*log, kFirst).records.size(), 1u);
  EXPECT_FALSE(reported);
  *hold = false;
  while (!reported) std::this_thread::yield();
  while (!log->Verdict().ok()) std::this_thread::yield();
}

TEST_F(EmbeddedLogTest, NoCallbackRunsBehindTheEndOfItsSession) {
  for (int i = 0; i < 50; ++i) {
    std::atomic<bool> ended = false;
    std::atomic<bool> late = false;
    {
      auto session = log->OpenSession();
      ASSERT_TRUE(session.ok());
      (*session)->Append(kFirst, first.Next(), [&](const AppendOutcome&) { late = ended.load(); });
      session->reset();
      ended = true;
    }
    // The next append is reported behind the abandoned one.
    ASSERT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
    EXPECT_FALSE(late);
  }
}

TEST_F(EmbeddedLogTest, ASecondProcessCannotOpenItForWriting) {
  const auto again = EmbeddedLog::Open(directory);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().reason, "LOG_IN_USE");
}

TEST_F(EmbeddedLogTest, ItIsReadWithoutTheLockWhileItIsWritten) {
  const std::string a = first.Next();
  ASSERT_EQ(Append(a).kind, AppendOutcome::Kind::kAppended);
  auto read_only = EmbeddedLog::OpenReadOnly(directory);
  ASSERT_TRUE(read_only.ok()) << read_only.error().message;
  ASSERT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
  EXPECT_EQ(ReadAll(**read_only, kFirst).records, (Records{a}));
  EXPECT_EQ((*read_only)->OpenSession().error().reason, "READ_ONLY");
}

TEST_F(EmbeddedLogTest, AMissingOrEmptiedDirectoryNeverBecomesANewLog) {
  log.reset();
  std::filesystem::remove_all(directory);
  EXPECT_EQ(EmbeddedLog::Open(directory).error().reason, "LOG_MISSING");
  std::filesystem::create_directory(directory);
  EXPECT_EQ(EmbeddedLog::Open(directory).error().reason, "LOG_MISSING");
  EXPECT_EQ(EmbeddedLog::OpenReadOnly(directory).error().reason, "LOG_MISSING");
  EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST_F(EmbeddedLogTest, CreateTouchesNothingThatIsThere) {
  EXPECT_EQ(EmbeddedLog::Create(directory).error().code, Code::kAlreadyExists);
  EXPECT_EQ(Append(first.Next()).kind, AppendOutcome::Kind::kAppended);
}

TEST_F(EmbeddedLogTest, AFailedSyncStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        EmbeddedOptions options = Small();
        const std::filesystem::path other = temp.path() / ("dies-" + std::to_string(::getpid()));
        if (!EmbeddedLog::Create(other).ok()) std::exit(0);
        options.sync = [](int) {
          errno = EIO;
          return -1;
        };
        auto opened = EmbeddedLog::Open(other, options);
        if (opened.ok()) AppendAndWait(**opened, kFirst, first.Next());
        std::exit(0);
      },
      "cannot sync .*Input/output error; what is on the disk is unknown");
}

// In a process of its own, since the limit cannot be taken back from a process without privilege
// and would hold for every other test.
TEST_F(EmbeddedLogTest, AFullDiskRefusesAppendsServesReadersAndHeals) {
  log.reset();
  EmbeddedOptions options;
  options.segment_bytes = 1u << 20;
  options.fill_ahead_bytes = 8192;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto opened = EmbeddedLog::Open(directory, options);
    if (!opened.ok()) std::_Exit(10);
    struct rlimit limit = {};
    if (::getrlimit(RLIMIT_FSIZE, &limit) != 0) std::_Exit(11);
    const rlim_t room = limit.rlim_cur;
    limit.rlim_cur = 150'000;
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) std::_Exit(12);

    std::vector<std::string> kept;
    AppendOutcome outcome;
    while (true) {
      first.set_payload(Noise(3000, std::to_string(kept.size())));
      const std::string record = first.Make({first.NextCommit()});
      outcome = AppendAndWait(**opened, kFirst, record);
      if (outcome.kind != AppendOutcome::Kind::kAppended) break;
      first.Follow(record);
      kept.push_back(record);
    }
    if (outcome.kind != AppendOutcome::Kind::kNotAppended) std::_Exit(13);
    if (outcome.error.code != Code::kResourceExhausted || !outcome.error.retry_after) {
      std::_Exit(14);
    }
    if (kept.size() < 20 || ReadAll(**opened, kFirst).records != kept) std::_Exit(15);
    // What the refused append left behind is gone: another process sees a clean end.
    const auto seen = EmbeddedLog::OpenReadOnly(directory);
    if (!seen.ok() || (*seen)->torn_tail() || ReadAll(**seen, kFirst).records != kept) {
      std::_Exit(16);
    }
    limit.rlim_cur = room;
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) std::_Exit(17);
    kept.push_back(first.Next());
    if (AppendAndWait(**opened, kFirst, kept.back()).kind != AppendOutcome::Kind::kAppended) {
      std::_Exit(18);
    }
    if (ReadAll(**opened, kFirst).records != kept) std::_Exit(19);
    opened->reset();
    std::_Exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  Reopen(options);
  EXPECT_FALSE(log->torn_tail());
  EXPECT_GT(*log->Tail(kFirst), 20u);
}

}  // namespace
}  // namespace twinledger::log
