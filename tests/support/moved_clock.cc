// Preloaded into a program, moves its wall clock by what a file says, from one call to the next:
// microseconds, a little-endian int64 that TWINLEDGER_MOVED_CLOCK names. Clocks that only go
// forward are left alone. The kernel, which wakes Abseil's waits at a wall time, is told its own.
// (Debian's libfaketime asks for memory before it is ready, which jemalloc answers by asking for
// the time.)
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;

using Offset = std::atomic<std::int64_t>;
static_assert(sizeof(Offset) == sizeof(std::int64_t) && Offset::is_always_lock_free);

const Offset* offset = nullptr;  // Null until it is loaded: not moved.

__attribute__((constructor)) void Load() {
  const char* const name = std::getenv("TWINLEDGER_MOVED_CLOCK");
  if (name == nullptr) return;
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) abort();
  const void* const mapped = mmap(nullptr, sizeof(Offset), PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) abort();
  close(file);
  offset = static_cast<const Offset*>(mapped);
}

std::int64_t By() { return offset == nullptr ? 0 : offset->load(std::memory_order_relaxed); }

void Move(timespec& time, std::int64_t by) {
  time.tv_sec += by / kMicroseconds;
  time.tv_nsec += by % kMicroseconds * 1000;
  if (time.tv_nsec < 0) {
    time.tv_nsec += 1000 * kMicroseconds;
    --time.tv_sec;
  } else if (time.tv_nsec >= 1000 * kMicroseconds) {
    time.tv_nsec -= 1000 * kMicroseconds;
    ++time.tv_sec;
  }
}

using Call = long (*)(long number, ...);

Call Kernel() {
  static const auto call = reinterpret_cast<Call>(dlsym(RTLD_NEXT, "syscall"));
  return call;
}

}  // namespace

extern "C" {

long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  long words[6];
  for (long& word : words) word = va_arg(list, long);
  va_end(list);
  timespec until{};
  if (number == SYS_futex && (words[1] & FUTEX_CLOCK_REALTIME) != 0 && words[3] != 0) {
    until = *reinterpret_cast<const timespec*>(words[3]);
    Move(until, -By());
    words[3] = reinterpret_cast<long>(&until);
  }
  return Kernel()(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto result = static_cast<int>(Kernel()(SYS_clock_gettime, clock, time));
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) Move(*time, By());
  return result;
}

int gettimeofday(timeval* time, void*) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
