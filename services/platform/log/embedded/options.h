// Settings of an embedded log.
#pragma once

#include <chrono>
#include <functional>

#include "platform/log/embedded/segment.h"

namespace twinledger::log {

struct EmbeddedOptions {
  // A segment is closed when the next frame would make it longer.
  std::uint64_t segment_bytes = kSegmentBytesDefault;

  // Zeros kept ready behind the last frame: seconds of full load, and little enough that a small
  // log is a small directory.
  std::uint64_t fill_ahead_bytes = 4u << 20;

  // How old HEAD may be when records were stored since.
  std::chrono::milliseconds head_interval{200};

  // A write or sync that takes longer than this is one of a disk that hangs.
  std::chrono::milliseconds hangs_after{10'000};

  // Makes a file's content durable: 0, or -1 and errno. Tests make it fail.
  std::function<int(int descriptor)> sync;
};

}  // namespace twinledger::log
