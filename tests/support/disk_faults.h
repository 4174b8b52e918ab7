// A disk that goes wrong under a server: writes and syncs that fail, that are not done although the
// disk says so, that hang, or before which the process stands still. A library of ours is put
// between the server and its files (disk_faults/preload.cc).
//
//   DiskFaults faults(folder);
//   ServerProcess server(data, log, {}, faults.environment());
//   faults.Strike({.fault = DiskFault::kFail, .calls = DiskCall::kSync, .path = "/log/"});
#pragma once

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/disk_faults/plan.h"

namespace twinledger::support {

struct Strike {
  DiskFault fault = DiskFault::kNone;
  DiskCall calls = DiskCall::kAll;
  std::string path;     // Of files whose path contains it.
  std::int64_t at = 1;  // The first of them that goes wrong, counted from now on.
  int error_number = EIO;
};

// Threads: thread-safe, but for Set.
class DiskFaults {
 public:
  // What it shares with the server is a file in `folder`, which should be on another disk.
  explicit DiskFaults(const std::filesystem::path& folder);
  ~DiskFaults();
  DiskFaults(const DiskFaults&) = delete;
  DiskFaults& operator=(const DiskFaults&) = delete;

  // For the server's process: "NAME=value".
  std::vector<std::string> environment() const;

  // Replaces the plan in force; counts begin at zero.
  void Set(const Strike& strike);
  void Heal() { Set({}); }

  std::int64_t met() const { return plan_->met; }
  std::int64_t struck() const { return plan_->struck; }
  std::string struck_path() const { return plan_->struck_path.data(); }
  bool WaitUntilStruck(std::chrono::seconds limit = std::chrono::seconds(60)) const;

 private:
  const std::filesystem::path file_;
  DiskPlan* plan_ = nullptr;
};

}  // namespace twinledger::support
