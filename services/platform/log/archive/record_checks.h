// Checks records by the chain rule: what a record says for itself, its hash, its commits and its
// signature, on several threads, and what it is chained on in the order of the files.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "platform/log/archive/verify.h"
#include "platform/log/chain.h"

namespace twinledger::log {

// A record and where it was found: what of it was parsed and hashed is not done again.
struct PlacedRecord {
  std::filesystem::path file;
  FilePlace place;
  RecordPlace record;
  ReadRecord read;
};

// What does not check, and where in the order of the files.
struct Finding {
  FilePlace place;
  BadPlace bad;
};

// What the checks of one partition found.
struct CheckedPartition {
  ChainView view;
  VerifyReport::Partition counts;
  std::optional<Finding> first_bad;
};

// Threads: Add and Finish are of one thread; the checks run on threads of their own.
class RecordChecks {
 public:
  // Both outlive the checks.
  RecordChecks(const Founding& founding, const std::vector<Witness>& witnesses);
  ~RecordChecks();
  RecordChecks(const RecordChecks&) = delete;
  RecordChecks& operator=(const RecordChecks&) = delete;

  // Waits where many megabytes of records are not checked yet.
  void Add(PlacedRecord placed);

  // Waits for all checks.
  std::map<PartitionId, CheckedPartition> Finish();

 private:
  struct Item {
    PlacedRecord placed;
    bool read = false;
  };

  void Run();
  Item* TakeUnread();
  void Read(const PlacedRecord& placed) const;
  void CheckAllRead();
  bool BeginChecking();
  std::unique_ptr<Item> TakeRead();
  void Check(const PlacedRecord& placed);
  void CheckWitnesses(const PlacedRecord& placed, CheckedPartition& checked) const;

  const Founding& founding_;
  const std::vector<Witness>& witnesses_;
  const std::set<PartitionId> founded_;
  std::map<std::string, std::map<std::string, v1::PublicKey>> keys_;  // By stream and id.
  std::map<PartitionId, CheckedPartition> partitions_;                // Of who checks.

  absl::Mutex mutex_;
  absl::CondVar moved_;
  std::deque<std::unique_ptr<Item>> items_ ABSL_GUARDED_BY(mutex_);  // In the order of the files.
  std::size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;  // So many of the first are read, or being read.
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool checking_ ABSL_GUARDED_BY(mutex_) = false;  // By one of the threads.
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace twinledger::log
