// Progress of long work on stderr: nothing in the first second; then, on a terminal, one line that
// is redrawn with a bar, the rate and the time left; elsewhere one line every ten seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/clock.h"
#include "twinledger/output/terminal.h"

namespace twinledger::client {

// Threads: confined to one at a time.
class Progress {
 public:
  // `terminal` and `clock` must outlive it. `total` is absent where the end is not known.
  Progress(Terminal& terminal, const Clock& clock, std::string what, std::string unit,
           std::optional<std::uint64_t> total);
  ~Progress();  // Leaves the line clean.
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void At(std::uint64_t done);

 private:
  std::string Line(std::uint64_t done, MonotonicTime now) const;

  Terminal& terminal_;
  const Clock& clock_;
  std::string what_;
  std::string unit_;
  std::optional<std::uint64_t> total_;
  MonotonicTime started_;
  std::optional<MonotonicTime> shown_;
};

}  // namespace twinledger::client
