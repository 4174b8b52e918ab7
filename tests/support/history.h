// What clients saw of a run: every call with its outcome, one line each, written as it happens.
//
//   invoke  <request_id> <body digest>            <ns>
//   ok      <request_id> <position> <commit hash> <ns>
//   refused <request_id> <reason>                 <ns>      by the rules: an outcome, and final
//   fail    <request_id> <reason>                 <ns>      certainly not done
//   unknown <request_id> <reason>                 <ns>      may have been done
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace twinledger::support {

struct HistoryEvent {
  enum class Kind { kInvoke, kOk, kRefused, kFail, kUnknown };
  Kind kind = Kind::kInvoke;
  std::string request_id;
  std::string what;         // Digest of the body, position, or reason.
  std::string commit_hash;  // Of kOk, in hex.
  std::int64_t at_ns = 0;   // Monotonic, of the clients' machine.
};

// One client's file. Threads: confined to one.
class HistoryFile {
 public:
  explicit HistoryFile(const std::filesystem::path& path);
  ~HistoryFile();
  HistoryFile(const HistoryFile&) = delete;
  HistoryFile& operator=(const HistoryFile&) = delete;

  // Stamps and writes the event before it returns.
  void Write(HistoryEvent event);

 private:
  int fd_;
};

// All files of a folder, merged in the order of time.
std::vector<HistoryEvent> ReadHistory(const std::filesystem::path& folder);

}  // namespace twinledger::support
