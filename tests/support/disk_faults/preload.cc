// Stands between a process and its files (LD_PRELOAD), and lets calls go wrong as a plan says
// (plan.h). It is loaded into programs that know nothing of it, so it takes no memory, throws
// nothing and keeps errno.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "tests/support/disk_faults/plan.h"

namespace {

using twinledger::support::DiskCall;
using twinledger::support::DiskFault;
using twinledger::support::DiskPlan;

DiskPlan* Plan() {
  static DiskPlan* const plan = [] {
    const char* const path = std::getenv(twinledger::support::kDiskFaultsVariable);
    const int file = path == nullptr ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return static_cast<DiskPlan*>(nullptr);
    void* const page = mmap(nullptr, sizeof(DiskPlan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return page == MAP_FAILED ? nullptr : static_cast<DiskPlan*>(page);
  }();
  return plan;
}

void Hold(const DiskPlan& plan) {
  constexpr timespec kLook{0, 5'000'000};
  while (plan.fault == DiskFault::kHold) nanosleep(&kLook, nullptr);
}

enum class Verdict { kGoOn, kFail, kPretend };

// `path` as the kernel names the file.
Verdict Judge(const char* path) {
  DiskPlan& plan = *Plan();
  if (std::strstr(path, plan.path.data()) == nullptr) return Verdict::kGoOn;
  const std::int64_t number = ++plan.met;
  const DiskFault fault = plan.fault;
  const bool goes_on = fault == DiskFault::kFail || fault == DiskFault::kPretend;
  if (number < plan.at || (number > plan.at && !goes_on)) return Verdict::kGoOn;
  if (++plan.struck == 1)
    std::snprintf(plan.struck_path.data(), plan.struck_path.size(), "%s", path);
  switch (fault) {
    case DiskFault::kFail:
    case DiskFault::kFailOnce:
      errno = plan.error_number;
      return Verdict::kFail;
    case DiskFault::kPretend:
      return Verdict::kPretend;
    case DiskFault::kHold:
      Hold(plan);
      return Verdict::kGoOn;
    case DiskFault::kStop:
      raise(SIGSTOP);  // This thread at once, the others in a moment.
      return Verdict::kGoOn;
    case DiskFault::kNone:
      return Verdict::kGoOn;
  }
  return Verdict::kGoOn;
}

bool Meant(DiskCall call) {
  const DiskPlan* const plan = Plan();
  return plan != nullptr && plan->fault != DiskFault::kNone &&
         (plan->calls_meant & static_cast<std::uint32_t>(call)) != 0;
}

Verdict OfFile(DiskCall call, int file) {
  if (!Meant(call)) return Verdict::kGoOn;
  const int before = errno;
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof(path) - 1);
  errno = before;
  if (length < 0) return Verdict::kGoOn;
  path[length] = '\0';
  return Judge(path);
}

Verdict OfPath(DiskCall call, const char* path) {
  return Meant(call) ? Judge(path) : Verdict::kGoOn;
}

template <class Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// Each calls what it hides, unless the plan is against it. `done` is what it answers when it only
// pretends.
#define TL_PASS(verdict, done, name, ...)                  \
  do {                                                     \
    static auto* const next = Next<decltype(name)>(#name); \
    switch (verdict) {                                     \
      case Verdict::kFail:                                 \
        return -1;                                         \
      case Verdict::kPretend:                              \
        return done;                                       \
      case Verdict::kGoOn:                                 \
        break;                                             \
    }                                                      \
    return next(__VA_ARGS__);                              \
  } while (false)

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
  TL_PASS(OfFile(DiskCall::kWrite, file), static_cast<ssize_t>(count), write, file, bytes, count);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t place) {
  TL_PASS(OfFile(DiskCall::kWrite, file), static_cast<ssize_t>(count), pwrite, file, bytes, count,
          place);
}
ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t place) {
  TL_PASS(OfFile(DiskCall::kWrite, file), static_cast<ssize_t>(count), pwrite64, file, bytes, count,
          place);
}
int fsync(int file) { TL_PASS(OfFile(DiskCall::kSync, file), 0, fsync, file); }
int fdatasync(int file) { TL_PASS(OfFile(DiskCall::kSync, file), 0, fdatasync, file); }
int ftruncate(int file, off_t size) noexcept {
  TL_PASS(OfFile(DiskCall::kResize, file), 0, ftruncate, file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
  TL_PASS(OfFile(DiskCall::kResize, file), 0, ftruncate64, file, size);
}
int rename(const char* from, const char* to) noexcept {
  TL_PASS(OfPath(DiskCall::kRename, to), 0, rename, from, to);
}
int unlink(const char* path) noexcept { TL_PASS(OfPath(DiskCall::kRemove, path), 0, unlink, path); }

}  // extern "C"
