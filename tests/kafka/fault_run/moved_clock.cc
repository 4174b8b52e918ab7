// Preloaded into a server, it moves the server's clock by as many seconds as a file says, 8 bytes
// in the machine's order; the clock that only counts on stays as it is. libfaketime, which is made
// for this, deadlocks with jemalloc, and without it ends in waits that never end.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

// Of the file; 0 while none is named, as in what the server starts before it reads its environment.
const volatile std::int64_t* offset_seconds = nullptr;

[[gnu::constructor]] void Map() {
  const char* const path = std::getenv("TWINLEDGER_CLOCK_OFFSET");
  if (path == nullptr) return;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  void* const mapped = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) std::abort();
  close(file);
  offset_seconds = static_cast<const volatile std::int64_t*>(mapped);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* at) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, at));
  if (result == 0 && offset_seconds != nullptr &&
      (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    at->tv_sec += *offset_seconds;
  }
  return result;
}

int gettimeofday(timeval* at, void* /*zone*/) noexcept {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* at) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != nullptr) *at = now.tv_sec;
  return now.tv_sec;
}
}
