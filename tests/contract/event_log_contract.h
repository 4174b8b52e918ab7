// What the tests of the contract stand on: a log of some adapter, founded, and ways to append to it
// that do not care how sure its reports are.
#pragma once

#include <absl/synchronization/mutex.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform/base/clock.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/log/founding.h"
#include "tests/contract/adapters.h"
#include "tests/support/test_chain.h"

namespace twinledger::log {

inline const PartitionId kFirst{"registry", 0};
inline const PartitionId kSecond{"registry", 1};
inline const PartitionId kOtherStream{"audit", 0};
inline const std::vector<PartitionId> kPartitions{kFirst, kSecond, kOtherStream, {"audit", 1}};

// Foundings come before what test_chain.h writes behind them.
class EpochClock final : public Clock {
 public:
  WallTime Now() const override { return {}; }
  MonotonicTime Monotonic() const override { return {}; }
};

// Outcomes of appends, by a number that the test gives.
class Outcomes {
 public:
  AppendCallback Expect(int number) {
    return [this, number](const AppendOutcome& outcome) {
      const absl::MutexLock lock(&mutex_);
      reported_[number].push_back(outcome);
    };
  }
  std::size_t size() const {
    const absl::MutexLock lock(&mutex_);
    return reported_.size();
  }
  std::map<int, std::vector<AppendOutcome>> all() const {
    const absl::MutexLock lock(&mutex_);
    return reported_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<int, std::vector<AppendOutcome>> reported_ ABSL_GUARDED_BY(mutex_);
};

class EventLogContract : public ::testing::TestWithParam<testing::Adapter> {
 protected:
  EventLogContract() : under_test_(GetParam().create()) {}

  EventLog& log() { return under_test_->log(); }
  void Reopen() { under_test_->Reopen(); }

  Result<Founding> Found(const testing::TestFounding& founder) {
    testing::SeededRandom random("founding");
    return FoundLog(log(), founder.content, founder.writer_keys, std::nullopt, EpochClock(),
                    random);
  }
  void FoundLogUnderTest() {
    auto founding = Found(founder_);
    ASSERT_TRUE(founding.ok()) << founding.error().message;
    founding_ = *std::move(founding);
  }

  // Lets the log work until `done`. A reader that waits lets virtual time pass too.
  void Await(const std::function<bool()>& done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto reader = log().OpenReader({{kFirst, *log().Tail(kFirst)}});
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "nothing came of it";
      ASSERT_TRUE((*reader)->Next(std::chrono::milliseconds(5)).ok());
    }
  }

  AppendOutcome AppendOnce(const PartitionId& to, const std::string& record) {
    Outcomes outcomes;
    const auto session = *log().OpenSession();
    session->Append(to, record, outcomes.Expect(0));
    Await([&] { return outcomes.size() == 1; });
    return outcomes.all()[0].at(0);
  }

  // Everything in a partition up to the tail of this moment.
  std::vector<StoredRecord> ReadAll(const PartitionId& partition, Offset from = 0) {
    const Offset tail = *log().Tail(partition);
    auto reader = log().OpenReader({{partition, from}});
    std::vector<StoredRecord> all;
    while (all.size() < tail - from) {
      auto read = (*reader)->Next(std::chrono::milliseconds(5));
      EXPECT_TRUE(read.ok()) << read.error().message;
      if (!read.ok()) return all;
      for (StoredRecord& record : *read) all.push_back(std::move(record));
    }
    return all;
  }

  std::vector<std::string> Accepted(const PartitionId& partition) {
    ChainView view = EmptyView(partition);
    std::vector<std::string> accepted;
    for (StoredRecord& record : ReadAll(partition)) {
      const Verdict verdict = Accept(view, founding_, ReadRecord(record.offset, record.bytes));
      EXPECT_FALSE(std::holds_alternative<StopRecord>(verdict));
      if (const auto* added = std::get_if<AcceptedRecord>(&verdict)) {
        view = added->next;
        accepted.push_back(std::move(record.bytes));
      }
    }
    return accepted;
  }

  // A writer at the tip of a founded partition.
  testing::ChainWriter WriterOf(const PartitionId& partition) {
    testing::ChainWriter writer(partition, founder_.writer_keys.at(partition.stream),
                                founder_.content.partitions());
    const std::vector<std::string> accepted = Accepted(partition);
    if (!accepted.empty()) writer.Follow(accepted.back());
    return writer;
  }

  // As rule 18 settles it: the same bytes again until they are accepted.
  void AppendUntilAccepted(const PartitionId& to, const std::string& record) {
    for (int attempt = 0; attempt < 50; ++attempt) {
      const AppendOutcome outcome = AppendOnce(to, record);
      if (GetParam().sure) {
        ASSERT_EQ(outcome.kind, AppendOutcome::Kind::kAppended) << outcome.error.message;
      }
      const std::vector<std::string> accepted = Accepted(to);
      if (std::find(accepted.begin(), accepted.end(), record) != accepted.end()) return;
    }
    FAIL() << "never accepted";
  }

  const testing::TestFounding founder_{"log", 2, {"registry", "audit"}};
  const std::unique_ptr<testing::LogUnderTest> under_test_;
  Founding founding_;
};

}  // namespace twinledger::log
