// What a running command has at hand: where to write, the settings, the time.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/config/settings.h"
#include "twinledger/output/exit_code.h"
#include "twinledger/output/printer.h"
#include "twinledger/output/terminal.h"

namespace twinledger::client {

struct Edition;

// Threads: confined to one.
class Session {
 public:
  // INVALID_ARGUMENT where a setting has a value that it cannot have, with the place it came from.
  static Result<Session> Open(Terminal terminal, Settings settings, const Edition& edition);

  Terminal& terminal() { return terminal_; }
  const Settings& settings() const { return settings_; }
  const std::string& setting(std::string_view name) const;
  Format format() const { return format_; }
  Zone zone() const { return zone_; }
  std::chrono::milliseconds timeout() const { return timeout_; }
  std::filesystem::path data_dir() const { return setting("data_dir"); }
  // Of all calls of the command: that of the environment's TRACEPARENT, or its own.
  const std::string& trace_id() const { return trace_id_; }
  const Clock& clock() const { return clock_; }
  const Edition& edition() const { return *edition_; }
  bool FormatIsForPrograms() const { return format_ != Format::kTable; }

  // Prints the result; one printer a command.
  Printer Print(Shape shape) { return {terminal_.out, format_, zone_, std::move(shape)}; }

  // Says something on stderr.
  void Note(std::string_view line);

  // Says on stderr what went wrong. With JSON output the error is the result too.
  ExitCode Fail(const Error& error);

 private:
  Session(Terminal terminal, Settings settings, const Edition& edition)
      : terminal_(terminal), settings_(std::move(settings)), edition_(&edition) {}

  Terminal terminal_;
  Settings settings_;
  const Edition* edition_;  // Of the program, and for as long.
  SystemClock clock_;
  Format format_ = Format::kTable;
  Zone zone_ = Zone::kNewZealand;
  std::chrono::milliseconds timeout_{};
  std::string trace_id_;
};

// An error as JSON: code, reason, message, metadata, violations; trace_id where a server was asked.
Json ErrorJson(const Error& error);

// Says on stderr what went wrong: the message, every violation on a line of its own,
// each once, and the trace id by which the server's operator finds the call.
void PrintError(Terminal& terminal, const Error& error);

}  // namespace twinledger::client
