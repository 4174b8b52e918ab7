#include "tests/benchmarks/country_log.h"

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/log/founding.h"
#include "tests/support/test_chain.h"

namespace twinledger::testing {
namespace {

constexpr int kInFlightMost = 256;
constexpr std::int64_t kFirstUs = 18'993LL * 86'400'000'000;  // 1 January 2022.
constexpr std::int64_t kYearsUs = 3 * 365 * 86'400'000'000LL;
constexpr int kAccounts = 200;

// Appends with a bound on what is in flight.
class Appender {
 public:
  explicit Appender(log::EventLog& log) : session_(*log.OpenSession()) {}

  void Append(const log::PartitionId& to, std::string record) {
    {
      const absl::MutexLock lock(&mutex_);
      while (in_flight_ == kInFlightMost) moved_.Wait(&mutex_);
      ++in_flight_;
    }
    session_->Append(to, std::move(record), [this](const log::AppendOutcome& outcome) {
      TL_CHECK(outcome.kind == log::AppendOutcome::Kind::kAppended);
      const absl::MutexLock lock(&mutex_);
      --in_flight_;
      moved_.SignalAll();
    });
  }

  void Wait() {
    const absl::MutexLock lock(&mutex_);
    while (in_flight_ > 0) moved_.Wait(&mutex_);
  }

 private:
  absl::Mutex mutex_;
  absl::CondVar moved_;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<log::AppendSession> session_;  // Last: none of its callbacks runs behind it.
};

// One partition's chain, and the commits of its next record.
struct Chain {
  ChainWriter writer;
  std::vector<log::v1::Commit> commits = {};
};

// The founding.
std::string FirstRecord(log::EventLog& log, const log::PartitionId& partition) {
  const auto reader = log.OpenReader({{partition, 0}});
  TL_CHECK(reader.ok());
  const auto read = (*reader)->Next(std::chrono::seconds(5));
  TL_CHECK(read.ok() && !read->empty());
  return read->front().bytes;
}

std::int64_t RecordTimeOf(const std::string& record) {
  log::v1::Commit commit;
  TL_CHECK(commit.ParseFromString(log::ReadRecord(0, record).body().commits(0)));
  return commit.record_time_us();
}

}  // namespace

void FillWithCountry(log::EventLog& log, const log::Founding& founding,
                     const std::map<std::string, crypto::SigningKey>& keys,
                     const CountrySize& size) {
  const std::uint32_t partitions = founding.root.partitions();
  std::map<log::PartitionId, Chain> chains;
  std::int64_t first_us = kFirstUs;
  for (const log::PartitionId& partition : log::PartitionsOf(founding.root)) {
    Chain& chain =
        chains.emplace(partition, Chain{{partition, keys.at(partition.stream), partitions}})
            .first->second;
    const std::string record = FirstRecord(log, partition);
    first_us = std::max(first_us, RecordTimeOf(record));
    chain.writer.Follow(record);
  }
  // Time never goes back: a log that was founded today has all of it today.
  const std::int64_t step_us = first_us == kFirstUs ? kYearsUs / size.commits : 0;
  CountryEvents events(size.mix);
  SeededRandom random("country");
  Appender appender(log);
  const auto append = [&](const log::PartitionId& partition, Chain& chain) {
    std::string record = chain.writer.Make(chain.commits);
    chain.writer.Follow(record);
    chain.commits.clear();
    appender.Append(partition, std::move(record));
  };
  for (int made = 0; made < size.commits; ++made) {
    CountryEvent event = events.Next();
    const log::PartitionId partition{event.stream, log::PartitionOf(event.key, partitions)};
    Chain& chain = chains.at(partition);
    log::v1::Commit& commit = chain.commits.emplace_back();
    commit.set_sequence(chain.writer.sequence() + chain.commits.size());
    commit.set_record_time_us(first_us + step_us * made);
    *commit.mutable_key() = std::move(event.key);
    commit.set_actor(fmt::format("00000000-0000-4000-8000-{:012}", made % kAccounts));
    const std::string drawn = random.Bytes(80);
    commit.set_request_id(crypto::Hex(std::string_view(drawn).substr(0, 18)));
    commit.set_request_digest(drawn.substr(32, 32));
    commit.set_method(std::move(event.method));
    commit.set_marking(log::v1::MARKING_IN_CONFIDENCE);
    commit.set_release_class(log::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY);
    commit.set_salt(drawn.substr(64, 16));
    commit.set_schema_version(1);
    commit.set_outcome(log::v1::OUTCOME_DONE);
    commit.add_events(std::move(event.event));
    if (std::ssize(chain.commits) == size.commits_a_record) append(partition, chain);
  }
  for (auto& [partition, chain] : chains) {
    if (!chain.commits.empty()) append(partition, chain);
  }
  appender.Wait();
}

}  // namespace twinledger::testing
