// The operator's log: one JSON object a line on stderr.
//
//   {"ts":"2026-07-01T09:30:00.123456Z","level":"info","msg":"...","service":"twinledgerd",
//    "trace_id":"...","rpc":"...","council":"...","partition":"...","position":"...","reason":"..."}
//
// Fields are a closed list, so that no content of the register and nothing of a person gets into
// it. One call makes one line, whatever its text holds. Lines are written by a thread of the
// logger: a slow reader of stderr never stops the server; what it misses is counted.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "platform/base/clock.h"

namespace twinledger::telemetry {

enum class Level { kDebug, kInfo, kWarning, kError };
std::string_view Name(Level level);  // "info".
bool ParseLevel(std::string_view text, Level& level);

// What a line may carry beside its message; empty ones are left out.
struct Fields {
  std::string trace_id = {};  // Of the call: 32 hexadecimal digits.
  std::string rpc = {};
  std::string council = {};
  std::string partition = {};  // "registry/3".
  std::string position = {};   // "registry/3/17".
  std::string reason = {};     // UPPER_SNAKE.
};

// Without the end of line. Pure.
std::string LogLine(WallTime at, Level level, std::string_view service, std::string_view message,
                    const Fields& fields);

// Threads: thread-safe.
class Logger {
 public:
  // `out` must outlive it.
  Logger(std::ostream& out, std::string service, Level from, const Clock& clock);
  ~Logger();  // Writes what waits.

  void Write(Level level, std::string_view message, const Fields& fields = {});
  void Info(std::string_view message, const Fields& fields = {});
  void Warning(std::string_view message, const Fields& fields = {});
  void Failure(std::string_view message, const Fields& fields = {});  // At level error.

  bool Writes(Level level) const { return level >= from_; }
  void Flush();  // Returns when all lines given before it are out, at most after a second.
  std::uint64_t dropped() const;

 private:
  struct Sink;
  const std::string service_;
  const Level from_;
  const Clock& clock_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace twinledger::telemetry
