// Checks records by the chain rule on several threads, each partition in order.
#pragma once

#include <absl/synchronization/mutex.h>

#include <deque>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "platform/log/archive/verify.h"

namespace twinledger::log {

// A record and where it was found.
struct PlacedRecord {
  std::filesystem::path file;
  FilePlace place;
  RecordPlace record;
  std::string bytes;
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

  void Add(PlacedRecord record);

  // Waits for all checks.
  std::map<PartitionId, CheckedPartition> Finish();

 private:
  class Lane;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace twinledger::log
