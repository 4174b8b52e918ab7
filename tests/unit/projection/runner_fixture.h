// A runner of a projection that counts words, over two partitions of a log in memory that may not
// answer at first, with a real clock: tests wait for what it reports, with a deadline.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/log/simulated/simulated_log.h"
#include "platform/projection/runner.h"
#include "platform/store/memory_store.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {

using testing::TallyHistory;
using testing::TallyProjection;

inline const log::PartitionId kFirst = TallyHistory::Id(0);
inline const log::PartitionId kSecond = TallyHistory::Id(1);

// One whose brokers do not answer at first.
class LateLog final : public log::EventLog {
 public:
  explicit LateLog(log::EventLog& behind) : behind_(behind) {}

  Result<std::unique_ptr<log::AppendSession>> OpenSession() override {
    return behind_.OpenSession();
  }
  Result<std::unique_ptr<log::Reader>> OpenReader(std::vector<log::ReadFrom> from) override {
    if (refused_readers > 0 && refused_readers-- > 0) return NoBroker();
    return behind_.OpenReader(std::move(from));
  }
  Result<log::Offset> Tail(const log::PartitionId& partition) override {
    if (refused_tails > 0 && refused_tails-- > 0) return NoBroker();
    return behind_.Tail(partition);
  }

  int refused_tails = 0;
  int refused_readers = 0;

 private:
  static Error NoBroker() { return {Code::kUnavailable, "no broker", "KAFKA_UNAVAILABLE"}; }
  log::EventLog& behind_;
};

class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest() { LandAll(); }

  // What the history has and the log has not.
  void LandAll() {
    for (std::uint32_t i = 0; i < history_.partitions(); ++i) {
      for (std::size_t at = log_.Stored(TallyHistory::Id(i)).size();
           at < history_.records(i).size(); ++at) {
        log_.Land(TallyHistory::Id(i), history_.records(i)[at]);
      }
    }
  }

  Result<std::unique_ptr<Runner>> Open() { return Open(std::make_unique<store::MemoryStore>()); }
  Result<std::unique_ptr<Runner>> Open(std::unique_ptr<store::KeyValueStore> store) {
    return Runner::Open(log_, history_.founding(), projection_, std::move(store), clock_);
  }

  MonotonicTime Soon() const { return clock_.Monotonic() + std::chrono::seconds(20); }

  Result<void> WaitForTail(Runner& runner) {
    std::promise<Result<void>> promise;
    runner.WaitForTail(Soon(), [&](const Result<void>& result) { promise.set_value(result); });
    return promise.get_future().get();
  }
  Result<void> WaitFor(Runner& runner, const store::Cut& cut, MonotonicTime deadline) {
    std::promise<Result<void>> promise;
    runner.WaitFor(cut, deadline, [&](const Result<void>& result) { promise.set_value(result); });
    return promise.get_future().get();
  }

  // Asks again until it is so, or soon; whether it came to be.
  bool WaitUntil(const std::function<bool()>& so) const {
    const MonotonicTime until = Soon();
    while (!so()) {
      if (clock_.Monotonic() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  static store::Batch RowsOf(const Runner& runner) {
    store::Batch rows;
    const auto at = runner.Snapshot()->NewIterator();
    for (at->Seek(""); at->Valid(); at->Next()) rows.emplace(at->key(), at->value());
    return rows;
  }

  std::optional<std::string> Words(const Runner& runner, std::uint32_t partition, int entity) {
    const auto rows = runner.Snapshot();
    const auto row = store::CutReader(*rows).Find(TallyProjection::kEntities,
                                                  {history_.Entity(partition, entity)});
    EXPECT_TRUE(row.ok());
    return *row ? std::optional((*row)->bytes) : std::nullopt;
  }

  TallyHistory history_{2};
  log::SimulatedLog log_;
  TallyProjection projection_;
  SystemClock clock_;
};

}  // namespace twinledger::projection
