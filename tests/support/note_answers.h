// What writers answered their callers, held against the log.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/log/founding.h"
#include "platform/writer/command.h"

namespace twinledger::testing {

// What was answered ok, by request id.
class Answers {
 public:
  void Add(const std::string& request_id, const writer::Outcome& outcome) {
    absl::MutexLock lock(&mutex_);
    const auto [known, fresh] = outcomes_.emplace(request_id, outcome);
    if (!fresh) {
      EXPECT_EQ(known->second.commit_hash, outcome.commit_hash) << request_id;
    }
  }
  std::map<std::string, writer::Outcome> outcomes() const {
    absl::MutexLock lock(&mutex_);
    return outcomes_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, writer::Outcome> outcomes_ ABSL_GUARDED_BY(mutex_);
};

// All accepted commits of the log up to its tail of this moment, read from zero.
inline std::vector<std::pair<log::PartitionId, log::AcceptedCommit>> ReadLog(log::EventLog& log) {
  const log::PartitionId root{"registry", 0};
  const Result<log::Founding> founding = log::ReadFounding(log, root, std::nullopt);
  EXPECT_TRUE(founding);
  std::map<log::PartitionId, log::ChainView> views;
  std::map<log::PartitionId, log::Offset> tails;
  std::vector<log::ReadFrom> from;
  std::size_t left = 0;
  for (const log::PartitionId& partition : log::PartitionsOf(founding->root)) {
    views.emplace(partition, log::EmptyView(partition));
    from.push_back({partition, 0});
    left += tails[partition] = *log.Tail(partition);
  }
  std::vector<std::pair<log::PartitionId, log::AcceptedCommit>> commits;
  auto reader = log.OpenReader(from);
  EXPECT_TRUE(reader);
  while (left > 0) {
    const auto records = (*reader)->Next(std::chrono::seconds(10));
    EXPECT_TRUE(records);
    if (!records || records->empty()) break;
    for (const log::StoredRecord& stored : *records) {
      if (stored.offset >= tails.at(stored.partition)) continue;  // It landed since.
      --left;
      log::ChainView& view = views.at(stored.partition);
      const log::Verdict verdict =
          log::Accept(view, *founding, log::ReadRecord(stored.offset, stored.bytes));
      const auto* accepted = std::get_if<log::AcceptedRecord>(&verdict);
      if (accepted == nullptr) continue;
      for (const auto& commit : accepted->commits) commits.emplace_back(stored.partition, commit);
      view = accepted->next;
    }
  }
  EXPECT_EQ(left, 0U);
  return commits;
}

// Every answer stands in the log where it says, once, and nothing else does.
inline void CheckAnswers(log::EventLog& log,
                         const std::map<std::string, writer::Outcome>& answers) {
  std::set<std::string> seen;
  for (const auto& [partition, accepted] : ReadLog(log)) {
    const std::string& id = accepted.commit.request_id();
    if (accepted.commit.has_control()) continue;
    EXPECT_TRUE(seen.insert(id).second) << id << " stands twice";
    ASSERT_TRUE(answers.contains(id)) << id;
    const writer::Outcome& answer = answers.at(id);
    EXPECT_EQ(answer.partition, partition);
    EXPECT_EQ(answer.sequence, accepted.commit.sequence());
    EXPECT_EQ(answer.commit_hash, accepted.hash);
    EXPECT_EQ(answer.outcome, accepted.commit.outcome());
  }
  EXPECT_EQ(seen.size(), answers.size());
}

}  // namespace twinledger::testing
