// What a test and the library that it puts under a server share: a page of memory in a file. The
// test says which call goes wrong and how, the library counts and does it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace twinledger::support {

// The variable that names the file.
inline constexpr const char* kDiskFaultsVariable = "TWINLEDGER_DISK_FAULTS";

enum class DiskCall : std::uint32_t {
  kWrite = 1,    // write, pwrite, writev
  kSync = 2,     // fsync, fdatasync
  kResize = 4,   // ftruncate, fallocate
  kRename = 8,   // Of the new name.
  kRemove = 16,  // unlink
  kAll = 31,
};

enum class DiskFault : std::uint32_t {
  kNone,
  kFail,  // -1 and errno, at that call and all later ones.
  kFailOnce,
  kPretend,  // It answers as if it were done, and does nothing; all later ones too.
  kHold,     // It waits until the plan is another.
  kStop,     // The whole process stands still (SIGSTOP) before the call.
};

// Zero is a plan that does nothing. `fault` is written last.
struct DiskPlan {
  std::atomic<DiskFault> fault;
  std::atomic<std::uint32_t> calls_meant;  // DiskCall, added up.
  std::atomic<int> error_number;
  std::atomic<std::int64_t> at;       // The call that goes wrong: 1 is the next one that is meant.
  std::array<char, 256> path;         // Calls on files whose path contains it are meant.
  std::atomic<std::int64_t> met;      // Calls that were meant, since the plan is in force.
  std::atomic<std::int64_t> struck;   // Those that went wrong.
  std::array<char, 256> struck_path;  // Of the first of them.
};

}  // namespace twinledger::support
