// What gRPC says of itself, as lines of the server's log. Left alone it writes to stderr in a form
// of its own, and any peer that fails a handshake makes it do so.
#pragma once

#include "platform/base/result.h"
#include "platform/server/limited_lines.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {

// Threads: made and destroyed by one, once a process.
class LibraryLog {
 public:
  explicit LibraryLog(telemetry::Logger& logger);  // Outlives it.
  ~LibraryLog();
  LibraryLog(const LibraryLog&) = delete;
  LibraryLog& operator=(const LibraryLog&) = delete;

  // RESOURCE_EXHAUSTED, reason LISTENER_LOST, once a listener is given up: where a connection
  // cannot be accepted, for want of descriptors, gRPC writes a line and never accepts another one
  // there.
  static Result<void> ListenersAccept();

 private:
  LimitedLines lines_;
};

}  // namespace twinledger::server
